package dev.ungrant.web;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;

/** What doors need to know about htmx: a hint for how to draw an answer, never a reason to trust a request. */
public final class Htmx {
    private Htmx() {}

    /** Whether a part of a page is wanted rather than the whole. */
    public static boolean wantsFragment(HttpRequest<?> request) {
        return request.getHeaders().contains("HX-Request")
                // htmx says so when it takes its part out of the whole page by itself.
                && !"full".equals(request.getHeaders().get("HX-Request-Type"));
    }

    /** For routes that answer both ways: a cache must not hand out the one for the other. */
    public static <T> MutableHttpResponse<T> vary(MutableHttpResponse<T> response) {
        return response.header(HttpHeaders.VARY, "HX-Request");
    }
}
