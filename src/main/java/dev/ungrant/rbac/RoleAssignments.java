package dev.ungrant.rbac;

import dev.ungrant.web.Json;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** The roles that were given to one member or user, beside those that everybody has. */
@Singleton
public final class RoleAssignments {
    private final RoleAssignmentRepository repository;
    private final Json json;

    RoleAssignments(RoleAssignmentRepository repository, Json json) {
        this.repository = repository;
        this.json = json;
    }

    /** Gives the subject these roles and no others, in the transaction that is open. */
    public void replace(Subject subject, Collection<String> roleIds) {
        String assigned = json.write(withoutImplicit(roleIds));
        repository.deleteOthers(subject.tenantId(), subject.id(), assigned);
        repository.insert(subject.tenantId(), subject.id(), assigned);
    }

    /** How many members of the organization were given each role; roles that nobody was given are left out. */
    public Map<String, Long> holders(UUID organizationId) {
        return repository.holders(organizationId).stream()
                .collect(Collectors.toMap(RoleHolders::roleId, RoleHolders::holders));
    }

    /**
     * Takes these roles from everybody, in the transaction that is open: a later role of the same name must not come to
     * those who had this one.
     */
    public int takeFromAll(UUID tenantId, Collection<String> roleIds) {
        return repository.deleteRoles(tenantId, json.write(roleIds));
    }

    /** The roles without those that everybody has and that nobody is therefore given. */
    public static List<String> withoutImplicit(Collection<String> roleIds) {
        return roleIds.stream()
                .filter(roleId -> !roleId.equals(Policy.MEMBER_ROLE) && !roleId.equals(Policy.USER_ROLE))
                .distinct()
                .toList();
    }
}
