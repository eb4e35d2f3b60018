package dev.ungrant.oauth;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.projects.Projects;
import dev.ungrant.secrets.Secret;
import dev.ungrant.secrets.SecretKind;
import dev.ungrant.secrets.SigningAlgorithm;
import dev.ungrant.secrets.SigningKeys;
import dev.ungrant.sessions.BasicAuthHeader;
import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.Open;
import dev.ungrant.web.Problem;
import dev.ungrant.web.RateLimits;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.BasicAuth;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * RFC 7662: is this token alive, now? A client asks about its own tokens; the project's backend, with the project secret,
 * about any of the project. For everybody else every token is inactive. A resource server that names itself as
 * {@code resource} sees the tokens that are for it and no others.
 */
@Open
@Controller("/v1")
final class IntrospectionEndpoint {
    private static final String SIGNED_NAME = "application/token-introspection+jwt";
    private static final MediaType SIGNED = MediaType.of(SIGNED_NAME);

    private final Clients clients;
    private final Projects projects;
    private final LiveTokens tokens;
    private final TokenDescriptions descriptions;
    private final SigningKeys keys;
    private final Issuers issuers;
    private final RateLimits limits;
    private final Json json;

    IntrospectionEndpoint(
            Clients clients,
            Projects projects,
            LiveTokens tokens,
            TokenDescriptions descriptions,
            SigningKeys keys,
            Issuers issuers,
            RateLimits limits,
            Json json) {
        this.clients = clients;
        this.projects = projects;
        this.tokens = tokens;
        this.descriptions = descriptions;
        this.keys = keys;
        this.issuers = issuers;
        this.limits = limits;
        this.json = json;
    }

    @Post("/oauth2/introspect")
    @Consumes({MediaType.APPLICATION_FORM_URLENCODED, MediaType.APPLICATION_JSON})
    @Produces({MediaType.APPLICATION_JSON, SIGNED_NAME})
    HttpResponse<?> introspect(HttpRequest<?> request, @Body @Nullable String body) {
        return answer(request, body, null);
    }

    @Post("/public/{project_id}/oauth2/introspect")
    @Consumes({MediaType.APPLICATION_FORM_URLENCODED, MediaType.APPLICATION_JSON})
    @Produces({MediaType.APPLICATION_JSON, SIGNED_NAME})
    HttpResponse<?> projectIntrospect(HttpRequest<?> request, String project_id, @Body @Nullable String body) {
        return answer(request, body, Clients.projectOf(project_id));
    }

    private HttpResponse<?> answer(HttpRequest<?> http, @Nullable String body, @Nullable UUID projectId) {
        OAuthRequest request = OAuthRequest.of(http, body, json);
        Optional<LiveToken> usual = usualCase(http, request, projectId);
        if (usual.isPresent()) {
            return say(
                    http, projectId, WireId.of(ConnectedApp.ID_KIND, usual.get().appId()), seen(usual.get(), request));
        }
        Asker asker = asker(http, request, projectId);
        return say(http, projectId, asker.wireId(), describe(asker, request));
    }

    private Map<String, Object> describe(Asker asker, OAuthRequest request) {
        String text = request.required("token");
        if (text.startsWith(SecretKind.REFRESH_TOKEN.prefix())) {
            return Secret.parse(SecretKind.REFRESH_TOKEN, text)
                    .flatMap(tokens::findRefreshToken)
                    .filter(row -> asker.maySee(row.projectId(), row.appId()))
                    .map(descriptions::of)
                    .orElse(TokenDescriptions.INACTIVE);
        }
        Optional<PresentedToken> token = PresentedToken.parse(text);
        if (token.filter(PresentedToken::ofApp).isPresent()) {
            return tokens.findAppToken(token.get())
                    .filter(live -> asker.maySee(live.projectId(), live.appId()))
                    .filter(live -> isFor(live.audience(), request))
                    .map(descriptions::of)
                    .orElse(TokenDescriptions.INACTIVE);
        }
        return token.flatMap(tokens::find)
                .filter(live -> asker.maySee(live.projectId(), live.appId()))
                .map(live -> seen(live, request))
                .orElse(TokenDescriptions.INACTIVE);
    }

    private Map<String, Object> seen(LiveToken token, OAuthRequest request) {
        if (!isFor(token.audience(), request)) {
            return TokenDescriptions.INACTIVE;
        }
        tokens.noteUse(token);
        return descriptions.of(token);
    }

    /** A resource server that says which one it is learns nothing of tokens for others (RFC 7662 §4, RFC 8707 §3). */
    private boolean isFor(String audience, OAuthRequest request) {
        return request.all("resource").isEmpty() || json.strings(audience).containsAll(request.all("resource"));
    }

    private HttpResponse<?> say(
            HttpRequest<?> http, @Nullable UUID projectId, String asker, Map<String, Object> description) {
        MutableHttpResponse<?> response = http.getHeaders().accept().contains(SIGNED)
                ? HttpResponse.ok(signed(issuers.at(projectId), asker, description))
                        .contentType(SIGNED)
                : HttpResponse.ok(ApiResponse.to(http).withAll(description).body());
        return response.header(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    /** RFC 9701 §5: the answer as a JWT for the one who asked, of a type that no access token or ID token has. */
    private String signed(String issuer, String asker, Map<String, Object> description) {
        return keys.sign(
                new JWTClaimsSet.Builder()
                        .issuer(issuer)
                        .audience(asker)
                        .issueTime(new Date())
                        .claim("token_introspection", description)
                        .build(),
                SigningAlgorithm.RS256,
                new JOSEObjectType("token-introspection+jwt"));
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
                .filter(token -> !token.ofApp())
                .flatMap(token -> tokens.findOfClient(token, appId.get(), claim.secret()))
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
        String wireId() {
            return appId == null ? WireId.of("project", projectId) : WireId.of(ConnectedApp.ID_KIND, appId);
        }

        boolean maySee(UUID ofProject, UUID ofApp) {
            return projectId.equals(ofProject) && (appId == null || appId.equals(ofApp));
        }
    }

    private Asker asker(HttpRequest<?> http, OAuthRequest request, @Nullable UUID projectId) {
        if (isProject(http)) {
            BasicAuth basic = BasicAuthHeader.parse(
                            http.getHeaders().getAuthorization().orElseThrow())
                    .orElseThrow();
            UUID asking = projects.authenticate(basic.getUsername(), basic.getPassword())
                    .projectId();
            if (projectId != null && !projectId.equals(asking)) {
                // At another project's issuer it is nobody's secret, as it is for apps.
                throw new Problem(ErrorType.UNAUTHORIZED_CREDENTIALS);
            }
            return new Asker(asking, null);
        }
        ConnectedApp app = clients.authenticate(request, projectId);
        return new Asker(app.projectId(), app.appId());
    }
}
