package dev.ungrant.oauth;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;

/**
 * A live token that an app got for itself: no person and no grant stand behind it.
 *
 * @param ownScopes what the app may get today
 * @param dpopKey the thumbprint of the key that it is bound to; null: whoever bears it
 */
@MappedEntity("app_tokens")
record AppToken(
        UUID projectId,
        UUID appId,
        UUID tokenId,
        String issuer,
        String audience,
        String scopes,
        String ownScopes,
        Instant issuedAt,
        Instant expiresAt,
        @Nullable byte[] dpopKey) {}
