package dev.ungrant.rbac;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;

/** Where the roles of a subject come from, as JSON columns. */
@MappedEntity("role_assignments")
record SubjectRow(
        @Nullable String emailAddress,
        String name,
        String givenName,
        String middleName,
        String familyName,
        @Nullable String phoneNumber,
        boolean emailVerified,
        @Nullable String assigned,
        @Nullable String implicitRoles,
        @Nullable String customRoles,
        @Nullable String organizationSlug) {}
