package dev.ungrant.sessions;

import io.micronaut.core.annotation.Nullable;
import java.util.regex.Pattern;

/** Where to go after signing in: one of our own pages by name, never an address that somebody made up. */
public final class ReturnTo {
    public static final String HOME = "/";

    /** An app's request that waits for the person; its own page decides whether this browser may see it. */
    private static final Pattern REQUEST = Pattern.compile("/oauth2/authorize/cpar_[A-Za-z0-9_-]{60,90}");

    private static final Pattern OURS =
            Pattern.compile("/(apps/[A-Za-z0-9-]{1,80}(/revoke)?|sessions)?|" + REQUEST.pattern());

    private ReturnTo() {}

    public static String of(@Nullable String asked) {
        return asked != null && OURS.matcher(asked).matches() ? asked : HOME;
    }

    /** Whether a question of an app waits there, which is asked anew when a form of that page came too late. */
    static boolean isRequest(String path) {
        return REQUEST.matcher(path).matches();
    }
}
