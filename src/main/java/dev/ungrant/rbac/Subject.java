package dev.ungrant.rbac;

import java.util.UUID;

/**
 * Whoever a grant belongs to: a member of an organization, or a user of a consumer project.
 *
 * @param tenantId the organization of a member, the project of a user
 */
public record Subject(Kind kind, UUID projectId, UUID tenantId, UUID id) {
    public enum Kind {
        MEMBER,
        USER
    }

    public static Subject member(UUID projectId, UUID organizationId, UUID memberId) {
        return new Subject(Kind.MEMBER, projectId, organizationId, memberId);
    }

    public static Subject user(UUID projectId, UUID userId) {
        return new Subject(Kind.USER, projectId, projectId, userId);
    }

    public boolean isMember() {
        return kind == Kind.MEMBER;
    }
}
