package dev.ungrant.oauth;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.oauth2.sdk.token.BearerTokenError;
import com.nimbusds.oauth2.sdk.token.DPoPTokenError;
import com.nimbusds.oauth2.sdk.token.TokenSchemeError;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.ConnectedApps;
import dev.ungrant.connectedapps.Scopes;
import dev.ungrant.rbac.HeldRoles;
import dev.ungrant.rbac.Person;
import dev.ungrant.rbac.Subject;
import dev.ungrant.secrets.SigningAlgorithm;
import dev.ungrant.secrets.SigningKeys;
import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.Open;
import dev.ungrant.web.RateLimits;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Who the person is that let the app in (OpenID Connect Core §5.3). The access token comes in the header and nowhere else:
 * addresses and forms end up in logs (RFC 9700 §4.3.2, RFC 6750 §2).
 */
@Open
@Controller("/v1")
final class UserInfoEndpoint {
    private static final String BEARER = "bearer ";
    private static final String DPOP = "dpop ";
    private static final MediaType SIGNED = MediaType.of("application/jwt");

    private final LiveTokens tokens;
    private final Proofs proofs;
    private final HeldRoles people;
    private final ConnectedApps apps;
    private final SigningKeys keys;
    private final RateLimits limits;

    UserInfoEndpoint(
            LiveTokens tokens,
            Proofs proofs,
            HeldRoles people,
            ConnectedApps apps,
            SigningKeys keys,
            RateLimits limits) {
        this.tokens = tokens;
        this.proofs = proofs;
        this.people = people;
        this.apps = apps;
        this.keys = keys;
        this.limits = limits;
    }

    @Get("/oauth2/userinfo")
    HttpResponse<?> get(HttpRequest<?> request) {
        return answer(request, null);
    }

    @Post("/oauth2/userinfo")
    @Consumes(MediaType.ALL)
    HttpResponse<?> post(HttpRequest<?> request) {
        return answer(request, null);
    }

    @Get("/public/{project_id}/oauth2/userinfo")
    HttpResponse<?> ofProject(HttpRequest<?> request, String project_id) {
        return answer(request, Clients.projectOf(project_id));
    }

    @Post("/public/{project_id}/oauth2/userinfo")
    @Consumes(MediaType.ALL)
    HttpResponse<?> postOfProject(HttpRequest<?> request, String project_id) {
        return answer(request, Clients.projectOf(project_id));
    }

    private HttpResponse<?> answer(HttpRequest<?> http, @Nullable UUID projectId) {
        LiveToken token = token(http, projectId);
        Scopes scopes = Scopes.parse(token.scopes()).intersect(Scopes.parse(token.grantScopes()));
        if (!scopes.contains(Scopes.OPENID)) {
            throw new OAuthProblem(
                    token.dpopKey() == null ? BearerTokenError.INSUFFICIENT_SCOPE : DPoPTokenError.INSUFFICIENT_SCOPE,
                    "The scope openid was not granted.");
        }
        String clientId = WireId.of(ConnectedApp.ID_KIND, token.appId());
        limits.countClientCall(clientId);
        tokens.noteUse(token);
        Subject subject = new Subject(token.subjectKind(), token.projectId(), token.tenantId(), token.subjectId());
        Person person = people.person(subject).orElseThrow(() -> invalid(BearerTokenError.INVALID_TOKEN));
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("sub", AccessTokens.subjectId(subject));
        claims.putAll(PersonClaims.of(person, scopes));
        claims.putAll(organization(person));
        SigningAlgorithm algorithm = apps.find(token.projectId(), clientId).userInfoAlg();
        MutableHttpResponse<?> response = algorithm == null
                ? HttpResponse.ok(ApiResponse.to(http).withAll(claims).body())
                : HttpResponse.ok(signed(claims, token, clientId, algorithm)).contentType(SIGNED);
        return response.header(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    /**
     * Core §5.3.2: with {@code iss} and {@code aud}. It has no type and no expiry, so that neither we nor the app take it for an ID
     * token.
     */
    private String signed(Map<String, Object> claims, LiveToken token, String clientId, SigningAlgorithm algorithm) {
        JWTClaimsSet.Builder said =
                new JWTClaimsSet.Builder().issuer(token.issuer()).audience(clientId);
        claims.forEach(said::claim);
        return keys.sign(said.build(), algorithm, null);
    }

    /** An app that knows a member knows of which organization; in ID tokens it is only with the scope {@code profile}. */
    private static Map<String, Object> organization(Person person) {
        Subject subject = person.subject();
        return subject.isMember()
                ? Map.of(
                        AccessTokens.ORGANIZATION_CLAIM,
                        AccessTokens.organizationClaim(subject.tenantId(), person.organizationSlug()))
                : Map.of();
    }

    private LiveToken token(HttpRequest<?> http, @Nullable UUID projectId) {
        String header = http.getHeaders().getAuthorization().orElse("");
        boolean dpop = header.regionMatches(true, 0, DPOP, 0, DPOP.length());
        boolean bearer = header.regionMatches(true, 0, BEARER, 0, BEARER.length());
        if (!dpop && !bearer) {
            throw new OAuthProblem(BearerTokenError.MISSING_TOKEN);
        }
        String text = header.substring(dpop ? DPOP.length() : BEARER.length()).strip();
        TokenSchemeError invalid = dpop
                ? DPoPTokenError.INVALID_TOKEN.setJWSAlgorithms(Proofs.algorithms())
                : BearerTokenError.INVALID_TOKEN;
        Optional<LiveToken> live = PresentedToken.parse(text)
                .flatMap(tokens::find)
                .filter(found -> projectId == null || projectId.equals(found.projectId()))
                // A token that is bound to a key is none for whoever merely bears it, and the other way round.
                .filter(found -> dpop == (found.dpopKey() != null));
        if (dpop && live.isPresent()) {
            proofs.atResource(http, live.get(), text);
        }
        return live.orElseThrow(() -> invalid(invalid));
    }

    private static OAuthProblem invalid(TokenSchemeError error) {
        return new OAuthProblem(error, "The access token is invalid, has expired or was revoked.");
    }
}
