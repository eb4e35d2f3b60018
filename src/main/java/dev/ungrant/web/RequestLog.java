package dev.ungrant.web;

import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.web.router.RouteAttributes;
import io.micronaut.web.router.RouteMatch;
import io.micronaut.web.router.UriRouteInfo;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One JSON line for each request: its id, the route (never the path, which may hold ids of people), status, milliseconds
 * and who acted. No headers, bodies or queries, so no secret can slip in.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Order(-1000)
public final class RequestLog {
    private static final Logger LOG = LoggerFactory.getLogger(RequestLog.class);
    private static final String BEGUN = "ungrant.begun";
    private static final String ROUTE = "ungrant.log.route";
    private static final String ACTOR = "ungrant.actor";

    RequestLog() {}

    /** Says who acts, once that is known. */
    public static void actor(HttpRequest<?> request, String wireId) {
        request.setAttribute(ACTOR, wireId);
    }

    @RequestFilter
    void begin(HttpRequest<?> request) {
        request.setAttribute(BEGUN, System.nanoTime());
        // Now, since a failure puts the route of the failure in its place.
        request.setAttribute(ROUTE, route(request));
    }

    private static String route(HttpRequest<?> request) {
        return RouteAttributes.getRouteMatch(request)
                .map(RouteMatch::getRouteInfo)
                .filter(UriRouteInfo.class::isInstance)
                .map(info -> ((UriRouteInfo<?, ?>) info).getUriMatchTemplate().toPathString())
                .orElse("none");
    }

    @ResponseFilter
    void end(HttpRequest<?> request, HttpResponse<?> response) {
        if (!LOG.isInfoEnabled()) {
            return;
        }
        long begun = request.getAttribute(BEGUN, Long.class).orElseGet(System::nanoTime);
        LOG.info(
                "{\"request_id\":\"{}\",\"method\":\"{}\",\"route\":\"{}\",\"status\":{},\"ms\":{},\"actor\":\"{}\"}",
                RequestId.of(request),
                request.getMethod(),
                request.getAttribute(ROUTE, String.class).orElse("none"),
                response.code(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun),
                request.getAttribute(ACTOR, String.class).orElse(""));
    }
}
