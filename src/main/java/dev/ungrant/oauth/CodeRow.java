package dev.ungrant.oauth;

import dev.ungrant.rbac.Subject;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;

/**
 * An authorization code and the grant that it hangs on.
 *
 * @param codeChallenge null when the app left PKCE out, as it may
 * @param dpopKey the key that must redeem it; null: any or none
 * @param grantScopes null when the grant is not live any more, or waits for a new yes of the person
 */
@MappedEntity("authorization_codes")
record CodeRow(
        UUID tenantId,
        UUID grantId,
        UUID projectId,
        UUID appId,
        Subject.Kind subjectKind,
        UUID subjectId,
        UUID authorizationId,
        String redirectUri,
        @Nullable String codeChallenge,
        @Nullable byte[] dpopKey,
        String scopes,
        String resources,
        @Nullable String nonce,
        Instant authenticatedAt,
        boolean expired,
        boolean used,
        @Nullable String grantScopes) {
    Subject subject() {
        return new Subject(subjectKind, projectId, tenantId, subjectId);
    }
}
