package dev.ungrant.rbac;

import io.micronaut.core.annotation.Nullable;
import java.util.List;
import java.util.Set;

/**
 * What a subject is called and which roles it holds now.
 *
 * @param emailAddress null for a user without one
 * @param givenName empty for a member, who has one name only, as are {@code middleName} and {@code familyName}
 * @param phoneNumber null for a member, and for a user without one
 * @param customRoles the roles that the subject's organization defines itself; empty for users
 * @param organizationSlug null for users
 */
public record Person(
        Subject subject,
        @Nullable String emailAddress,
        boolean emailVerified,
        String name,
        String givenName,
        String middleName,
        String familyName,
        @Nullable String phoneNumber,
        Set<String> roles,
        List<Role> customRoles,
        @Nullable String organizationSlug) {}
