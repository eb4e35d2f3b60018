package dev.ungrant.rbac;

import dev.ungrant.web.Json;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;

/** May this caller do that? The one judge of every verb. */
@Singleton
public final class Policies {
    private final PolicyRepository repository;
    private final Json json;

    Policies(PolicyRepository repository, Json json) {
        this.repository = repository;
        this.json = json;
    }

    /** The whole policy of a project: the built-in one and what the project adds. */
    public Policy of(UUID projectId) {
        PolicyRow row = repository.find(projectId).orElseThrow();
        Policy builtIn = row.vertical().equals("CONSUMER") ? Policy.USERS : Policy.MEMBERS;
        return row.policy() == null ? builtIn : builtIn.plus(json.read(row.policy(), Policy.class));
    }

    /** Replaces what the project adds to the built-in policy. */
    public void replace(UUID projectId, Policy additions) {
        repository.save(projectId, json.write(additions));
    }

    /**
     * Whether the caller may do this to the subject. A project may do everything within itself. A session needs the
     * permission on {@code stytch.member}, or the same action on {@code stytch.self} when it is the subject itself.
     * Nobody reaches beyond their own tenant.
     */
    public boolean permits(Caller caller, Permission permission, Subject subject) {
        return switch (caller) {
            case ProjectCaller project -> project.projectId().equals(subject.projectId());
            case SessionCaller session ->
                session.subject().tenantId().equals(subject.tenantId())
                        && (session.is(subject) && holds(session, permission.onSelf()) || holds(session, permission));
        };
    }

    /** Whether the caller may do this in the organization, with no particular member in mind. */
    public boolean permits(Caller caller, Permission permission, UUID tenantId) {
        return switch (caller) {
            case ProjectCaller project -> true;
            case SessionCaller session ->
                session.subject().tenantId().equals(tenantId) && holds(session, permission);
        };
    }

    private boolean holds(SessionCaller session, Permission permission) {
        Policy builtIn = session.subject().isMember() ? Policy.MEMBERS : Policy.USERS;
        if (!builtIn.grantingRoles(session.roles(), session.customRoles(), permission).isEmpty()) {
            return true;
        }
        // What the project adds is asked for only when the built-in roles do not settle it: most calls stop above.
        return !of(session.projectId())
                .grantingRoles(session.roles(), List.of(), permission)
                .isEmpty();
    }
}
