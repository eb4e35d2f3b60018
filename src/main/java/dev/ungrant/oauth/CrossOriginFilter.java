package dev.ungrant.oauth;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;

/**
 * Lets scripts of any origin speak with the endpoints that clients call themselves (RFC 9700 §2.6), as an app that runs in a
 * browser must. Never with cookies, so a script can do no more than its own program elsewhere. The authorization endpoint is
 * not among them.
 */
@ServerFilter({"/v1/oauth2/**", "/v1/public/**", "/.well-known/**"})
@Order(-60)
final class CrossOriginFilter {
    @RequestFilter
    @Nullable
    HttpResponse<?> askedBeforehand(HttpRequest<?> request) {
        if (request.getMethod() != HttpMethod.OPTIONS
                || !request.getHeaders().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD)) {
            return null;
        }
        MutableHttpResponse<?> response = HttpResponse.noContent()
                .header(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, DELETE")
                .header(
                        HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS,
                        "Authorization, Content-Type, DPoP, MCP-Protocol-Version")
                .header(HttpHeaders.ACCESS_CONTROL_MAX_AGE, "7200");
        answer(response);
        return response;
    }

    @ResponseFilter
    void answer(MutableHttpResponse<?> response) {
        response.header(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*")
                .header(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, "Retry-After, WWW-Authenticate, X-Request-Id");
    }
}
