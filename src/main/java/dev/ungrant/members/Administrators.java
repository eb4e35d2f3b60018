package dev.ungrant.members;

import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.SessionCaller;
import jakarta.inject.Singleton;
import java.util.List;

/** Whom a member may ask about what they may not see themselves. */
@Singleton
public final class Administrators {
    private static final int MOST = 5;

    private final AdministratorRepository repository;
    private final Policies policies;

    Administrators(AdministratorRepository repository, Policies policies) {
        this.repository = repository;
        this.policies = policies;
    }

    /**
     * Active members of the caller's own organization to whom a role was assigned that gives the permission; their names,
     * or their addresses when they have none. Five at most; empty for a user of a consumer project.
     */
    public List<String> whoMay(SessionCaller caller, Permission permission) {
        List<String> roles = policies.rolesGranting(caller.projectId(), caller.customRoles(), permission);
        return caller.subject().isMember() && !roles.isEmpty()
                ? repository.names(caller.subject().tenantId(), roles, MOST)
                : List.of();
    }
}
