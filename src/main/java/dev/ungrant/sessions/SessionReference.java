package dev.ungrant.sessions;

import dev.ungrant.rbac.Subject;
import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

/** Which session, and whose; it may have ended. */
@MappedEntity("sessions")
public record SessionReference(
        UUID projectId, UUID tenantId, UUID sessionId, Subject.Kind subjectKind, UUID subjectId) {
    public Subject subject() {
        return new Subject(subjectKind, projectId, tenantId, subjectId);
    }
}
