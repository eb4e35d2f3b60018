package dev.ungrant.oauth;

import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.rbac.Via;
import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.ClientAddress;
import dev.ungrant.web.Json;
import dev.ungrant.web.Open;
import dev.ungrant.web.RequestId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import java.util.Map;
import java.util.UUID;

/** RFC 7009: an app gives a token back. A token of another app is answered like one that does not exist. */
@Open
@Controller("/v1")
final class RevocationEndpoint {
    private final Clients clients;
    private final TokenEnds ends;
    private final ClientAddress addresses;
    private final Json json;

    RevocationEndpoint(Clients clients, TokenEnds ends, ClientAddress addresses, Json json) {
        this.clients = clients;
        this.ends = ends;
        this.addresses = addresses;
        this.json = json;
    }

    @Post("/oauth2/revoke")
    @Consumes({MediaType.APPLICATION_FORM_URLENCODED, MediaType.APPLICATION_JSON})
    HttpResponse<Map<String, Object>> revoke(HttpRequest<?> request, @Body @Nullable String body) {
        return answer(request, body, null);
    }

    @Post("/public/{project_id}/oauth2/revoke")
    @Consumes({MediaType.APPLICATION_FORM_URLENCODED, MediaType.APPLICATION_JSON})
    HttpResponse<Map<String, Object>> projectRevoke(
            HttpRequest<?> request, String project_id, @Body @Nullable String body) {
        return answer(request, body, Clients.projectOf(project_id));
    }

    private HttpResponse<Map<String, Object>> answer(
            HttpRequest<?> http, @Nullable String body, @Nullable UUID projectId) {
        OAuthRequest request = OAuthRequest.of(http, body, json);
        ConnectedApp app = clients.authenticate(request, projectId);
        ends.revoke(app, request.required("token"), new Via(Via.Door.OAUTH, RequestId.of(http), addresses.of(http)));
        return HttpResponse.ok(ApiResponse.to(http).body()).header(HttpHeaders.CACHE_CONTROL, "no-store");
    }
}
