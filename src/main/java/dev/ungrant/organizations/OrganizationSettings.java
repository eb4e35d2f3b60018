package dev.ungrant.organizations;

import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import java.util.List;
import java.util.Map;

/**
 * The fields of the contract's organization that belong to sign-in and onboarding (§4.4). Ungrant keeps and returns them;
 * of these it acts on the implicit roles alone.
 */
@Serdeable(naming = SnakeCaseStrategy.class)
public record OrganizationSettings(
        String ssoJitProvisioning,
        List<String> ssoJitProvisioningAllowedConnections,
        String ssoDefaultConnectionId,
        List<String> emailAllowedDomains,
        String emailJitProvisioning,
        String emailInvites,
        String authMethods,
        List<String> allowedAuthMethods,
        String mfaPolicy,
        String mfaMethods,
        List<String> allowedMfaMethods,
        List<ImplicitRole> rbacEmailImplicitRoleAssignments,
        String oauthTenantJitProvisioning,
        Map<String, Object> allowedOauthTenants,
        List<String> claimedEmailDomains) {
    public static final OrganizationSettings DEFAULT = new OrganizationSettings(
            "ALL_ALLOWED",
            List.of(),
            "",
            List.of(),
            "NOT_ALLOWED",
            "ALL_ALLOWED",
            "ALL_ALLOWED",
            List.of(),
            "OPTIONAL",
            "ALL_ALLOWED",
            List.of(),
            List.of(),
            "NOT_ALLOWED",
            Map.of(),
            List.of());
}
