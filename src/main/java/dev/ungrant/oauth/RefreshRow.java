package dev.ungrant.oauth;

import dev.ungrant.rbac.Subject;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;

/**
 * A refresh token and the grant that it hangs on.
 *
 * @param dpopKey the key that it must be used with; null: none
 * @param usedJustNow rotated so recently that a lost answer may be given again
 * @param successorUsable the token that came after it has not been used yet
 * @param grantScopes null when the grant is not live any more, or waits for a new yes of the person
 */
@MappedEntity("refresh_tokens")
record RefreshRow(
        UUID tenantId,
        UUID grantId,
        UUID projectId,
        UUID appId,
        Subject.Kind subjectKind,
        UUID subjectId,
        UUID authorizationId,
        String scopes,
        String resources,
        @Nullable byte[] dpopKey,
        Instant authenticatedAt,
        Instant issuedAt,
        Instant expiresAt,
        Instant endsAt,
        boolean expired,
        boolean revoked,
        boolean used,
        boolean usedJustNow,
        boolean successorUsable,
        @Nullable String grantScopes) {
    Subject subject() {
        return new Subject(subjectKind, projectId, tenantId, subjectId);
    }

    boolean isLive() {
        return grantScopes != null && !expired && !revoked && !used;
    }
}
