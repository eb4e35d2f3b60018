package dev.ungrant.organizations;

import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.Role;
import dev.ungrant.rbac.RoleAssignments;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * The roles that an organization defines itself. Each change is one of the locked organization: what a caller may do is judged
 * by what the change does to the roles as they are then. Nobody puts into a role what they do not hold.
 */
@Singleton
public final class CustomRoles {
    static final String CREATE = "create";
    static final String UPDATE = "update";
    static final String DELETE = "delete";
    private static final String RESOURCE = "stytch.custom-org-roles";
    private static final int MOST_ROLES = 100;

    private final Organizations organizations;
    private final RoleAssignments assignments;
    private final Policies policies;

    CustomRoles(Organizations organizations, RoleAssignments assignments, Policies policies) {
        this.organizations = organizations;
        this.assignments = assignments;
        this.policies = policies;
    }

    /** Somebody else has changed the role since the caller was shown it. */
    static final class Changed extends RuntimeException {
        Changed() {
            super(null, null, false, false);
        }
    }

    boolean may(Caller caller, String action, UUID organizationId) {
        return policies.permits(caller, new Permission(RESOURCE, action), organizationId);
    }

    /** How many members were given each role. */
    Map<String, Long> holders(Organization organization) {
        return assignments.holders(organization.organizationId());
    }

    /** All of them anew. Roles that are left out are taken from whoever held them. */
    public Organization replace(Caller caller, Organization organization, List<Role> roles) {
        return write(caller, organization, present -> roles);
    }

    /** @throws Problem {@code invalid_rbac_custom_role} when there is one of that id */
    public Organization create(Caller caller, Organization organization, Role role) {
        return write(caller, organization, present -> {
            List<Role> roles = new ArrayList<>(present);
            roles.add(role);
            return roles;
        });
    }

    /**
     * Writes over the role of the same id.
     *
     * @param shown the role as the caller was shown it
     * @throws Changed when it is another one by now, or gone
     */
    Organization change(Caller caller, Organization organization, Role shown, Role role) {
        return write(caller, organization, present -> {
            requireAsShown(present, shown);
            return present.stream()
                    .map(one -> one.roleId().equals(role.roleId()) ? role : one)
                    .toList();
        });
    }

    /** Takes the role away, also from everybody who holds it; no error when it is gone already. */
    Organization delete(Caller caller, Organization organization, String roleId) {
        return write(
                caller,
                organization,
                present -> present.stream()
                        .filter(role -> !role.roleId().equals(roleId))
                        .toList());
    }

    private static void requireAsShown(List<Role> present, Role shown) {
        if (!find(present, shown.roleId()).filter(shown::equals).isPresent()) {
            throw new Changed();
        }
    }

    static Optional<Role> find(List<Role> roles, @Nullable String roleId) {
        return roles.stream()
                .filter(role -> Objects.equals(role.roleId(), roleId))
                .findFirst();
    }

    private Organization write(Caller caller, Organization organization, UnaryOperator<List<Role>> change) {
        Map<String, Object> details = new LinkedHashMap<>();
        return organizations.change(
                caller,
                organization,
                "organization.roles_changed",
                present -> {
                    List<Role> wanted = change.apply(present.customRoles());
                    Difference difference = Difference.between(present.customRoles(), wanted);
                    requireMay(caller, organization, difference);
                    if (wanted.size() > MOST_ROLES) {
                        throw new Problem(
                                ErrorType.INVALID_RBAC_CUSTOM_ROLE,
                                "An organization has at most " + MOST_ROLES + " roles.");
                    }
                    policies.requireValidCustomRoles(organization.projectId(), wanted);
                    requireHeld(caller, present.customRoles(), wanted);
                    details.clear();
                    details.putAll(difference.described());
                    if (!difference.deleted().isEmpty()) {
                        details.put(
                                "taken_from",
                                assignments.takeFromAll(organization.organizationId(), difference.deleted()));
                    }
                    return present.withCustomRoles(wanted, difference.deleted());
                },
                details);
    }

    private record Difference(List<String> created, List<String> updated, List<String> deleted) {
        static Difference between(List<Role> before, List<Role> after) {
            return new Difference(
                    after.stream()
                            .map(Role::roleId)
                            .filter(id -> find(before, id).isEmpty())
                            .toList(),
                    after.stream()
                            .filter(role -> find(before, role.roleId())
                                    .filter(was -> !was.equals(role))
                                    .isPresent())
                            .map(Role::roleId)
                            .toList(),
                    before.stream()
                            .map(Role::roleId)
                            .filter(id -> find(after, id).isEmpty())
                            .toList());
        }

        Map<String, Object> described() {
            return Map.of("created", created, "updated", updated, "deleted", deleted);
        }
    }

    /** Whoever changes nothing needs the permission to change. */
    private void requireMay(Caller caller, Organization organization, Difference difference) {
        boolean idle = difference.created().isEmpty() && difference.deleted().isEmpty();
        require(caller, organization, CREATE, !difference.created().isEmpty());
        require(caller, organization, DELETE, !difference.deleted().isEmpty());
        require(caller, organization, UPDATE, idle || !difference.updated().isEmpty());
    }

    private void require(Caller caller, Organization organization, String action, boolean wanted) {
        if (wanted && !may(caller, action, organization.organizationId())) {
            throw new Problem(ErrorType.SESSION_AUTHORIZATION_ERROR);
        }
    }

    /** What a role had before may stay in it. */
    private void requireHeld(Caller caller, List<Role> before, List<Role> after) {
        if (!(caller instanceof SessionCaller)) {
            return;
        }
        for (Role role : after) {
            Optional<Role> was = find(before, role.roleId());
            for (Role.ResourceActions rule : role.permissions()) {
                for (String action : rule.actions()) {
                    Permission permission = new Permission(rule.resourceId(), action);
                    boolean had = was.filter(one -> one.grants(permission)).isPresent();
                    if (!had && !policies.mayHandOut(caller, permission)) {
                        throw new Problem(
                                ErrorType.SESSION_AUTHORIZATION_ERROR,
                                "A role cannot be given more than its writer holds.");
                    }
                }
            }
        }
    }
}
