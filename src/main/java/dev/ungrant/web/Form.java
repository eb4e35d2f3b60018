package dev.ungrant.web;

import io.micronaut.core.annotation.Nullable;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A form as it was sent, with fields that may stand in it several times. */
public record Form(Map<String, List<String>> fields) {
    private static final int MOST_FIELDS = 1024;

    /** @param body as it came; null: an empty form */
    public static Form of(@Nullable String body) {
        return new Form(
                body == null
                        ? Map.of()
                        : new QueryStringDecoder(body, StandardCharsets.UTF_8, false, MOST_FIELDS).parameters());
    }

    /** The first of that name, without white space around it; empty when there is none. */
    public String text(String name) {
        return all(name).isEmpty() ? "" : all(name).getFirst().strip();
    }

    public List<String> all(String name) {
        return fields.getOrDefault(name, List.of());
    }

    public boolean has(String name) {
        return fields.containsKey(name);
    }
}
