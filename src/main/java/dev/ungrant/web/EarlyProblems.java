package dev.ungrant.web;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import java.util.Map;

/**
 * Says what the server refuses before there is a request that could be routed, such as a header that is too large. It is
 * unknown who asks, so the answer is the contract's envelope: programs must not get anything else, people can read it.
 */
@Singleton
final class EarlyProblems implements ErrorResponseProcessor<Map<String, Object>> {
    private final SecurityHeaders headers;

    EarlyProblems(SecurityHeaders headers) {
        this.headers = headers;
    }

    @Override
    public MutableHttpResponse<Map<String, Object>> processResponse(
            ErrorContext context, MutableHttpResponse<?> response) {
        Problem problem = new Problem(
                response.code() >= HttpStatus.INTERNAL_SERVER_ERROR.getCode()
                        ? ErrorType.INTERNAL_SERVER_ERROR
                        : Problems.typeOf(response.status()));
        MutableHttpResponse<Map<String, Object>> answer = HttpResponse.<Map<String, Object>>status(
                        problem.type().status())
                .contentType(MediaType.APPLICATION_JSON_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .body(Problems.envelope(context.getRequest(), problem));
        headers.add(context.getRequest(), answer);
        return answer;
    }
}
