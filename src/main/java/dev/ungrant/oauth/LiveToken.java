package dev.ungrant.oauth;

import dev.ungrant.rbac.Subject;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;

/**
 * An access token that is alive, and its grant.
 *
 * @param dpopKey the thumbprint of the key that it is bound to; null: whoever bears it
 * @param organizationSlug null for a user
 */
@MappedEntity("access_tokens")
record LiveToken(
        UUID tenantId,
        UUID grantId,
        UUID projectId,
        UUID appId,
        Subject.Kind subjectKind,
        UUID subjectId,
        UUID authorizationId,
        UUID tokenId,
        String issuer,
        String audience,
        String scopes,
        String grantScopes,
        Instant issuedAt,
        Instant expiresAt,
        @Nullable byte[] dpopKey,
        @Nullable String organizationSlug) {}
