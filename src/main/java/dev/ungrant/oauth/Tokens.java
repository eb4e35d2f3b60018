package dev.ungrant.oauth;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.Connections;
import dev.ungrant.connectedapps.LastUses;
import dev.ungrant.connectedapps.Scopes;
import dev.ungrant.database.Transactions;
import dev.ungrant.rbac.Actor;
import dev.ungrant.rbac.Subject;
import dev.ungrant.rbac.Via;
import dev.ungrant.secrets.Pepper;
import dev.ungrant.secrets.Secret;
import dev.ungrant.secrets.SecretKind;
import dev.ungrant.web.Json;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

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
    private static final int GRACE_SECONDS = 10;

    private final TokenRepository repository;
    private final CodeRepository codes;
    private final RefreshRepository refreshes;
    private final AccessTokens accessTokens;
    private final ScopeRules scopeRules;
    private final Connections connections;
    private final LastUses lastUses;
    private final AuditLog auditLog;
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
            LastUses lastUses,
            AuditLog auditLog,
            Transactions transactions,
            Pepper pepper,
            Json json) {
        this.repository = repository;
        this.codes = codes;
        this.refreshes = refreshes;
        this.accessTokens = accessTokens;
        this.scopeRules = scopeRules;
        this.connections = connections;
        this.lastUses = lastUses;
        this.auditLog = auditLog;
        this.transactions = transactions;
        this.pepper = pepper;
        this.json = json;
    }

    /**
     * Redeems an authorization code (RFC 6749 §4.1.3, RFC 7636 §4.6).
     *
     * @throws OAuthProblem {@code invalid_grant}; when the code was redeemed before, the tokens of that time end too
     */
    public Minted exchange(
            ConnectedApp app, String text, @Nullable String redirectUri, String verifier, String issuer, Via via) {
        Secret code = Secret.parse(SecretKind.AUTHORIZATION_CODE, text).orElseThrow(Tokens::invalidCode);
        CodeRow row = codes.find(code.tenantId(), code.hash())
                .filter(found -> found.appId().equals(app.appId()))
                .filter(found -> found.redirectUri().equals(redirectUri))
                .filter(found -> proves(verifier, found.codeChallenge()))
                .orElseThrow(Tokens::invalidCode);
        // The client and its verifier are right, so a second redemption means that the code leaked (RFC 6749 §4.1.2).
        if (row.used()) {
            endFamily(row.subject(), row.grantId(), row.authorizationId(), app, "token.code_reused", via);
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
                json.strings(row.resources()),
                issuer);
        Minted minted = transactions.write(() -> {
            holdGrant(basis);
            if (repository.useCode(code.tenantId(), code.hash()) == 0) {
                return null;
            }
            boolean offline = basis.scopes().contains(Scopes.OFFLINE_ACCESS);
            Instant endsAt = Instant.now().plus(offline ? REFRESH_ENDS : Duration.ofMinutes(app.tokenMinutes()));
            connections.begin(code.tenantId(), row.grantId(), row.authorizationId(), row.redirectUri(), via, endsAt);
            return answer(app, basis, offline ? firstRefreshToken(basis, row.authenticatedAt(), endsAt) : null);
        });
        if (minted == null) {
            endFamily(row.subject(), row.grantId(), row.authorizationId(), app, "token.code_reused", via);
            throw invalidCode();
        }
        return basis.scopes().contains(Scopes.OPENID)
                ? withIdToken(minted, accessTokens.idToken(app, basis, row.authenticatedAt(), row.nonce()))
                : minted;
    }

    /**
     * Refreshes (RFC 6749 §6). A public client gets a new refresh token each time and within the grace the same one again;
     * a confidential client keeps its own, whose life starts anew.
     *
     * @param wanted narrower scopes for the new access token; null: all
     * @throws OAuthProblem {@code invalid_grant}; when a token is used again after the grace, its whole family ends
     */
    public Minted refresh(ConnectedApp app, String text, @Nullable Scopes wanted, String issuer, Via via) {
        Secret token = Secret.parse(SecretKind.REFRESH_TOKEN, text).orElseThrow(Tokens::invalidRefreshToken);
        RefreshRow row = refreshes
                .find(token.tenantId(), token.hash(), GRACE_SECONDS)
                .filter(found -> found.appId().equals(app.appId()))
                .filter(found -> found.grantScopes() != null && !found.expired() && !found.revoked())
                .orElseThrow(Tokens::invalidRefreshToken);
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
                json.strings(row.resources()),
                issuer);
        Minted minted = app.clientType().isPublic() ? rotate(app, token, row, basis) : slide(app, token, text, basis);
        if (minted == null) {
            endFamily(row.subject(), row.grantId(), row.authorizationId(), app, "token.refresh_reused", via);
            throw invalidRefreshToken();
        }
        // What comes by no door of the app's is not the app's doing.
        if (via.door() == Via.Door.OAUTH) {
            lastUses.note(row.tenantId(), row.grantId(), row.authorizationId());
        }
        return minted;
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
                insertRefreshToken(successor, basis, row.scopes(), row.authenticatedAt(), row.endsAt());
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

    /** The token if it is alive, whoever asks; noted as a use of its grant. */
    Optional<LiveToken> check(UUID tenantId, byte[] tokenHash) {
        return repository.findLive(tenantId, tokenHash);
    }

    /** The token if it is alive, is the client's own, and the client has this secret: all in the one query. */
    Optional<LiveToken> checkOfClient(PresentedToken token, UUID appId, String clientSecret) {
        return repository.findLiveOfClient(token.tenantId(), token.hash(), appId, pepper.hash(clientSecret));
    }

    void noteUse(LiveToken token) {
        lastUses.note(token.tenantId(), token.grantId(), token.authorizationId());
    }

    /** The refresh token if it is alive. */
    Optional<RefreshRow> checkRefreshToken(Secret token) {
        return refreshes.find(token.tenantId(), token.hash(), GRACE_SECONDS).filter(RefreshRow::isLive);
    }

    /**
     * An app gives a token back (RFC 7009). A refresh token takes everything with it that came from the same
     * authorization; an access token goes alone. The consent stays, and so does the app in the person's list.
     */
    void revoke(ConnectedApp app, String text, Via via) {
        Optional<Secret> refreshToken = Secret.parse(SecretKind.REFRESH_TOKEN, text);
        if (refreshToken.isPresent()) {
            refreshes
                    .find(refreshToken.get().tenantId(), refreshToken.get().hash(), GRACE_SECONDS)
                    .filter(row -> row.appId().equals(app.appId()) && !row.revoked())
                    .ifPresent(row -> endFamily(
                            row.subject(), row.grantId(), row.authorizationId(), app, "token.revoked_by_app", via));
            return;
        }
        PresentedToken.parse(text).ifPresent(token -> revokeAccessToken(app, token, via));
    }

    private void revokeAccessToken(ConnectedApp app, PresentedToken token, Via via) {
        Optional<LiveToken> live = check(token.tenantId(), token.hash())
                .filter(found -> found.appId().equals(app.appId()));
        live.ifPresent(found -> transactions.writeRepeatable(() -> {
            if (repository.revokeAccessToken(token.tenantId(), token.hash()) == 1) {
                Subject subject =
                        new Subject(found.subjectKind(), found.projectId(), found.tenantId(), found.subjectId());
                auditLog.record(AuditEvent.about(Actor.app(app.appId(), via), subject, "token.revoked_by_app")
                        .app(app.appId())
                        .grant(found.grantId()));
            }
            return null;
        }));
    }

    /** Ends every token that came from one authorization; under the grant's row, so that no refresh slips through. */
    private void endFamily(
            Subject subject, UUID grantId, UUID authorizationId, ConnectedApp app, String action, Via via) {
        transactions.writeRepeatable(() -> {
            if (connections.endTokens(subject.tenantId(), grantId, authorizationId) > 0) {
                auditLog.record(AuditEvent.about(Actor.app(app.appId(), via), subject, action)
                        .app(app.appId())
                        .grant(grantId));
            }
            return null;
        });
    }

    private void holdGrant(AccessTokens.Basis basis) {
        if (repository.holdGrant(basis.subject().tenantId(), basis.grantId()) == 0) {
            throw new OAuthProblem(OAuth2Error.INVALID_GRANT, "The grant has ended.");
        }
    }

    private String firstRefreshToken(AccessTokens.Basis basis, Instant authenticatedAt, Instant endsAt) {
        Secret token = Secret.mint(SecretKind.REFRESH_TOKEN, basis.subject().tenantId());
        insertRefreshToken(token, basis, basis.scopes().toString(), authenticatedAt, endsAt);
        return token.reveal();
    }

    private void insertRefreshToken(
            Secret token, AccessTokens.Basis basis, String scopes, Instant authenticatedAt, Instant endsAt) {
        repository.insertRefreshToken(
                basis.subject().tenantId(),
                token.hash(),
                basis.grantId(),
                basis.authorizationId(),
                scopes,
                json.write(basis.resources()),
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
                null);
    }

    private static Minted withIdToken(Minted minted, String idToken) {
        return new Minted(
                minted.accessToken(), minted.expiresInSeconds(), minted.scope(), minted.refreshToken(), idToken);
    }

    private static boolean proves(String verifier, String challenge) {
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
