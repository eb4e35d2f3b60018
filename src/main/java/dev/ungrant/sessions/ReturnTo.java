package dev.ungrant.sessions;

import io.micronaut.core.annotation.Nullable;
import java.util.regex.Pattern;

/** Where to go after signing in: one of our own pages by name, never an address that somebody made up. */
final class ReturnTo {
    static final String HOME = "/";

    private static final Pattern OURS = Pattern.compile("/(apps/[A-Za-z0-9-]{1,80}(/revoke)?|sessions)?");

    private ReturnTo() {}

    static String of(@Nullable String asked) {
        return asked != null && OURS.matcher(asked).matches() ? asked : HOME;
    }
}
