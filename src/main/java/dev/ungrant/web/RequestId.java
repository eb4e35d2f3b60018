package dev.ungrant.web;

import io.micronaut.http.HttpRequest;
import java.util.UUID;

/** The id of a request: in every answer, every log line and every audit event. */
public final class RequestId {
    private static final String ATTRIBUTE = "ungrant.request-id";

    private RequestId() {}

    /** The id of this request, made when first asked for. */
    public static String of(HttpRequest<?> request) {
        return request.getAttribute(ATTRIBUTE, String.class).orElseGet(() -> {
            String id = WireId.of("request-id", UUID.randomUUID());
            request.setAttribute(ATTRIBUTE, id);
            return id;
        });
    }
}
