package dev.ungrant.web;

import java.util.Locale;
import java.util.regex.Pattern;

/** The part of an e-mail address behind the @, in lower case. */
public final class EmailDomain {
    private static final Pattern FORM = Pattern.compile("[a-z0-9-]{1,63}(\\.[a-z0-9-]{1,63})+");

    private EmailDomain() {}

    public static String of(String emailAddress) {
        return emailAddress.substring(emailAddress.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
    }

    /** @param text in lower case */
    static boolean is(String text) {
        return text.length() <= 253 && FORM.matcher(text).matches();
    }

    /** @throws Problem {@code bad_request} */
    public static String require(String field, String text) {
        String domain = text.strip().toLowerCase(Locale.ROOT);
        if (!is(domain)) {
            throw new Problem(ErrorType.BAD_REQUEST, field + " must hold domains such as example.com.");
        }
        return domain;
    }
}
