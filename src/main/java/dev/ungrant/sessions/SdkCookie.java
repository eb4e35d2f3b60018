package dev.ungrant.sessions;

import dev.ungrant.projects.SdkAccess;
import io.micronaut.context.annotation.Property;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.cookie.Cookie;
import io.micronaut.http.cookie.SameSite;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The cookie that keeps a page's session token out of reach of its scripts, for projects that want it so. It works for pages
 * of the same site as this server. No cookie is enough by itself: the request also wants the public token in a header, which
 * no form can send, and an origin of the project.
 */
@Singleton
final class SdkCookie {
    private final boolean secure;

    SdkCookie(@Property(name = "ungrant.base-url") String baseUrl) {
        this.secure = baseUrl.startsWith("https://");
    }

    Optional<String> token(HttpRequest<?> request, SdkClient client) {
        boolean fromAPage = client.origin() != null;
        return fromAPage && client.access().cookies() == SdkAccess.Cookies.HTTP_ONLY
                ? request.getCookies().findCookie(name(client.projectId())).map(Cookie::getValue)
                : Optional.empty();
    }

    Cookie holding(SdkClient client, String token, Instant until) {
        long seconds = Math.max(1, Duration.between(Instant.now(), until).toSeconds());
        return cookie(client, token).maxAge(seconds);
    }

    Cookie removed(SdkClient client) {
        return cookie(client, "").maxAge(0);
    }

    private Cookie cookie(SdkClient client, String value) {
        return Cookie.of(name(client.projectId()), value)
                .path("/")
                .httpOnly(true)
                .secure(secure)
                .sameSite(SameSite.Lax);
    }

    private String name(UUID projectId) {
        return (secure ? "__Host-sdk-" : "sdk-") + projectId;
    }
}
