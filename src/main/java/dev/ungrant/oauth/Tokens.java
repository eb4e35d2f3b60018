package dev.ungrant.oauth;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.Connections;
import dev.ungrant.connectedapps.LastUses;
import dev.ungrant.connectedapps.Scopes;
import dev.ungrant.database.Transactions;
import dev.ungrant.rbac.Via;
import dev.ungrant.secrets.Pepper;
import dev.ungrant.secrets.Secret;
import dev.ungrant.secrets.SecretKind;
import dev.ungrant.web.Json;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/**
 * Hands out tokens. Minting first takes the row of the grant: after a revoke it is refused, not merely born dead, and no
 * refresh that is under way when a revoke comes can leave anything behind.
 */
@Singleton
public final class Tokens {
    /** A refresh token lives so long after its last use, and ends for good after a year. */
    private static final int REFRESH_DAYS = 90;

    private static final Duration REFRESH_ENDS = Duration.ofDays(365);

    /** For so long a public client that lost the answer to a rotation gets the same successor again. */
    static final int GRACE_SECONDS = 10;

    private final TokenRepository repository;
    private final CodeRepository codes;
    private final RefreshRepository refreshes;
    private final AccessTokens accessTokens;
    private final ScopeRules scopeRules;
    private final Connections connections;
    private final IdTokens idTokens;
    private final TokenEnds ends;
    private final LastUses lastUses;
    private final Transactions transactions;
    private final Pepper pepper;
    private final Json json;

    Tokens(
            TokenRepository repository,
            CodeRepository codes,
            RefreshRepository refreshes,
            AccessTokens accessTokens,
            ScopeRules scopeRules,
            Connections connections,
            IdTokens idTokens,
            TokenEnds ends,
            LastUses lastUses,
            Transactions transactions,
            Pepper pepper,
            Json json) {
        this.repository = repository;
        this.codes = codes;
        this.refreshes = refreshes;
        this.accessTokens = accessTokens;
        this.scopeRules = scopeRules;
        this.connections = connections;
        this.idTokens = idTokens;
        this.ends = ends;
        this.lastUses = lastUses;
        this.transactions = transactions;
        this.pepper = pepper;
        this.json = json;
    }

    /**
     * Redeems an authorization code (RFC 6749 §4.1.3, RFC 7636 §4.6).
     *
     * @param verifier null when the client sends none, as one that left out the challenge must
     * @throws OAuthProblem {@code invalid_grant}; when the code was redeemed before, the tokens of that time end too
     */
    public Minted exchange(TokenRequest request, String text, @Nullable String redirectUri, @Nullable String verifier) {
        ConnectedApp app = request.app();
        Secret code = Secret.parse(SecretKind.AUTHORIZATION_CODE, text).orElseThrow(Tokens::invalidCode);
        CodeRow row = codes.find(code.tenantId(), code.hash())
                .filter(found -> found.appId().equals(app.appId()))
                .filter(found -> found.redirectUri().equals(redirectUri))
                .filter(found -> proves(verifier, found.codeChallenge()))
                .orElseThrow(Tokens::invalidCode);
        if (row.dpopKey() != null && !Arrays.equals(row.dpopKey(), request.dpopKey())) {
            throw new OAuthProblem(OAuth2Error.INVALID_DPOP_PROOF, "The code is for another key.");
        }
        // The client and its verifier are right, so a second redemption means that the code leaked (RFC 6749 §4.1.2).
        if (row.used()) {
            ends.endFamily(
                    row.subject(), row.grantId(), row.authorizationId(), app, "token.code_reused", request.via());
            throw invalidCode();
        }
        if (row.grantScopes() == null || row.expired()) {
            throw invalidCode();
        }
        AccessTokens.Basis basis = new AccessTokens.Basis(
                row.subject(),
                row.grantId(),
                row.authorizationId(),
                Scopes.parse(row.scopes()).intersect(Scopes.parse(row.grantScopes())),
                request.resourcesOf(json.strings(row.resources())),
                request.issuer(),
                request.dpopKey());
        Minted minted = transactions.write(() -> {
            holdGrant(basis);
            if (repository.useCode(code.tenantId(), code.hash()) == 0) {
                return null;
            }
            boolean offline = basis.scopes().contains(Scopes.OFFLINE_ACCESS);
            Instant endsAt = Instant.now().plus(offline ? REFRESH_ENDS : Duration.ofMinutes(app.tokenMinutes()));
            connections.begin(
                    code.tenantId(), row.grantId(), row.authorizationId(), row.redirectUri(), request.via(), endsAt);
            return answer(app, basis, offline ? firstRefreshToken(app, basis, row, endsAt) : null);
        });
        if (minted == null) {
            ends.endFamily(
                    row.subject(), row.grantId(), row.authorizationId(), app, "token.code_reused", request.via());
            throw invalidCode();
        }
        return basis.scopes().contains(Scopes.OPENID)
                ? withIdToken(minted, idTokens.mint(app, basis, row.authenticatedAt(), row.nonce(), minted))
                : minted;
    }

