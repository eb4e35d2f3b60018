package dev.ungrant.sessions;

import dev.ungrant.rbac.Subject;
import dev.ungrant.web.WireId;
import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

/**
 * Somebody who may sign in, and where.
 *
 * @param placeName the organization of a member, the project of a user
 */
@MappedEntity("members")
record Person(
        Subject.Kind subjectKind,
        UUID projectId,
        UUID tenantId,
        UUID subjectId,
        String emailAddress,
        String personName,
        String placeName) {
    Subject subject() {
        return new Subject(subjectKind, projectId, tenantId, subjectId);
    }

    public boolean isMember() {
        return subjectKind == Subject.Kind.MEMBER;
    }

    public String wireId() {
        return WireId.of(isMember() ? "member" : "user", subjectId);
    }
}
