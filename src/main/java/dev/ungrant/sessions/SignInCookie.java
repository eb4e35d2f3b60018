package dev.ungrant.sessions;

import dev.ungrant.secrets.Secret;
import dev.ungrant.secrets.SecretKind;
import io.micronaut.context.annotation.Property;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.cookie.Cookie;
import io.micronaut.http.cookie.SameSite;
import jakarta.inject.Singleton;
import java.util.Optional;

/** What ties a sign-in code to the browser that asked for it. */
@Singleton
final class SignInCookie {
    private final boolean secure;

    SignInCookie(@Property(name = "ungrant.base-url") String baseUrl) {
        this.secure = baseUrl.startsWith("https://");
    }

    Optional<Secret> attempt(HttpRequest<?> request) {
        return request.getCookies()
                .findCookie(name())
                .flatMap(cookie -> Secret.parse(SecretKind.SIGN_IN, cookie.getValue()));
    }

    Cookie holding(Secret attempt) {
        return cookie(attempt.reveal()).maxAge(SignIns.MINUTES * 60L);
    }

    Cookie removed() {
        return cookie("").maxAge(0);
    }

    private String name() {
        return secure ? "__Host-i" : "i";
    }

    private Cookie cookie(String value) {
        return Cookie.of(name(), value).path("/").httpOnly(true).secure(secure).sameSite(SameSite.Strict);
    }
}
