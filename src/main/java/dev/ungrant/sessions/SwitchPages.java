package dev.ungrant.sessions;

import dev.ungrant.oauth.PendingRequests;
import dev.ungrant.rbac.Via;
import dev.ungrant.web.ClientAddress;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.FormTargets;
import dev.ungrant.web.Pages;
import dev.ungrant.web.Problem;
import dev.ungrant.web.RateLimits;
import dev.ungrant.web.RequestId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** Going on as another account of the same person: another organization, after one and the same proof. */
@Controller("/switch")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
final class SwitchPages {
    private final SignIns signIns;
    private final Sessions sessions;
    private final PortalSessions portal;
    private final PortalCookie cookie;
    private final PendingRequests requests;
    private final Pages pages;
    private final ClientAddress addresses;
    private final RateLimits limits;

    SwitchPages(
            SignIns signIns,
            Sessions sessions,
            PortalSessions portal,
            PortalCookie cookie,
            PendingRequests requests,
            Pages pages,
            ClientAddress addresses,
            RateLimits limits) {
        this.signIns = signIns;
        this.sessions = sessions;
        this.portal = portal;
        this.cookie = cookie;
        this.requests = requests;
        this.pages = pages;
        this.addresses = addresses;
        this.limits = limits;
    }

    @Get
    HttpResponse<?> choices(HttpRequest<?> request, @Nullable @QueryValue("return_to") String returnTo) {
        Session session = session(request);
        requests.awaiting(ReturnTo.of(returnTo)).ifPresent(found -> FormTargets.allow(request, found.redirectUri()));
        return pages.page(
                request,
                "sessions/switch",
                Map.of(
                        "people",
                        accounts(session),
                        "current",
                        session.subject().id(),
                        "returnTo",
                        ReturnTo.of(returnTo)));
    }

    /** Also for the account that is in use: who chooses it has chosen. The session of before is over either way. */
    @Post
    HttpResponse<?> change(HttpRequest<?> request, @Body Map<String, String> form) {
        Session session = session(request);
        // By person, since the session is another one each time.
        limits.countAuthorization(session.subjectId());
        Person person = accounts(session).stream()
                .filter(account -> account.wireId().equals(form.get("person")))
                .findFirst()
                .orElseThrow(() -> new Problem(ErrorType.SESSION_NOT_FOUND));
        Via via = new Via(Via.Door.PORTAL, RequestId.of(request), addresses.of(request));
        String userAgent = request.getHeaders().get("User-Agent", String.class).orElse("");
        Sessions.Begun begun = signIns.change(session, person, via, userAgent);
        sessions.end(session.tenantId(), session.sessionId());
        return HttpResponse.seeOther(URI.create(ReturnTo.of(form.get("return_to"))))
                .cookie(cookie.holding(begun.token().reveal()));
    }

    private List<Person> accounts(Session session) {
        return signIns.accounts(session);
    }

    private Session session(HttpRequest<?> request) {
        Session session = portal.enter(request)
                .orElseThrow(() -> new Problem(ErrorType.SESSION_NOT_FOUND))
                .session();
        if (session.permissions() != null) {
            // A host handed one person over, to do so much and no more.
            throw new Problem(ErrorType.SESSION_AUTHORIZATION_ERROR);
        }
        return session;
    }
}
