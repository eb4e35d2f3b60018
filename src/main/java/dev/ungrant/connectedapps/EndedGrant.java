package dev.ungrant.connectedapps;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;

/**
 * What a mail about the end of a grant says.
 *
 * @param emailAddress null: the subject has none, or is gone
 * @param placeName the organization of a member, the project of a user
 */
@MappedEntity("grants")
record EndedGrant(
        UUID grantId,
        Instant revokedAt,
        String appName,
        String placeName,
        String personName,
        @Nullable String emailAddress) {}
