package dev.ungrant.audit;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

/** An event as it is written. */
@MappedEntity("audit_events")
record AuditInsert(
        UUID tenantId,
        UUID eventId,
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
        byte[] mac) {
    AuditInsert signed(byte[] by) {
        return new AuditInsert(
                tenantId,
                eventId,
                projectId,
                actorKind,
                actorId,
                sessionId,
                door,
                action,
                outcome,
                subjectKind,
                subjectId,
                appId,
                grantId,
                reason,
                requestId,
                ipAddress,
                details,
                by);
    }
}
