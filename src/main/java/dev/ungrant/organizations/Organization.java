package dev.ungrant.organizations;

import dev.ungrant.connectedapps.AppPolicy;
import dev.ungrant.connectedapps.AppsAllowed;
import dev.ungrant.rbac.Role;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.model.DataType;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A tenant of the integrator, with the policy that says which apps its members may let in.
 *
 * @param externalId the integrator's own id; null when it gave none
 * @param firstPartyAllowed app ids (UUIDs), read when the type is {@code RESTRICTED}
 * @param blockedApps app ids that are not let in whatever the types say; null: none
 * @param policyUnsweptSince when the app policy was changed; null once the grants that it forbids are ended
 */
@MappedEntity("organizations")
public record Organization(
        UUID projectId,
        UUID organizationId,
        String name,
        String slug,
        String logoUrl,
        @Nullable String externalId,
        AppsAllowed firstPartyAllowedType,
        @TypeDef(type = DataType.JSON) List<String> firstPartyAllowed,
        AppsAllowed thirdPartyAllowedType,
        @TypeDef(type = DataType.JSON) List<String> thirdPartyAllowed,
        @Nullable @TypeDef(type = DataType.JSON) List<String> blockedApps,
        @Nullable Instant policyUnsweptSince,
        @TypeDef(type = DataType.JSON) Map<String, Object> trustedMetadata,
        @TypeDef(type = DataType.JSON) List<Role> customRoles,
        @TypeDef(type = DataType.JSON) OrganizationSettings settings,
        Instant createdAt,
        Instant updatedAt) {
    public String wireId() {
        return WireId.of("organization", organizationId);
    }

    /** Which apps its members may let in. */
    public AppPolicy appPolicy() {
        return new AppPolicy(
                firstPartyAllowedType,
                firstPartyAllowed,
                thirdPartyAllowedType,
                thirdPartyAllowed,
                blockedApps == null ? List.of() : blockedApps);
    }

    Organization withSlug(String other) {
        return with(other, externalId, customRoles, settings);
    }

    Organization withoutExternalId() {
        return with(slug, null, customRoles, settings);
    }

    /** With these roles, and without rules that hand out one of those that are gone. */
    Organization withCustomRoles(List<Role> others, Collection<String> gone) {
        return with(slug, externalId, others, settings.withoutImplicit(gone));
    }

    private Organization with(
            String newSlug, @Nullable String newExternalId, List<Role> newRoles, OrganizationSettings newSettings) {
        return new Organization(
                projectId,
                organizationId,
                name,
                newSlug,
                logoUrl,
                newExternalId,
                firstPartyAllowedType,
                firstPartyAllowed,
                thirdPartyAllowedType,
                thirdPartyAllowed,
                blockedApps,
                policyUnsweptSince,
                trustedMetadata,
                newRoles,
                newSettings,
                createdAt,
                updatedAt);
    }
}
