package dev.ungrant.rbac;

import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.Problem;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

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

    /**
     * Sees to it that all these roles exist, in the project's policy or among the organization's own.
     *
     * @throws Problem {@code invalid_rbac_role_assignment}
     */
    public void requireRoles(UUID projectId, List<Role> customRoles, Collection<String> roleIds) {
        if (roleIds.isEmpty()) {
            return;
        }
        List<Role> known = new ArrayList<>(of(projectId).roles());
        known.addAll(customRoles);
        for (String roleId : roleIds) {
            if (known.stream().noneMatch(role -> role.roleId().equals(roleId))) {
                throw new Problem(ErrorType.INVALID_RBAC_ROLE_ASSIGNMENT);
            }
        }
    }

    /**
     * Sees to it that an organization may define these roles: none twice, none that the project has already, and nothing in
     * them that the policy does not know.
     *
     * @throws Problem {@code invalid_rbac_custom_role}
     */
    public void requireValidCustomRoles(UUID projectId, List<Role> roles) {
        Policy policy = of(projectId);
        Set<String> taken = new HashSet<>();
        policy.roles().forEach(role -> taken.add(role.roleId()));
        for (Role role : roles) {
            if (!taken.add(role.roleId())) {
                throw new Problem(ErrorType.INVALID_RBAC_CUSTOM_ROLE, "The role " + role.roleId() + " exists already.");
            }
            for (Role.ResourceActions rule : role.permissions()) {
                if (!policy.knows(rule)) {
                    throw new Problem(
                            ErrorType.INVALID_RBAC_CUSTOM_ROLE,
                            "The role " + role.roleId() + " speaks of an unknown resource or action.");
                }
            }
        }
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
                        && (isOnOwnPerson(session, permission, subject) || holds(session, permission));
        };
    }

    /** Whether the caller may do this in the organization, with no particular member in mind. */
    public boolean permits(Caller caller, Permission permission, UUID tenantId) {
        return switch (caller) {
            case ProjectCaller project -> true;
            case SessionCaller session -> session.subject().tenantId().equals(tenantId) && holds(session, permission);
        };
    }

    /**
     * The wildcard of {@code stytch.self} covers the actions of that resource and no others: nobody gives themselves roles
     * by it. And it stands for {@code stytch.member} alone: the organization has an action of the same name.
     */
    private boolean isOnOwnPerson(SessionCaller session, Permission permission, Subject subject) {
        return session.is(subject)
                && permission.resourceId().equals(Permission.MEMBER)
                && Policy.isPersonal(permission.action())
                && holds(session, permission.onSelf());
    }

    /**
     * Whether the caller may give these roles and take them away: a project may, and a session that has every permission that
     * is in them, so that nobody becomes more powerful than who made them so. Administrators may give what the project's own
     * resources are about without having it.
     */
    public boolean mayGive(Caller caller, List<Role> customRoles, Collection<String> roleIds) {
        if (!(caller instanceof SessionCaller session)
                || roleIds.isEmpty()
                || session.roles().contains(Policy.ADMIN_ROLE)) {
            return true;
        }
        Policy whole = of(session.projectId());
        return Stream.concat(whole.roles().stream(), customRoles.stream())
                .filter(role -> roleIds.contains(role.roleId()))
                .flatMap(role -> role.permissions().stream())
                .flatMap(rule -> rule.actions().stream().map(action -> new Permission(rule.resourceId(), action)))
                .allMatch(permission -> holds(session, permission));
    }

    /**
     * Whether the caller may put the permission into a role: what somebody holds, or everything for an administrator and for a
     * project. Else whoever may write roles would have them all.
     *
     * @param permission its action may be {@code *}: held only by whoever has a role that says so
     */
    public boolean mayHandOut(Caller caller, Permission permission) {
        return switch (caller) {
            case ProjectCaller project -> true;
            case SessionCaller session -> session.roles().contains(Policy.ADMIN_ROLE) || holds(session, permission);
        };
    }

    /** The ids of the roles that give the permission: the project's, and those that an organization defines itself. */
    public List<String> rolesGranting(UUID projectId, List<Role> customRoles, Permission permission) {
        List<Role> roles = new ArrayList<>(of(projectId).roles());
        roles.addAll(customRoles);
        return roles.stream()
                .filter(role -> role.grants(permission))
                .map(Role::roleId)
                .toList();
    }

    /** The pages about the caller's organization that the caller may open: one query at most; none for a user. */
    public List<Section> sections(SessionCaller session) {
        if (!session.subject().isMember()) {
            return List.of();
        }
        Predicate<Permission> builtIn = permission -> session.mayUse(permission)
                && !Policy.MEMBERS
                        .grantingRoles(session.roles(), session.customRoles(), permission)
                        .isEmpty();
        if (Stream.of(Section.values())
                .allMatch(section -> section.permissions().stream().anyMatch(builtIn))) {
            return List.of(Section.values());
        }
        Policy whole = of(session.projectId());
        return Stream.of(Section.values())
                .filter(section -> section.permissions().stream()
                        .anyMatch(permission -> session.mayUse(permission)
                                && !whole.grantingRoles(session.roles(), session.customRoles(), permission)
                                        .isEmpty()))
                .toList();
    }

    private boolean holds(SessionCaller session, Permission permission) {
        if (!session.mayUse(permission)) {
            return false;
        }
        Policy builtIn = session.subject().isMember() ? Policy.MEMBERS : Policy.USERS;
        if (!builtIn.grantingRoles(session.roles(), session.customRoles(), permission)
                .isEmpty()) {
            return true;
        }
        // What the project adds is asked for only when the built-in roles do not settle it: most calls stop above.
        return !of(session.projectId())
                .grantingRoles(session.roles(), List.of(), permission)
                .isEmpty();
    }
}
