package dev.ungrant.sessions;

import dev.ungrant.secrets.Secret;
import dev.ungrant.secrets.SecretKind;
import io.micronaut.context.annotation.Property;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.cookie.Cookie;
import io.micronaut.http.cookie.SameSite;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Holds the secret of an invitation between its link and the yes, so that it does not stay in the address of a page. */
@Singleton
final class JoinCookie {
    private static final int SECONDS = 600;

    private final boolean secure;

    JoinCookie(@Property(name = "ungrant.base-url") String baseUrl) {
        this.secure = baseUrl.startsWith("https://");
    }

    Optional<Secret> invitation(HttpRequest<?> request) {
        return request.getCookies()
                .findCookie(name())
                .flatMap(cookie -> Secret.parse(SecretKind.INVITATION, cookie.getValue()));
    }

    Cookie holding(Secret invitation) {
        return cookie(invitation.reveal()).maxAge(SECONDS);
    }

    Cookie removed() {
        return cookie("").maxAge(0);
    }

    private String name() {
        return secure ? "__Host-j" : "j";
    }

    /** Lax: who follows a link in a web mailer comes from another site. */
    private Cookie cookie(String value) {
        return Cookie.of(name(), value).path("/").httpOnly(true).secure(secure).sameSite(SameSite.Lax);
    }
}
