package dev.ungrant.oauth;

import com.nimbusds.common.contenttype.ContentType;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.util.URLUtils;
import dev.ungrant.web.Json;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A request to an OAuth endpoint as Nimbus wants to parse it. The contract allows a JSON body beside the form of RFC
 * 6749; both become the same parameters.
 */
record OAuthRequest(HTTPRequest http, Map<String, List<String>> parameters) {
    private static final URI ANYWHERE = URI.create("https://ungrant.invalid/");

    static OAuthRequest of(HttpRequest<?> request, @Nullable String body, Json json) {
        boolean isJson = request.getContentType()
                .filter(MediaType.APPLICATION_JSON_TYPE::matches)
                .isPresent();
        String form = body == null ? "" : isJson ? form(json, body) : body;
        HTTPRequest http = new HTTPRequest(HTTPRequest.Method.POST, ANYWHERE);
        http.setEntityContentType(ContentType.APPLICATION_URLENCODED);
        http.setBody(form);
        request.getHeaders().getAuthorization().ifPresent(http::setAuthorization);
        Map<String, List<String>> parameters = URLUtils.parseParameters(form);
        // RFC 6749 §3.2: request parameters must not be included more than once; resource may be (RFC 8707 §2).
        parameters.forEach((name, values) -> {
            if (values.size() > 1 && !name.equals("resource")) {
                throw new OAuthProblem(OAuth2Error.INVALID_REQUEST, "The parameter " + safe(name) + " is repeated.");
            }
        });
        return new OAuthRequest(http, parameters);
    }

    private static String form(Json json, String body) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        try {
            json.body(body).fields().forEach((name, value) -> {
                if (value instanceof List<?> list) {
                    parameters.put(name, list.stream().map(String::valueOf).toList());
                } else if (value != null) {
                    parameters.put(name, List.of(String.valueOf(value)));
                }
            });
        } catch (Problem e) {
            throw new OAuthProblem(OAuth2Error.INVALID_REQUEST, e.getMessage());
        }
        return URLUtils.serializeParameters(parameters);
    }

    @Nullable
    String parameter(String name) {
        List<String> values = parameters.get(name);
        return values == null || values.isEmpty() || values.getFirst().isEmpty() ? null : values.getFirst();
    }

    String required(String name) {
        String value = parameter(name);
        if (value == null) {
            throw new OAuthProblem(OAuth2Error.INVALID_REQUEST, "The parameter " + name + " is missing.");
        }
        return value;
    }

    List<String> all(String name) {
        return parameters.getOrDefault(name, List.of());
    }

    /** Error descriptions hold only the characters of RFC 6749 §5.2. */
    private static String safe(String name) {
        return name.replaceAll("[^A-Za-z0-9_.-]", "?");
    }

    static OAuthProblem malformed(ParseException e) {
        return new OAuthProblem(
                e.getErrorObject() == null ? OAuth2Error.INVALID_REQUEST : e.getErrorObject(),
                "The request cannot be read.");
    }
}
