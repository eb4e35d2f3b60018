package dev.ungrant.oauth;

import com.nimbusds.oauth2.sdk.util.URLUtils;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.sessions.PortalCookie;
import dev.ungrant.sessions.PortalSessions;
import dev.ungrant.web.ClientAddress;
import dev.ungrant.web.FormTargets;
import dev.ungrant.web.Open;
import dev.ungrant.web.Pages;
import dev.ungrant.web.RateLimits;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** OpenID Connect RP-Initiated Logout: an app sends the browser here so that the person is signed out here too. */
@Controller("/oauth2/logout")
@Produces(MediaType.TEXT_HTML)
final class LogoutEndpoint {
    private final Logouts logouts;
    private final PortalSessions portal;
    private final PortalCookie cookie;
    private final Pages pages;
    private final RateLimits limits;
    private final ClientAddress addresses;

    LogoutEndpoint(
            Logouts logouts,
            PortalSessions portal,
            PortalCookie cookie,
            Pages pages,
            RateLimits limits,
            ClientAddress addresses) {
        this.logouts = logouts;
        this.portal = portal;
        this.cookie = cookie;
        this.pages = pages;
        this.limits = limits;
        this.addresses = addresses;
    }

    @Open
    @Get(headRoute = false)
    HttpResponse<?> byLink(HttpRequest<?> http) {
        limits.countAuthorizationFrom(addresses.of(http));
        Logouts.Asked asked =
                logouts.read(URLUtils.parseParameters(http.getUri().getRawQuery()));
        Optional<SessionCaller> caller = portal.enter(http).map(PortalSessions.Here::caller);
        if (caller.isPresent() && !asked.isSureAbout(caller.get())) {
            return toQuestion(asked);
        }
        caller.ifPresent(logouts::end);
        return done(http, asked);
    }

    /** Another site's form comes without our cookies, so who is here is found out at the next step. */
    @Open
    @Post
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    HttpResponse<?> byForm(HttpRequest<?> http, @Body @Nullable String body) {
        limits.countAuthorizationFrom(addresses.of(http));
        return toQuestion(logouts.read(URLUtils.parseParameters(body)));
    }

    @Open
    @Get(value = "/{page}", headRoute = false)
    HttpResponse<?> question(HttpRequest<?> http, String page) {
        Logouts.Asked asked = logouts.find(page);
        Optional<SessionCaller> caller = portal.enter(http).map(PortalSessions.Here::caller);
        if (caller.isEmpty() || asked.isSureAbout(caller.get())) {
            caller.ifPresent(logouts::end);
            return done(http, asked);
        }
        if (asked.target() != null) {
            FormTargets.allow(http, asked.target());
        }
        return pages.page(
                http,
                "oauth/logout",
                Map.of("name", asked.app() == null ? "" : asked.app().name(), "address", http.getPath()));
    }

    @Post("/{page}")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    HttpResponse<?> signOut(HttpRequest<?> http, SessionCaller caller, String page) {
        Logouts.Asked asked = logouts.find(page);
        logouts.end(caller);
        return done(http, asked);
    }

    private HttpResponse<?> toQuestion(Logouts.Asked asked) {
        return HttpResponse.seeOther(
                URI.create("/oauth2/logout/" + logouts.keep(asked).reveal()));
    }

    private HttpResponse<?> done(HttpRequest<?> http, Logouts.Asked asked) {
        MutableHttpResponse<?> response = asked.target() == null
                ? pages.page(http, "oauth/signed-out", Map.of())
                : HttpResponse.seeOther(asked.target());
        return response.cookie(cookie.removed()).header("Clear-Site-Data", "\"cache\"");
    }
}
