package dev.ungrant.oauth;

import com.nimbusds.oauth2.sdk.util.URLUtils;
import dev.ungrant.secrets.Secret;
import dev.ungrant.sessions.PortalSessions;
import dev.ungrant.web.ClientAddress;
import dev.ungrant.web.Open;
import dev.ungrant.web.RateLimits;
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
import java.util.Optional;
import java.util.UUID;

/**
 * Where apps send browsers (RFC 6749 §3.1, OpenID Connect Core §3.1.2). It answers at once what needs nobody's word, and
 * otherwise keeps the request and leads to the page of {@link ConsentPages}. There is no HEAD: to look must not act.
 */
@Open
@Controller("/oauth2")
@Produces(MediaType.TEXT_HTML)
final class AuthorizeEndpoint {
    private final RequestRules rules;
    private final PendingRequests requests;
    private final HostedAuthorizations authorizations;
    private final AuthorizationReplies replies;
    private final RequestCookie cookie;
    private final PortalSessions portal;
    private final RateLimits limits;
    private final ClientAddress addresses;

    AuthorizeEndpoint(
            RequestRules rules,
            PendingRequests requests,
            HostedAuthorizations authorizations,
            AuthorizationReplies replies,
            RequestCookie cookie,
            PortalSessions portal,
            RateLimits limits,
            ClientAddress addresses) {
        this.rules = rules;
        this.requests = requests;
        this.authorizations = authorizations;
        this.replies = replies;
        this.cookie = cookie;
        this.portal = portal;
        this.limits = limits;
        this.addresses = addresses;
    }

    @Get(value = "/authorize", headRoute = false)
    HttpResponse<?> byLink(HttpRequest<?> request) {
        return answer(request, request.getUri().getRawQuery(), null);
    }

    /** For apps that are told of one project only, such as those that name themselves by an address of their own. */
    @Get(value = "/projects/{project_id}/authorize", headRoute = false)
    HttpResponse<?> projectByLink(HttpRequest<?> request, String project_id) {
        return answer(request, request.getUri().getRawQuery(), Clients.projectOf(project_id));
    }

    @Post("/authorize")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    HttpResponse<?> byForm(HttpRequest<?> request, @Body @Nullable String body) {
        return answer(request, body, null);
    }

    @Post("/projects/{project_id}/authorize")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    HttpResponse<?> projectByForm(HttpRequest<?> request, String project_id, @Body @Nullable String body) {
        return answer(request, body, Clients.projectOf(project_id));
    }

    private HttpResponse<?> answer(HttpRequest<?> http, @Nullable String text, @Nullable UUID projectId) {
        // A form that another site sends comes without our cookies, so it is not known yet who is here.
        boolean byForm = http.getMethod().permitsRequestBody();
        Optional<PortalSessions.Here> here = byForm ? Optional.empty() : portal.enter(http);
        here.ifPresentOrElse(
                found -> limits.countAuthorization(found.session().sessionId()),
                () -> limits.countAuthorizationFrom(addresses.of(http)));
        PendingRequests.Pending pending = requests.incoming(URLUtils.parseParameters(text), projectId);
        try {
            HostedRequest request = rules.read(pending.parameters(), pending.projectId());
            RequestRules.requirePushed(request, pending);
            if (!byForm
                    && authorizations.next(request, pending, here.orElse(null))
                            instanceof HostedAuthorizations.Next.Answer answer) {
                return replies.send(http, answer.response(), request.app());
            }
        } catch (AuthorizationRefused e) {
            if (AuthorizationReplies.maySend(e, here.isPresent())) {
                return replies.send(
                        http, e.replyTo().error(e.error()), e.replyTo().app());
            }
        }
        Secret page = requests.keep(pending);
        return HttpResponse.seeOther(PendingRequests.address(page))
                .cookie(cookie.holding(page.reveal(), requests.browserProof(page.reveal())));
    }
}
