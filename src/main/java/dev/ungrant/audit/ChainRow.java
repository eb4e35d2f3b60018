package dev.ungrant.audit;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;

/**
 * An event with every column, as sealing and verifying read it.
 *
 * @param mac null: no node of ours wrote it
 * @param seq null: not sealed yet
 * @param hash null: not sealed yet
 */
@MappedEntity("audit_events")
record ChainRow(
        UUID tenantId,
        UUID eventId,
        Instant occurredAt,
        UUID projectId,
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
        @Nullable byte[] mac,
        @Nullable Long seq,
        @Nullable byte[] hash) {}
