package dev.ungrant.connectedapps;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

/**
 * The last word between a subject and an app.
 *
 * @param revoked true when it was taken back
 * @param expired true when its end date has passed
 */
@MappedEntity("grants")
record ConsentRow(
        UUID grantId,
        String scopes,
        boolean revoked,
        boolean expired,
        @Nullable EndReason revokedWhy) {}
