package dev.ungrant.organizations;

import dev.ungrant.rbac.Role;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** An organization as the wire shows it: every field of contract §4.4, and the apps that are blocked by name. */
@Serdeable(naming = SnakeCaseStrategy.class)
public record OrganizationJson(
        String organizationId,
        String organizationName,
        String organizationLogoUrl,
        String organizationSlug,
        String organizationExternalId,
        String ssoJitProvisioning,
        List<String> ssoJitProvisioningAllowedConnections,
        String ssoDefaultConnectionId,
        List<Object> ssoActiveConnections,
        @Nullable Object scimActiveConnection,
        List<String> emailAllowedDomains,
        String emailJitProvisioning,
        String emailInvites,
        String authMethods,
        List<String> allowedAuthMethods,
        String mfaPolicy,
        List<ImplicitRole> rbacEmailImplicitRoleAssignments,
        String mfaMethods,
        List<String> allowedMfaMethods,
        String oauthTenantJitProvisioning,
        Map<String, Object> allowedOauthTenants,
        List<String> claimedEmailDomains,
        String firstPartyConnectedAppsAllowedType,
        List<String> allowedFirstPartyConnectedApps,
        String thirdPartyConnectedAppsAllowedType,
        List<String> allowedThirdPartyConnectedApps,
        List<String> blockedConnectedApps,
        List<Role> customRoles,
        Map<String, Object> trustedMetadata,
        Instant createdAt,
        Instant updatedAt) {
    public static OrganizationJson of(Organization organization) {
        OrganizationSettings settings = organization.settings();
        return new OrganizationJson(
                organization.wireId(),
                organization.name(),
                organization.logoUrl(),
                organization.slug(),
                organization.externalId() == null ? "" : organization.externalId(),
                settings.ssoJitProvisioning(),
                settings.ssoJitProvisioningAllowedConnections(),
                settings.ssoDefaultConnectionId(),
                List.of(),
                null,
                settings.emailAllowedDomains(),
                settings.emailJitProvisioning(),
                settings.emailInvites(),
                settings.authMethods(),
                settings.allowedAuthMethods(),
                settings.mfaPolicy(),
                settings.rbacEmailImplicitRoleAssignments(),
                settings.mfaMethods(),
                settings.allowedMfaMethods(),
                settings.oauthTenantJitProvisioning(),
                settings.allowedOauthTenants(),
                settings.claimedEmailDomains(),
                organization.firstPartyAllowedType().name(),
                apps(organization.firstPartyAllowed()),
                organization.thirdPartyAllowedType().name(),
                apps(organization.thirdPartyAllowed()),
                apps(organization.appPolicy().blockedApps()),
                organization.customRoles(),
                organization.trustedMetadata(),
                organization.createdAt(),
                organization.updatedAt());
    }

    private static List<String> apps(List<String> ids) {
        return ids.stream()
                .map(id -> WireId.of("connected-app", UUID.fromString(id)))
                .toList();
    }
}
