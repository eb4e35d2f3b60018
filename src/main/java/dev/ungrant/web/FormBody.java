package dev.ungrant.web;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.ServerHttpRequest;
import io.micronaut.http.body.ByteBody;
import io.micronaut.http.body.CloseableAvailableByteBody;
import io.micronaut.http.body.CloseableByteBody;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** A field of a form, for filters that need it before the door reads the body. */
public final class FormBody {
    private FormBody() {}

    /** Must not be called on the event loop: it waits for the body. */
    @Nullable
    public static String field(HttpRequest<?> request, String name) {
        boolean form = request.getContentType()
                .filter(type -> type.matches(MediaType.APPLICATION_FORM_URLENCODED_TYPE))
                .isPresent();
        if (!form || !(request instanceof ServerHttpRequest<?> server)) {
            return null;
        }
        // A copy: the door reads the body once more.
        try (CloseableByteBody copy = server.byteBody().split(ByteBody.SplitBackpressureMode.FASTEST);
                CloseableAvailableByteBody body = copy.buffer().join()) {
            return field(body.toString(StandardCharsets.UTF_8), name);
        }
    }

    @Nullable
    private static String field(String body, String name) {
        for (String pair : body.split("&")) {
            if (pair.startsWith(name + "=")) {
                try {
                    return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
                } catch (IllegalArgumentException e) {
                    return null;
                }
            }
        }
        return null;
    }
}
