package dev.ungrant.oauth;

import com.nimbusds.oauth2.sdk.token.TokenSchemeError;
import dev.ungrant.web.RequestId;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Error;
import java.util.LinkedHashMap;
import java.util.Map;

/** Says an {@link OAuthProblem}: RFC 6749 §5.2, with the envelope's fields beside it for clients that want those. */
@Controller
final class OAuthProblems {
    @Error(global = true)
    MutableHttpResponse<Map<String, Object>> answer(HttpRequest<?> request, OAuthProblem problem) {
        HttpStatus status = HttpStatus.valueOf(problem.error().getHTTPStatusCode());
        Map<String, Object> body = new LinkedHashMap<>();
        // RFC 6750 §3.1: a request without a token is told nothing but which scheme is wanted.
        String code = problem.error().getCode() == null
                ? "unauthorized"
                : problem.error().getCode();
        body.put("error", code);
        String description = problem.error().getDescription() == null
                ? "An access token is needed."
                : problem.error().getDescription();
        body.put("error_description", description);
        body.put("status_code", status.getCode());
        body.put("request_id", RequestId.of(request));
        body.put("error_type", code);
        body.put("error_message", description);
        body.put("error_url", "https://stytch.com/docs/api/errors/" + status.getCode());
        MutableHttpResponse<Map<String, Object>> response = HttpResponse.<Map<String, Object>>status(status)
                .contentType(MediaType.APPLICATION_JSON_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .body(body);
        if (problem.error() instanceof TokenSchemeError token) {
            return response.header(HttpHeaders.WWW_AUTHENTICATE, token.toWWWAuthenticateHeader());
        }
        // RFC 6749 §5.2: a client that tried the Authorization header is told which scheme is wanted.
        if (status == HttpStatus.UNAUTHORIZED && request.getHeaders().contains(HttpHeaders.AUTHORIZATION)) {
            response.header(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"ungrant\"");
        }
        return response;
    }
}
