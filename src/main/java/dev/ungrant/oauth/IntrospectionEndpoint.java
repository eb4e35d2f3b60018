package dev.ungrant.oauth;

import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.Scopes;
import dev.ungrant.projects.Projects;
import dev.ungrant.rbac.Subject;
import dev.ungrant.secrets.Secret;
import dev.ungrant.secrets.SecretKind;
import dev.ungrant.sessions.BasicAuthHeader;
import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.Json;
import dev.ungrant.web.Open;
import dev.ungrant.web.RateLimits;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.BasicAuth;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * RFC 7662: is this token alive, now? A client asks about its own tokens; the project's backend, with the project secret,
 * about any of the project. For everybody else every token is inactive.
 */
@Open
@Controller("/v1")
final class IntrospectionEndpoint {
    private final Clients clients;
    private final Projects projects;
    private final Tokens tokens;
    private final RateLimits limits;
    private final Json json;

    IntrospectionEndpoint(Clients clients, Projects projects, Tokens tokens, RateLimits limits, Json json) {
        this.clients = clients;
        this.projects = projects;
        this.tokens = tokens;
        this.limits = limits;
        this.json = json;
    }

    @Post("/oauth2/introspect")
    @Consumes({MediaType.APPLICATION_FORM_URLENCODED, MediaType.APPLICATION_JSON})
    HttpResponse<Map<String, Object>> introspect(HttpRequest<?> request, @Body @Nullable String body) {
        return answer(request, body, null);
    }

    @Post("/public/{project_id}/oauth2/introspect")
    @Consumes({MediaType.APPLICATION_FORM_URLENCODED, MediaType.APPLICATION_JSON})
    HttpResponse<Map<String, Object>> projectIntrospect(
            HttpRequest<?> request, String project_id, @Body @Nullable String body) {
        return answer(request, body, Clients.projectOf(project_id));
    }

    private HttpResponse<Map<String, Object>> answer(
            HttpRequest<?> http, @Nullable String body, @Nullable UUID projectId) {
        OAuthRequest request = OAuthRequest.of(http, body, json);
        Optional<LiveToken> usual = usualCase(http, request, projectId);
        if (usual.isPresent()) {
            ApiResponse response = ApiResponse.to(http);
            describe(response, usual.get());
            return HttpResponse.ok(response.body()).header(HttpHeaders.CACHE_CONTROL, "no-store");
        }
        Asker asker = asker(http, request, projectId);
        String token = request.required("token");
        ApiResponse response = ApiResponse.to(http);
        if (token.startsWith(SecretKind.REFRESH_TOKEN.prefix())) {
            refreshToken(token)
                    .filter(row -> asker.maySee(row.projectId(), row.appId()))
                    .ifPresentOrElse(row -> describe(response, row), () -> response.with("active", false));
        } else {
            accessToken(token)
                    .filter(live -> asker.maySee(live.projectId(), live.appId()))
                    .ifPresentOrElse(live -> describe(response, live), () -> response.with("active", false));
        }
        return HttpResponse.ok(response.body()).header(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    /** A client with a secret that asks about a live access token of its own: nearly every call, settled by one query. */
    private Optional<LiveToken> usualCase(HttpRequest<?> http, OAuthRequest request, @Nullable UUID projectId) {
        if (request.parameter("token") == null || isProject(http)) {
            return Optional.empty();
        }
        Clients.Claim claim = clients.claim(request);
        Optional<UUID> appId = WireId.parse(ConnectedApp.ID_KIND, claim.clientId());
        if (claim.secret() == null || appId.isEmpty()) {
            return Optional.empty();
        }
        Optional<LiveToken> live = PresentedToken.parse(request.parameter("token"))
                .flatMap(token -> tokens.checkOfClient(token, appId.get(), claim.secret()))
                .filter(token -> projectId == null || projectId.equals(token.projectId()));
        live.ifPresent(token -> limits.countClientCall(claim.clientId()));
        return live;
    }

    private static boolean isProject(HttpRequest<?> http) {
        return http.getHeaders()
                .getAuthorization()
                .flatMap(BasicAuthHeader::parse)
                .filter(auth -> auth.getUsername().startsWith(WireId.prefix("project")))
                .isPresent();
    }

    /** @param appId null: the whole project */
    private record Asker(UUID projectId, @Nullable UUID appId) {
        boolean maySee(UUID ofProject, UUID ofApp) {
            return projectId.equals(ofProject) && (appId == null || appId.equals(ofApp));
        }
    }

    private Asker asker(HttpRequest<?> http, OAuthRequest request, @Nullable UUID projectId) {
        if (isProject(http)) {
            BasicAuth basic = BasicAuthHeader.parse(
                            http.getHeaders().getAuthorization().orElseThrow())
                    .orElseThrow();
            return new Asker(
                    projects.authenticate(basic.getUsername(), basic.getPassword())
                            .projectId(),
                    null);
        }
        ConnectedApp app = clients.authenticate(request, projectId);
        return new Asker(app.projectId(), app.appId());
    }

    private Optional<LiveToken> accessToken(String text) {
        return PresentedToken.parse(text).flatMap(token -> tokens.check(token.tenantId(), token.hash()));
    }

    private Optional<RefreshRow> refreshToken(String text) {
        return Secret.parse(SecretKind.REFRESH_TOKEN, text).flatMap(tokens::checkRefreshToken);
    }

    private void describe(ApiResponse response, LiveToken token) {
        tokens.noteUse(token);
        Subject subject = new Subject(token.subjectKind(), token.projectId(), token.tenantId(), token.subjectId());
        response.with("active", true)
                .with("sub", AccessTokens.subjectId(subject))
                .with(
                        "scope",
                        Scopes.parse(token.scopes())
                                .intersect(Scopes.parse(token.grantScopes()))
                                .toString())
                .with("aud", json.strings(token.audience()))
                .with("exp", token.expiresAt().getEpochSecond())
                .with("iat", token.issuedAt().getEpochSecond())
                .with("nbf", token.issuedAt().getEpochSecond())
                .with("iss", token.issuer())
                .with("client_id", WireId.of(ConnectedApp.ID_KIND, token.appId()))
                .with("token_type", "access_token")
                .with("jti", token.tokenId().toString())
                .with("grant_id", WireId.of("grant", token.grantId()));
        if (subject.isMember()) {
            response.with(
                    AccessTokens.ORGANIZATION_CLAIM,
                    AccessTokens.organizationClaim(token.tenantId(), token.organizationSlug()));
        }
    }

    private static void describe(ApiResponse response, RefreshRow token) {
        response.with("active", true)
                .with("sub", AccessTokens.subjectId(token.subject()))
                .with(
                        "scope",
                        Scopes.parse(token.scopes())
                                .intersect(Scopes.parse(token.grantScopes()))
                                .toString())
                .with("exp", token.expiresAt().getEpochSecond())
                .with("iat", token.issuedAt().getEpochSecond())
                .with("client_id", WireId.of(ConnectedApp.ID_KIND, token.appId()))
                .with("token_type", "refresh_token")
                .with("grant_id", WireId.of("grant", token.grantId()));
    }
}
