package dev.ungrant.web;

import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.server.HttpServerConfiguration;

/** Refuses a body that is too large on routes that would not read it too, before anything else is done. */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Order(Ordered.HIGHEST_PRECEDENCE)
final class BodyLimit {
    private final long mostBytes;

    BodyLimit(HttpServerConfiguration server) {
        this.mostBytes = server.getMaxRequestSize();
    }

    @RequestFilter
    void check(HttpRequest<?> request) {
        if (request.getContentLength() > mostBytes) {
            throw new Problem(ErrorType.REQUEST_TOO_LARGE);
        }
    }
}
