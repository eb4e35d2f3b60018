package dev.ungrant.connectedapps;

import dev.ungrant.rbac.Subject;
import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

/** Which grant, whose, and of which app. */
@MappedEntity("grants")
record GrantRef(UUID grantId, UUID projectId, UUID tenantId, Subject.Kind subjectKind, UUID subjectId, UUID appId) {
    Subject subject() {
        return new Subject(subjectKind, projectId, tenantId, subjectId);
    }
}
