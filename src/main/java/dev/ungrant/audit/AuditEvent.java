package dev.ungrant.audit;

import dev.ungrant.rbac.Actor;
import dev.ungrant.rbac.Subject;
import io.micronaut.core.annotation.Nullable;
import java.util.Map;
import java.util.UUID;

/**
 * One thing that happened, before it is written.
 *
 * @param action such as {@code grant.revoked}; {@code <noun>.<past participle>}
 * @param denied true when it was tried and refused
 * @param subject whom it concerns; null when nobody in particular
 * @param details never holds a secret, a token or personal data beyond ids
 */
public record AuditEvent(
        Actor actor,
        UUID projectId,
        UUID tenantId,
        String action,
        boolean denied,
        @Nullable Subject subject,
        @Nullable UUID appId,
        @Nullable UUID grantId,
        @Nullable String reason,
        Map<String, Object> details) {
    public static AuditEvent about(Actor actor, Subject subject, String action) {
        return new AuditEvent(
                actor, subject.projectId(), subject.tenantId(), action, false, subject, null, null, null, Map.of());
    }

    public static AuditEvent inTenant(Actor actor, UUID projectId, UUID tenantId, String action) {
        return new AuditEvent(actor, projectId, tenantId, action, false, null, null, null, null, Map.of());
    }

    public AuditEvent app(UUID id) {
        return new AuditEvent(actor, projectId, tenantId, action, denied, subject, id, grantId, reason, details);
    }

    public AuditEvent grant(UUID id) {
        return new AuditEvent(actor, projectId, tenantId, action, denied, subject, appId, id, reason, details);
    }

    public AuditEvent because(@Nullable String why) {
        return new AuditEvent(actor, projectId, tenantId, action, denied, subject, appId, grantId, why, details);
    }

    public AuditEvent asDenied() {
        return new AuditEvent(actor, projectId, tenantId, action, true, subject, appId, grantId, reason, details);
    }

    public AuditEvent with(Map<String, Object> more) {
        return new AuditEvent(actor, projectId, tenantId, action, denied, subject, appId, grantId, reason, more);
    }
}
