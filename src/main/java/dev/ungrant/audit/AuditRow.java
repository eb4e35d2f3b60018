package dev.ungrant.audit;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;

/**
 * An event as it is read back.
 *
 * @param details a JSON object
 */
@MappedEntity("audit_events")
public record AuditRow(
        UUID eventId,
        Instant occurredAt,
        String actorKind,
        @Nullable UUID actorId,
        String door,
        String action,
        String outcome,
        @Nullable UUID subjectId,
        @Nullable UUID appId,
        @Nullable UUID grantId,
        @Nullable String reason,
        String requestId,
        String details) {}
