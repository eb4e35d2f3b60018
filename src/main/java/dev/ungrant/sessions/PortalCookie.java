package dev.ungrant.sessions;

import io.micronaut.context.annotation.Property;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.cookie.Cookie;
import io.micronaut.http.cookie.SameSite;
import jakarta.inject.Singleton;
import java.util.Optional;

/** The cookie of a portal session. Over https it has the {@code __Host-} prefix, which pins it to this very host. */
@Singleton
public final class PortalCookie {
    private final boolean secure;

    PortalCookie(@Property(name = "ungrant.base-url") String baseUrl) {
        this.secure = baseUrl.startsWith("https://");
    }

    public String name() {
        return secure ? "__Host-s" : "s";
    }

    public Cookie holding(String token) {
        return cookie(token);
    }

    public Cookie removed() {
        return cookie("").maxAge(0);
    }

    /** The live portal session that the browser holds. */
    public Optional<Session> session(HttpRequest<?> request, Sessions sessions) {
        return request.getCookies()
                .findCookie(name())
                .map(Cookie::getValue)
                .flatMap(sessions::findByToken)
                .filter(session -> session.kind() == Session.Kind.PORTAL);
    }

    private Cookie cookie(String value) {
        return Cookie.of(name(), value).path("/").httpOnly(true).secure(secure).sameSite(SameSite.Lax);
    }
}
