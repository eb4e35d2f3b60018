package dev.ungrant.web;

import java.util.regex.Pattern;

/** The integrator's own name for something of ours. */
public final class ExternalId {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._|-]{1,128}");
    private static final Pattern WIRE_ID = Pattern.compile("(organization|member|user)-(test|live)-.*");

    private ExternalId() {}

    /** @throws Problem {@code bad_request} when it has a wrong form, or one that an id of ours could have */
    public static String require(String field, String text) {
        if (!FORM.matcher(text).matches() || WIRE_ID.matcher(text).matches()) {
            throw new Problem(
                    ErrorType.BAD_REQUEST,
                    field + " must be 1 to 128 letters, digits and . _ - | and must not look like an id of this API.");
        }
        return text;
    }
}
