package dev.ungrant.rbac;

import io.micronaut.data.annotation.MappedEntity;

/** How many members hold a role. */
@MappedEntity("role_assignments")
record RoleHolders(String roleId, long holders) {}
