package dev.ungrant.organizations;

import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/** The name of an organization in URLs: 2 to 128 of the characters that a URL takes as they are. */
final class Slug {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._~-]{2,128}");
    private static final Pattern WIRE_ID = Pattern.compile("organization-(test|live)-.*");
    private static final int LONGEST_GENERATED = 100;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Slug() {}

    static String require(String text) {
        if (!FORM.matcher(text).matches() || WIRE_ID.matcher(text).matches()) {
            throw new Problem(
                    ErrorType.BAD_REQUEST,
                    "organization_slug must be 2 to 128 letters, digits and - . _ ~ and must not look like an id.");
        }
        return text;
    }

    /** A slug made from the name of an organization. */
    static String from(String name) {
        String plain = Normalizer.normalize(name, Normalizer.Form.NFKD)
                .replaceAll("\\p{M}", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-|-$", "");
        String slug = plain.substring(0, Math.min(plain.length(), LONGEST_GENERATED));
        return FORM.matcher(slug).matches() && !WIRE_ID.matcher(slug).matches() ? slug : another("org");
    }

    /** Another slug for the same name, when somebody else has the first. */
    static String another(String slug) {
        return slug + '-' + Integer.toString(RANDOM.nextInt(36 * 36 * 36, Integer.MAX_VALUE), 36);
    }
}
