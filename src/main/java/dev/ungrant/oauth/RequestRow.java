package dev.ungrant.oauth;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;

/**
 * A request that waits.
 *
 * @param appId null for a sign-out that names no app
 * @param parameters as JSON, each with all its values
 * @param pushedHash the pushed request that it stands for, in hexadecimal; null: none
 */
@MappedEntity("authorization_requests")
record RequestRow(
        UUID projectId,
        @Nullable UUID appId,
        String parameters,
        @Nullable String pushedHash,
        Instant createdAt) {}