    /**
     * Refreshes (RFC 6749 §6). A public client gets a new refresh token each time and within the grace the same one again;
     * a confidential client keeps its own, whose life starts anew.
     *
     * @param wanted narrower scopes for the new access token; null: all
     * @throws OAuthProblem {@code invalid_grant}; when a token is used again after the grace, its whole family ends
     */
    public Minted refresh(TokenRequest request, String text, @Nullable Scopes wanted) {
        ConnectedApp app = request.app();
        Secret token = Secret.parse(SecretKind.REFRESH_TOKEN, text).orElseThrow(Tokens::invalidRefreshToken);
        RefreshRow row = refreshes
                .find(token.tenantId(), token.hash(), GRACE_SECONDS)
                .filter(found -> found.appId().equals(app.appId()))
                .filter(found -> found.grantScopes() != null && !found.expired() && !found.revoked())
                .orElseThrow(Tokens::invalidRefreshToken);
        if (row.dpopKey() != null && !Arrays.equals(row.dpopKey(), request.dpopKey())) {
            throw new OAuthProblem(OAuth2Error.INVALID_DPOP_PROOF, "The refresh token is for another key.");
        }
        Scopes scopes = scopeRules.stillGrantable(
                app, row.subject(), Scopes.parse(row.scopes()).intersect(Scopes.parse(row.grantScopes())));
        if (wanted != null && !scopes.covers(wanted)) {
            throw new OAuthProblem(OAuth2Error.INVALID_SCOPE, "The scope is wider than what was granted.");
        }
        AccessTokens.Basis basis = new AccessTokens.Basis(
                row.subject(),
                row.grantId(),
                row.authorizationId(),
                wanted == null ? scopes : wanted,
                request.resourcesOf(json.strings(row.resources())),
                request.issuer(),
                request.dpopKey());
        Minted minted = app.clientType().isPublic() ? rotate(app, token, row, basis) : slide(app, token, text, basis);
        if (minted == null) {
            ends.endFamily(
                    row.subject(), row.grantId(), row.authorizationId(), app, "token.refresh_reused", request.via());
            throw invalidRefreshToken();
        }
        // What comes by no door of the app's is not the app's doing.
        if (request.via().door() == Via.Door.OAUTH) {
            lastUses.note(row.tenantId(), row.grantId(), row.authorizationId());
        }
        // OpenID Connect Core §12.2: the time of the first authentication, and no nonce.
        return basis.scopes().contains(Scopes.OPENID)
                ? withIdToken(minted, idTokens.mint(app, basis, row.authenticatedAt(), null, minted))
                : minted;
    }

    private Minted slide(ConnectedApp app, Secret token, String text, AccessTokens.Basis basis) {
        return transactions.write(() -> {
            holdGrant(basis);
            if (repository.slide(token.tenantId(), token.hash(), REFRESH_DAYS) == 0) {
                throw invalidRefreshToken();
            }
            return answer(app, basis, text);
        });
    }

