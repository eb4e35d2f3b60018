package dev.ungrant.organizations;

import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.LastAdmin;
import dev.ungrant.rbac.Policies;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The roles that members have by the domain of their address. A rule is given and taken away like a role: by those who may give
 * the role itself, and never so that nobody administers the organization any more.
 */
@Singleton
final class RolesByDomain {
    private final Policies policies;
    private final LastAdmin lastAdmin;

    RolesByDomain(Policies policies, LastAdmin lastAdmin) {
        this.policies = policies;
        this.lastAdmin = lastAdmin;
    }

    /**
     * Writes the change, in the transaction that is open, of an organization that is locked.
     *
     * @throws Problem {@code role_not_yours_to_give}, {@code last_admin}
     */
    void writing(Caller caller, Organization present, Organization wanted, Supplier<Integer> write) {
        List<ImplicitRole> before = present.settings().rbacEmailImplicitRoleAssignments();
        List<ImplicitRole> after = wanted.settings().rbacEmailImplicitRoleAssignments();
        if (before.equals(after)) {
            write.get();
            return;
        }
        List<String> changed = Stream.concat(
                        before.stream().filter(rule -> !after.contains(rule)),
                        after.stream().filter(rule -> !before.contains(rule)))
                .map(ImplicitRole::roleId)
                .toList();
        if (!policies.mayGive(caller, present.customRoles(), changed)) {
            throw new Problem(ErrorType.ROLE_NOT_YOURS_TO_GIVE);
        }
        lastAdmin.keepingOne(caller, present.projectId(), present.organizationId(), write);
    }
}
