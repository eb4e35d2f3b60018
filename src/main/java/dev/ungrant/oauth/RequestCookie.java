package dev.ungrant.oauth;

import dev.ungrant.secrets.Hash;
import io.micronaut.context.annotation.Property;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.cookie.Cookie;
import io.micronaut.http.cookie.SameSite;
import jakarta.inject.Singleton;
import java.util.HexFormat;

/** What ties a waiting request to the browser that began it; one for each request, so that two tabs do not disturb each other. */
@Singleton
final class RequestCookie {
    private final boolean secure;

    RequestCookie(@Property(name = "ungrant.base-url") String baseUrl) {
        this.secure = baseUrl.startsWith("https://");
    }

    @Nullable
    String proof(HttpRequest<?> request, String page) {
        return request.getCookies().findCookie(name(page)).map(Cookie::getValue).orElse(null);
    }

    Cookie holding(String page, String proof) {
        return cookie(page, proof).maxAge(PendingRequests.PAGE_SECONDS);
    }

    Cookie removed(String page) {
        return cookie(page, "").maxAge(0);
    }

    private String name(String page) {
        return (secure ? "__Host-a-" : "a-") + HexFormat.of().formatHex(Hash.sha256(page), 0, 6);
    }

    private Cookie cookie(String page, String value) {
        // Lax: the browser comes back to the request from a mail's link or from the app, by a plain link.
        return Cookie.of(name(page), value)
                .path("/")
                .httpOnly(true)
                .secure(secure)
                .sameSite(SameSite.Lax);
    }
}
