package dev.ungrant.oauth;

import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.Json;
import dev.ungrant.web.Open;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** RFC 9126: an app hands over its request itself, so that it does not travel through the browser. */
@Open
@Controller("/v1")
final class PushedRequestEndpoint {
    private final Clients clients;
    private final RequestRules rules;
    private final RequestObjects objects;
    private final PendingRequests requests;
    private final Json json;

    PushedRequestEndpoint(
            Clients clients, RequestRules rules, RequestObjects objects, PendingRequests requests, Json json) {
        this.clients = clients;
        this.rules = rules;
        this.objects = objects;
        this.requests = requests;
        this.json = json;
    }

    @Post("/oauth2/par")
    @Consumes({MediaType.APPLICATION_FORM_URLENCODED, MediaType.APPLICATION_JSON})
    HttpResponse<Map<String, Object>> push(HttpRequest<?> request, @Body @Nullable String body) {
        return answer(request, body, null);
    }

    @Post("/public/{project_id}/oauth2/par")
    @Consumes({MediaType.APPLICATION_FORM_URLENCODED, MediaType.APPLICATION_JSON})
    HttpResponse<Map<String, Object>> projectPush(
            HttpRequest<?> request, String project_id, @Body @Nullable String body) {
        return answer(request, body, Clients.projectOf(project_id));
    }

    private HttpResponse<Map<String, Object>> answer(
            HttpRequest<?> http, @Nullable String body, @Nullable UUID projectId) {
        OAuthRequest request = OAuthRequest.of(http, body, json);
        ConnectedApp app = clients.authenticate(request, projectId);
        // RFC 9126 §2.1: one pushed request must not stand for another.
        if (request.parameter("request_uri") != null) {
            throw new OAuthProblem(OAuth2Error.INVALID_REQUEST, "A pushed request must not contain a request_uri.");
        }
        Map<String, List<String>> parameters = new LinkedHashMap<>(request.parameters());
        parameters.remove("request_uri");
        // A client that authenticates by header alone need not name itself once more.
        parameters.put("client_id", List.of(app.wireId()));
        String requestUri = requests.push(app, read(app, parameters));
        return HttpResponse.created(ApiResponse.to(http)
                        .with("status_code", 201)
                        .with("request_uri", requestUri)
                        .with("expires_in", PendingRequests.PUSHED_SECONDS)
                        .body())
                .header(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    /** RFC 9126 §2.3: what would be refused at the authorization endpoint is refused here. */
    private HostedRequest read(ConnectedApp app, Map<String, List<String>> parameters) {
        try {
            Map<String, List<String>> resolved = objects.pushed(app, RequestParameters.kept(parameters));
            if (resolved.containsKey("request")) {
                throw new OAuthProblem(
                        new ErrorObject(OAuth2Error.INVALID_REQUEST_OBJECT_CODE, RequestRules.BAD_OBJECT, 400));
            }
            return rules.read(resolved, null);
        } catch (AuthorizationRefused e) {
            String description = e.error().getDescription();
            throw new OAuthProblem(new ErrorObject(
                    e.error().getCode(), description == null ? "The request is refused." : description, 400));
        } catch (Problem e) {
            throw new OAuthProblem(OAuth2Error.INVALID_REQUEST, e.getMessage());
        }
    }
}
