package dev.ungrant.oauth;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.Scopes;
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
import java.util.Set;
import java.util.UUID;

/** RFC 6749 §3.2, on the plain path and on the project's own (contract §8.2). The client is authenticated inside. */
@Open
@Controller("/v1")
final class TokenEndpoint {
    private static final Set<String> GRANT_TYPES = Set.of("authorization_code", "refresh_token", "client_credentials");

    private final Clients clients;
    private final Proofs proofs;
    private final Tokens tokens;
    private final AppTokens appTokens;
    private final Issuers issuers;
    private final ClientAddress addresses;
    private final Json json;

    TokenEndpoint(
            Clients clients,
            Proofs proofs,
            Tokens tokens,
            AppTokens appTokens,
            Issuers issuers,
            ClientAddress addresses,
            Json json) {
        this.clients = clients;
        this.proofs = proofs;
        this.tokens = tokens;
        this.appTokens = appTokens;
        this.issuers = issuers;
        this.addresses = addresses;
        this.json = json;
    }

    @Post("/oauth2/token")
    @Consumes({MediaType.APPLICATION_FORM_URLENCODED, MediaType.APPLICATION_JSON})
    HttpResponse<Map<String, Object>> token(HttpRequest<?> request, @Body @Nullable String body) {
        return answer(request, body, null);
    }

    @Post("/public/{project_id}/oauth2/token")
    @Consumes({MediaType.APPLICATION_FORM_URLENCODED, MediaType.APPLICATION_JSON})
    HttpResponse<Map<String, Object>> projectToken(
            HttpRequest<?> request, String project_id, @Body @Nullable String body) {
        return answer(request, body, Clients.projectOf(project_id));
    }

    private HttpResponse<Map<String, Object>> answer(
            HttpRequest<?> http, @Nullable String body, @Nullable UUID projectId) {
        OAuthRequest request = OAuthRequest.of(http, body, json);
        Clients.Claim claim = clients.claim(request);
        ConnectedApp app = clients.authenticate(claim, projectId);
        String grantType = request.required("grant_type");
        if (!GRANT_TYPES.contains(grantType)) {
            throw new OAuthProblem(OAuth2Error.UNSUPPORTED_GRANT_TYPE, "The grant_type is not supported.");
        }
        TokenRequest ask = new TokenRequest(
                app,
                issuers.at(projectId),
                request.all("resource"),
                proofs.atTokenEndpoint(http, app),
                new Via(
                        Via.Door.OAUTH,
                        RequestId.of(http),
                        addresses.of(http),
                        http.getHeaders().get(HttpHeaders.USER_AGENT, String.class, "")));
        Scopes wanted = request.parameter("scope") == null ? null : Scopes.parse(request.parameter("scope"));
        return answer(
                http,
                switch (grantType) {
                    case "authorization_code" ->
                        tokens.exchange(
                                ask,
                                request.required("code"),
                                request.parameter("redirect_uri"),
                                app.pkceOptional()
                                        ? request.parameter("code_verifier")
                                        : request.required("code_verifier"));
                    case "refresh_token" -> tokens.refresh(ask, request.required("refresh_token"), wanted);
                    default -> appTokens.mint(ask, claim.secret(), wanted);
                });
    }

    private static HttpResponse<Map<String, Object>> answer(HttpRequest<?> http, Minted minted) {
        ApiResponse response = ApiResponse.to(http)
                .with("access_token", minted.accessToken())
                .with("token_type", minted.dpopBound() ? "DPoP" : "bearer")
                .with("expires_in", minted.expiresInSeconds())
                .with("scope", minted.scope());
        if (minted.refreshToken() != null) {
            response.with("refresh_token", minted.refreshToken());
        }
        if (minted.idToken() != null) {
            response.with("id_token", minted.idToken());
        }
        return HttpResponse.ok(response.body())
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header(HttpHeaders.PRAGMA, "no-cache");
    }
}
