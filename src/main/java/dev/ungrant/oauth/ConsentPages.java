package dev.ungrant.oauth;

import dev.ungrant.connectedapps.Consents;
import dev.ungrant.sessions.PortalSessions;
import dev.ungrant.web.ClientAddress;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.FormTargets;
import dev.ungrant.web.Open;
import dev.ungrant.web.Pages;
import dev.ungrant.web.Problem;
import dev.ungrant.web.RateLimits;
import dev.ungrant.web.Words;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.uri.UriBuilder;
import java.util.Map;

/** The page that asks a person whether an app may act for them. Its address works in the browser that began the request only. */
@Controller("/oauth2/authorize/{page}")
@Produces(MediaType.TEXT_HTML)
final class ConsentPages {
    private final PendingRequests requests;
    private final RequestRules rules;
    private final HostedAuthorizations authorizations;
    private final AuthorizationReplies replies;
    private final ConsentViews views;
    private final RequestCookie cookie;
    private final PortalSessions portal;
    private final RateLimits limits;
    private final ClientAddress addresses;
    private final Pages pages;
    private final Words words;

    ConsentPages(
            PendingRequests requests,
            RequestRules rules,
            HostedAuthorizations authorizations,
            AuthorizationReplies replies,
            ConsentViews views,
            RequestCookie cookie,
            PortalSessions portal,
            RateLimits limits,
            ClientAddress addresses,
            Pages pages,
            Words words) {
        this.requests = requests;
        this.rules = rules;
        this.authorizations = authorizations;
        this.replies = replies;
        this.views = views;
        this.cookie = cookie;
        this.portal = portal;
        this.limits = limits;
        this.addresses = addresses;
        this.pages = pages;
        this.words = words;
    }

    /** Open, since it is here that somebody is sent to sign in, or an app is told that nobody has. */
    @Open
    @Get(headRoute = false)
    HttpResponse<?> ask(HttpRequest<?> http, String page) {
        return next(http, page, HttpStatus.OK);
    }

    @Post
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    HttpResponse<?> decide(HttpRequest<?> http, String page, @Body Map<String, String> form) {
        PortalSessions.Here here = portal.enter(http).orElseThrow(() -> new Problem(ErrorType.FORGED_REQUEST));
        limits.countAuthorization(here.session().sessionId());
        PendingRequests.Pending pending = requests.require(page, cookie.proof(http, page));
        String decision = form.getOrDefault("decision", "");
        if (!here.session().projectId().equals(pending.projectId())
                || !decision.equals("allow") && !decision.equals("deny")) {
            return HttpResponse.seeOther(http.getUri());
        }
        try {
            HostedRequest request = rules.read(pending.parameters(), pending.projectId());
            RequestRules.requirePushed(request, pending);
            return replies.send(
                            http,
                            authorizations.decide(
                                    request, pending, here, decision.equals("allow"), form.getOrDefault("shown", "")),
                            request.app())
                    .cookie(cookie.removed(page));
        } catch (AuthorizationRefused e) {
            return replies.send(http, e.replyTo().error(e.error()), e.replyTo().app());
        } catch (Consents.StaleConsent e) {
            return next(http, page, HttpStatus.CONFLICT);
        }
    }

    private HttpResponse<?> next(HttpRequest<?> http, String page, HttpStatus status) {
        PortalSessions.Here here = portal.enter(http).orElse(null);
        if (here == null) {
            limits.countAuthorizationFrom(addresses.of(http));
        } else if (status == HttpStatus.OK) {
            limits.countAuthorization(here.session().sessionId());
        }
        PendingRequests.Pending pending = requests.require(page, cookie.proof(http, page));
        try {
            HostedRequest request = rules.read(pending.parameters(), pending.projectId());
            RequestRules.requirePushed(request, pending);
            return switch (authorizations.next(request, pending, here)) {
                case HostedAuthorizations.Next.Answer answer ->
                    replies.send(http, answer.response(), request.app()).cookie(cookie.removed(page));
                case HostedAuthorizations.Next.SignIn signIn -> lead("/sign-in", http);
                case HostedAuthorizations.Next.Choose choose -> lead("/switch", http);
                case HostedAuthorizations.Next.Ask ask -> {
                    FormTargets.allow(http, request.replyTo().redirectUri());
                    yield pages.page(
                            http,
                            status,
                            "oauth/consent",
                            views.of(request, ask, here.session(), http.getPath(), words.locale(http), status));
                }
            };
        } catch (AuthorizationRefused e) {
            return AuthorizationReplies.maySend(e, here != null)
                    ? replies.send(
                            http, e.replyTo().error(e.error()), e.replyTo().app())
                    : lead("/sign-in", http);
        }
    }

    private static MutableHttpResponse<?> lead(String path, HttpRequest<?> http) {
        return HttpResponse.seeOther(
                UriBuilder.of(path).queryParam("return_to", http.getPath()).build());
    }
}
