package dev.ungrant.web;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import jakarta.inject.Singleton;

/** A failure as a page for people. */
@Singleton
final class ErrorPages {
    MutableHttpResponse<?> show(HttpRequest<?> request, Problem problem) {
        return HttpResponse.status(problem.type().status())
                .contentType(MediaType.TEXT_PLAIN_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .body(problem.getMessage() + "\n\nRequest " + RequestId.of(request) + "\n");
    }
}
