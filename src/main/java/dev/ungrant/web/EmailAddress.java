package dev.ungrant.web;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * E-mail addresses in the one form in which they are kept and compared: lower case. Compared byte by byte otherwise, since
 * a database that takes é for e would send one person's sign-in code to another.
 */
public final class EmailAddress {
    private static final int LONGEST = 320;
    private static final Pattern FORM = Pattern.compile(
            "[^\\s@<>(),;:\\\\\"\\[\\]\\p{Cntrl}]{1,64}@[^\\s@<>(),;:\\\\\"\\[\\]_\\p{Cntrl}.]+(\\.[^\\s@<>(),;:\\\\\"\\[\\]_\\p{Cntrl}.]+)+");

    private EmailAddress() {}

    /** @throws Problem {@code invalid_email} */
    public static String require(String text) {
        String address = normal(text);
        if (address.length() > LONGEST || !FORM.matcher(address).matches()) {
            throw new Problem(ErrorType.INVALID_EMAIL);
        }
        return address;
    }

    /** The form in which an address is looked for; not checked. */
    public static String normal(String text) {
        return text.strip().toLowerCase(Locale.ROOT);
    }
}
