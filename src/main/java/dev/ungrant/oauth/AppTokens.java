package dev.ungrant.oauth;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.Scopes;
import dev.ungrant.database.Transactions;
import dev.ungrant.projects.TokenFormat;
import dev.ungrant.secrets.Hash;
import dev.ungrant.secrets.Pepper;
import dev.ungrant.secrets.Secret;
import dev.ungrant.secrets.SecretKind;
import dev.ungrant.secrets.SigningKeys;
import dev.ungrant.web.Json;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.UUID;

/**
 * Tokens that an app gets for itself (RFC 6749 §4.4). They are about nobody: their subject is the app, no person let it in, so
 * there is no grant to end and nothing to list. Such a token dies with the app, with the permission to get any, and with the
 * secret it was got with; the operator says with {@code own_scopes} how much it can be.
 */
@Singleton
final class AppTokens {
    private final AppTokenRepository repository;
    private final SigningKeys keys;
    private final Transactions transactions;
    private final Pepper pepper;
    private final Json json;

    AppTokens(AppTokenRepository repository, SigningKeys keys, Transactions transactions, Pepper pepper, Json json) {
        this.repository = repository;
        this.keys = keys;
        this.transactions = transactions;
        this.pepper = pepper;
        this.json = json;
    }

    /**
     * @param secret the one that the app authenticated with; null: it signed an assertion
     * @param wanted null: everything that the app may get
     * @throws OAuthProblem {@code unauthorized_client}, {@code invalid_scope} or {@code invalid_target}
     */
    Minted mint(TokenRequest request, @Nullable String secret, @Nullable Scopes wanted) {
        ConnectedApp app = request.app();
        if (!app.clientCredentialsAllowed() || app.clientType().isPublic()) {
            throw new OAuthProblem(OAuth2Error.UNAUTHORIZED_CLIENT, "This client may not get tokens for itself.");
        }
        Scopes own = Scopes.parse(app.ownScopes());
        if (wanted != null && !own.covers(wanted)) {
            throw new OAuthProblem(OAuth2Error.INVALID_SCOPE, "The scope is wider than what this client may get.");
        }
        Scopes scopes = wanted == null ? own : wanted;
        request.resourcesOf(
                app.accessTokenCustomAudience() == null ? List.of() : List.of(app.accessTokenCustomAudience()));
        List<String> audience = AccessTokens.audience(app, List.of());
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Instant expiry = now.plus(Duration.ofMinutes(app.tokenMinutes()));
        UUID tokenId = UUID.randomUUID();
        String token = app.tokenFormat() == TokenFormat.JWT
                ? jwt(request, scopes, tokenId, audience, now, expiry)
                : Secret.mint(SecretKind.APP_TOKEN, app.projectId()).reveal();
        transactions.write(() -> repository.insert(
                app.projectId(),
                Hash.sha256(token),
                app.appId(),
                tokenId,
                secret == null ? null : pepper.hash(secret),
                request.issuer(),
                json.write(audience),
                scopes.toString(),
                request.dpopKey(),
                now,
                expiry));
        return new Minted(token, app.tokenMinutes() * 60, scopes.toString(), null, null, request.dpopKey() != null);
    }

    private String jwt(
            TokenRequest request, Scopes scopes, UUID tokenId, List<String> audience, Instant now, Instant expiry) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(request.issuer())
                .subject(request.app().wireId())
                .audience(audience)
                .claim("client_id", request.app().wireId())
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(expiry))
                .jwtID(tokenId.toString())
                .claim("scope", scopes.toString());
        AccessTokens.confirmation(request.dpopKey(), claims);
        return keys.sign(claims.build());
    }
}
