package dev.ungrant.rbac;

import io.micronaut.core.annotation.Nullable;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * A member or user who is here, known by a live session.
 *
 * @param roles the ids of the roles that the subject holds now, not when the session began
 * @param customRoles the roles that the subject's organization defines itself; empty for users
 * @param only the only permissions that the session may use, as a host gave it some; null: all that the roles give
 */
public record SessionCaller(
        UUID sessionId,
        Subject subject,
        Set<String> roles,
        List<Role> customRoles,
        @Nullable Set<Permission> only,
        Via via)
        implements Caller {
    public SessionCaller(UUID sessionId, Subject subject, Set<String> roles, List<Role> customRoles, Via via) {
        this(sessionId, subject, roles, customRoles, null, via);
    }

    boolean mayUse(Permission permission) {
        return only == null || only.contains(permission);
    }

    @Override
    public UUID projectId() {
        return subject.projectId();
    }

    public boolean is(Subject other) {
        return subject.equals(other);
    }

    @Override
    public Actor actor() {
        Actor.Kind kind = subject.isMember() ? Actor.Kind.MEMBER : Actor.Kind.USER;
        return new Actor(kind, subject.id(), sessionId, via);
    }
}
