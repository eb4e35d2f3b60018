package dev.ungrant.federation;

import dev.ungrant.secrets.Secret;
import dev.ungrant.secrets.SecretKind;
import io.micronaut.context.annotation.Property;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.cookie.Cookie;
import io.micronaut.http.cookie.SameSite;
import jakarta.inject.Singleton;
import java.util.Optional;

/** What ties a sign-in at a provider to the browser that began it. Lax, since the browser comes back from another site. */
@Singleton
final class ProviderCookie {
    private final boolean secure;

    ProviderCookie(@Property(name = "ungrant.base-url") String baseUrl) {
        this.secure = baseUrl.startsWith("https://");
    }

    Optional<Secret> attempt(HttpRequest<?> request) {
        return request.getCookies()
                .findCookie(name())
                .flatMap(cookie -> Secret.parse(SecretKind.PROVIDER_SIGN_IN, cookie.getValue()));
    }

    Cookie holding(Secret attempt) {
        return cookie(attempt.reveal()).maxAge(ProviderSignIns.MINUTES * 60L);
    }

    Cookie removed() {
        return cookie("").maxAge(0);
    }

    private String name() {
        return secure ? "__Host-o" : "o";
    }

    private Cookie cookie(String value) {
        return Cookie.of(name(), value).path("/").httpOnly(true).secure(secure).sameSite(SameSite.Lax);
    }
}
