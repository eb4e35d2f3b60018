package dev.ungrant.embed;

import dev.ungrant.secrets.Secret;
import dev.ungrant.web.Frame;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.cookie.Cookie;

/**
 * The cookie of a session in a frame. {@code Partitioned} (CHIPS) gives each host's site a jar of its own, and is what lets a
 * browser keep it at all that blocks cookies of third parties. {@code Secure} on loopback too: browsers take it there, and
 * without it they would drop {@code SameSite=None}.
 */
final class EmbedCookie {
    static final String NAME = "__Host-es";

    private EmbedCookie() {}

    /** Written by hand: the framework's cookies know no partitions. */
    static String holding(Secret handle, int seconds) {
        return NAME + '=' + handle.reveal() + "; Path=/; Secure; HttpOnly; SameSite=None; Partitioned; Max-Age="
                + seconds;
    }

    /** What the browser sent to a page for frames; null: nothing. */
    @Nullable
    static String handle(HttpRequest<?> request) {
        return Frame.isFor(request.getPath())
                ? request.getCookies().findCookie(NAME).map(Cookie::getValue).orElse(null)
                : null;
    }
}
