package dev.ungrant.activity;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;

/**
 * An event as it is told.
 *
 * @param details a JSON object
 * @param seq its number in the chain; null: not sealed yet
 * @param hash in hexadecimal; null: not sealed yet
 */
@MappedEntity("audit_events")
record ActivityEvent(
        UUID eventId,
        Instant occurredAt,
        String actorKind,
        @Nullable UUID actorId,
        @Nullable UUID sessionId,
        String door,
        String action,
        String outcome,
        @Nullable String subjectKind,
        @Nullable UUID subjectId,
        @Nullable UUID appId,
        @Nullable UUID grantId,
        @Nullable String reason,
        String requestId,
        String ipAddress,
        String details,
        @Nullable Long seq,
        @Nullable String hash) {
    boolean denied() {
        return outcome.equals("DENIED");
    }
}
