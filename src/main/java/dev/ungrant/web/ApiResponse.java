package dev.ungrant.web;

import io.micronaut.http.HttpRequest;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The success envelope of the JSON API: {@code request_id}, the payload, {@code status_code} 200 (contract §2.4). For the
 * browser SDK all of it stands inside {@code data} (§5.3).
 */
public final class ApiResponse {
    private final Map<String, Object> fields = new LinkedHashMap<>();
    private final boolean forBrowsers;

    private ApiResponse(boolean forBrowsers) {
        this.forBrowsers = forBrowsers;
    }

    public static ApiResponse to(HttpRequest<?> request) {
        ApiResponse response = new ApiResponse(request.getPath().startsWith("/sdk/"));
        response.fields.put("request_id", RequestId.of(request));
        response.fields.put("status_code", 200);
        return response;
    }

    public ApiResponse with(String name, Object value) {
        fields.put(name, value);
        return this;
    }

    /** For the few answers whose payload is not nested under a name. */
    public ApiResponse withAll(Map<String, Object> flat) {
        fields.putAll(flat);
        return this;
    }

    public Map<String, Object> body() {
        return forBrowsers ? Map.of("data", fields) : fields;
    }
}
