package dev.ungrant.registration;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;

/**
 * Beside the row of an app that came in by itself.
 *
 * @param metadata JSON, as it registered or published it
 * @param tokenHash of its registration access token; null: nobody can change it
 * @param fresh false once its document must be fetched again; true for an app without one
 */
@MappedEntity("app_registrations")
record RegistrationRow(
        UUID projectId,
        UUID appId,
        String metadata,
        @Nullable byte[] tokenHash,
        Instant registeredAt,
        boolean fresh) {}
