package dev.ungrant.oauth;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.Connections;
import dev.ungrant.database.Transactions;
import dev.ungrant.rbac.Actor;
import dev.ungrant.rbac.Subject;
import dev.ungrant.rbac.Via;
import dev.ungrant.secrets.Secret;
import dev.ungrant.secrets.SecretKind;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

/** Ends tokens while their grant lives on: given back by their app, or used twice and so in more than one hand. */
@Singleton
final class TokenEnds {
    private final TokenRepository repository;
    private final RefreshRepository refreshes;
    private final AppTokenRepository appTokens;
    private final Connections connections;
    private final AuditLog auditLog;
    private final Transactions transactions;

    TokenEnds(
            TokenRepository repository,
            RefreshRepository refreshes,
            AppTokenRepository appTokens,
            Connections connections,
            AuditLog auditLog,
            Transactions transactions) {
        this.repository = repository;
        this.refreshes = refreshes;
        this.appTokens = appTokens;
        this.connections = connections;
        this.auditLog = auditLog;
        this.transactions = transactions;
    }

    /**
     * An app gives a token back (RFC 7009). A refresh token takes everything with it that came from the same
     * authorization; an access token goes alone, and so does one that the app got for itself. The consent stays, and so does the app in the person's list.
     */
    void revoke(ConnectedApp app, String text, Via via) {
        Optional<Secret> refreshToken = Secret.parse(SecretKind.REFRESH_TOKEN, text);
        if (refreshToken.isPresent()) {
            refreshes
                    .find(refreshToken.get().tenantId(), refreshToken.get().hash(), Tokens.GRACE_SECONDS)
                    .filter(row -> row.appId().equals(app.appId()) && !row.revoked())
                    .ifPresent(row -> endFamily(
                            row.subject(), row.grantId(), row.authorizationId(), app, "token.revoked_by_app", via));
            return;
        }
        PresentedToken.parse(text).ifPresent(token -> {
            if (token.ofApp()) {
                transactions.writeRepeatable(() -> appTokens.revoke(app.projectId(), token.hash(), app.appId()));
            } else {
                revokeAccessToken(app, token, via);
            }
        });
    }

    private void revokeAccessToken(ConnectedApp app, PresentedToken token, Via via) {
        Optional<LiveToken> live = repository
                .findLive(token.tenantId(), token.hash())
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
    void endFamily(Subject subject, UUID grantId, UUID authorizationId, ConnectedApp app, String action, Via via) {
        transactions.writeRepeatable(() -> {
            if (connections.endTokens(subject.tenantId(), grantId, authorizationId) > 0) {
                auditLog.record(AuditEvent.about(Actor.app(app.appId(), via), subject, action)
                        .app(app.appId())
                        .grant(grantId));
            }
            return null;
        });
    }
}