    /** @return null when the token was used before and the grace is over */
    @Nullable
    private Minted rotate(ConnectedApp app, Secret token, RefreshRow row, AccessTokens.Basis basis) {
        Secret successor = pepper.successor(token);
        return transactions.write(() -> {
            holdGrant(basis);
            if (repository.rotate(token.tenantId(), token.hash(), successor.hash()) == 1) {
                insertRefreshToken(
                        successor,
                        basis,
                        row.scopes(),
                        row.resources(),
                        basis.dpopKey(),
                        row.authenticatedAt(),
                        row.endsAt());
                return answer(app, basis, successor.reveal());
            }
            // Rotated already, maybe by a request that ran beside this one: what counts is what stands there now.
            RefreshRow now = refreshes
                    .find(token.tenantId(), token.hash(), GRACE_SECONDS)
                    .filter(found -> !found.revoked())
                    .orElseThrow(Tokens::invalidRefreshToken);
            return now.usedJustNow() && now.successorUsable() ? answer(app, basis, successor.reveal()) : null;
        });
    }

    private void holdGrant(AccessTokens.Basis basis) {
        if (repository.holdGrant(basis.subject().tenantId(), basis.grantId()) == 0) {
            throw new OAuthProblem(OAuth2Error.INVALID_GRANT, "The grant has ended.");
        }
    }

    /** Bound to the key for a public app; a confidential one proves who it is anyway (RFC 9449 §5). */
    private String firstRefreshToken(ConnectedApp app, AccessTokens.Basis basis, CodeRow code, Instant endsAt) {
        Secret token = Secret.mint(SecretKind.REFRESH_TOKEN, basis.subject().tenantId());
        insertRefreshToken(
                token,
                basis,
                basis.scopes().toString(),
                code.resources(),
                app.clientType().isPublic() ? basis.dpopKey() : null,
                code.authenticatedAt(),
                endsAt);
        return token.reveal();
    }

    /** @param resources all that were granted, whatever the access token beside it is for */
    private void insertRefreshToken(
            Secret token,
            AccessTokens.Basis basis,
            String scopes,
            String resources,
            @Nullable byte[] dpopKey,
            Instant authenticatedAt,
            Instant endsAt) {
        repository.insertRefreshToken(
                basis.subject().tenantId(),
                token.hash(),
                basis.grantId(),
                basis.authorizationId(),
                scopes,
                resources,
                dpopKey,
                authenticatedAt,
                endsAt,
                REFRESH_DAYS);
    }

    private Minted answer(ConnectedApp app, AccessTokens.Basis basis, @Nullable String refreshToken) {
        return new Minted(
                accessTokens.mint(app, basis),
                app.tokenMinutes() * 60,
                basis.scopes().toString(),
                refreshToken,
                null,
                basis.dpopKey() != null);
    }

    private static Minted withIdToken(Minted minted, String idToken) {
        return new Minted(
                minted.accessToken(),
                minted.expiresInSeconds(),
                minted.scope(),
                minted.refreshToken(),
                idToken,
                minted.dpopBound());
    }

    /** A challenge wants its verifier, and a verifier its challenge (RFC 9700 §4.8.2: no downgrade). */
    private static boolean proves(@Nullable String verifier, @Nullable String challenge) {
        if (verifier == null || challenge == null) {
            return verifier == null && challenge == null;
        }
        try {
            return CodeChallenge.compute(CodeChallengeMethod.S256, new CodeVerifier(verifier))
                    .getValue()
                    .equals(challenge);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static OAuthProblem invalidCode() {
        return new OAuthProblem(
                OAuth2Error.INVALID_GRANT, "The authorization code, its redirect_uri or its code_verifier is invalid.");
    }

    private static OAuthProblem invalidRefreshToken() {
        return new OAuthProblem(OAuth2Error.INVALID_GRANT, "The refresh token is invalid.");
    }
}
