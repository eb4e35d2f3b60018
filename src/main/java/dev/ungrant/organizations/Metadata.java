package dev.ungrant.organizations;

import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Problem;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The integrator's own notes on an organization, member or user. */
public final class Metadata {
    private static final int MOST_BYTES = 16 * 1024;

    private Metadata() {}

    /** The present notes with those of the body: a key of null is removed, keys that the body leaves out stay. */
    public static Map<String, Object> merged(Map<String, Object> present, JsonBody body, String field, Json json) {
        Map<String, Object> merged = new LinkedHashMap<>(present);
        body.objectMap(field).orElse(Map.of()).forEach((key, value) -> {
            if (value == null) {
                merged.remove(key);
            } else {
                merged.put(key, value);
            }
        });
        if (json.write(merged).getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            throw new Problem(ErrorType.BAD_REQUEST, field + " must be at most " + MOST_BYTES + " bytes of JSON.");
        }
        return merged;
    }
}
