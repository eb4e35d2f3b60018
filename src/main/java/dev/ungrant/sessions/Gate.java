package dev.ungrant.sessions;

import dev.ungrant.projects.Project;
import dev.ungrant.projects.Projects;
import dev.ungrant.projects.Vertical;
import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Via;
import dev.ungrant.web.ClientAddress;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.ForgeryFilter;
import dev.ungrant.web.Frame;
import dev.ungrant.web.MemberAction;
import dev.ungrant.web.Open;
import dev.ungrant.web.Problem;
import dev.ungrant.web.RateLimits;
import dev.ungrant.web.RequestId;
import dev.ungrant.web.Visitor;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.BasicAuth;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.web.router.RouteAttributes;
import io.micronaut.web.router.RouteMatch;
import java.net.URI;

/**
 * Stands before every route. A route is closed unless it is marked {@link Open}: under {@code /v1} it wants the project
 * secret (and looks at session headers where the contract has them), under {@code /sdk} a public token with the session that
 * a page holds, under {@code /embed} a session of that frame, elsewhere a portal session.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
final class Gate {
    static final String SESSION_HEADER = "X-Stytch-Member-Session";
    static final String SESSION_JWT_HEADER = "X-Stytch-Member-SessionJWT";

    private final Projects projects;
    private final Sessions sessions;
    private final RateLimits limits;
    private final ClientAddress addresses;
    private final PortalSessions portal;
    private final SdkGate sdk;

    Gate(
            Projects projects,
            Sessions sessions,
            RateLimits limits,
            ClientAddress addresses,
            PortalSessions portal,
            SdkGate sdk) {
        this.projects = projects;
        this.sessions = sessions;
        this.limits = limits;
        this.addresses = addresses;
        this.portal = portal;
        this.sdk = sdk;
    }

    @RequestFilter
    @ExecuteOn(TaskExecutors.BLOCKING)
    @Nullable
    HttpResponse<?> open(HttpRequest<?> request) {
        RouteMatch<?> route = RouteAttributes.getRouteMatch(request).orElse(null);
        if (route == null || route.getRouteInfo().getAnnotationMetadata().hasAnnotation(Open.class)) {
            return null;
        }
        if (request.getPath().startsWith("/v1/")) {
            CallerBinder.bind(request, apiCaller(request));
            return null;
        }
        if (request.getPath().startsWith("/sdk/")) {
            sdk.enter(request, route.getRouteInfo().getAnnotationMetadata().hasAnnotation(MemberAction.class));
            return null;
        }
        if (Frame.isFor(request.getPath())) {
            // Whoever is here was let in before this, with a session of that frame; a portal session counts for
            // nothing.
            if (!CallerBinder.isBound(request)) {
                throw new Problem(ErrorType.SESSION_NOT_FOUND);
            }
            return null;
        }
        if (portal.enter(request).isEmpty()) {
            return toSignIn(request);
        }
        ForgeryFilter.requireToken(request, Visitor.of(request).orElseThrow());
        return null;
    }

    private Caller apiCaller(HttpRequest<?> request) {
        BasicAuth credentials = request.getHeaders()
                .getAuthorization()
                .flatMap(BasicAuthHeader::parse)
                .orElseThrow(() -> new Problem(ErrorType.UNAUTHORIZED_CREDENTIALS));
        Project project = projects.authenticate(credentials.getUsername(), credentials.getPassword());
        limits.countApiCall(project.projectId());
        Vertical wanted = verticalOf(request.getPath());
        if (wanted != null && wanted != project.vertical()) {
            throw new Problem(ErrorType.BAD_VERTICAL, "This endpoint is for " + wanted + " projects.");
        }
        Via via = new Via(Via.Door.API, RequestId.of(request), addresses.of(request));
        String token = request.getHeaders().get(SESSION_HEADER);
        String jwt = request.getHeaders().get(SESSION_JWT_HEADER);
        if (token == null && jwt == null || project.vertical() == Vertical.CONSUMER) {
            return new ProjectCaller(project.projectId(), via);
        }
        return sessions.caller(sessions.require(project.projectId(), token, jwt, true), via);
    }

    /** The vertical that a path belongs to; null when it serves both. */
    @Nullable
    private static Vertical verticalOf(String path) {
        if (path.startsWith("/v1/b2b/")) {
            return Vertical.B2B;
        }
        boolean consumer = path.startsWith("/v1/users")
                || path.startsWith("/v1/sessions")
                || path.startsWith("/v1/idp/")
                || path.startsWith("/v1/rbac/");
        return consumer ? Vertical.CONSUMER : null;
    }

    /** A fragment must never be replaced by the sign-in page, so htmx is told to go there as a whole. */
    private static HttpResponse<?> toSignIn(HttpRequest<?> request) {
        if (request.getHeaders().contains("HX-Request")) {
            return HttpResponse.unauthorized().header("HX-Redirect", "/sign-in");
        }
        String wanted = request.getMethod() == HttpMethod.GET || ReturnTo.isRequest(request.getPath())
                ? ReturnTo.of(request.getPath())
                : ReturnTo.HOME;
        return HttpResponse.seeOther(
                URI.create("/sign-in" + (wanted.equals(ReturnTo.HOME) ? "" : "?return_to=" + wanted)));
    }
}
