package dev.ungrant.organizations;

import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The fields of the contract's organization that belong to sign-in and onboarding (§4.4). Ungrant keeps and returns them. It
 * acts on {@code email_invites} with {@code email_allowed_domains}, on {@code sso_jit_provisioning} where the organization has
 * a sign-in of its own, and on the implicit roles; the rest is for the host's own sign-in.
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

    /** The same without rules that hand out one of these roles. */
    OrganizationSettings withoutImplicit(Collection<String> roleIds) {
        return new OrganizationSettings(
                ssoJitProvisioning,
                ssoJitProvisioningAllowedConnections,
                ssoDefaultConnectionId,
                emailAllowedDomains,
                emailJitProvisioning,
                emailInvites,
                authMethods,
                allowedAuthMethods,
                mfaPolicy,
                mfaMethods,
                allowedMfaMethods,
                rbacEmailImplicitRoleAssignments.stream()
                        .filter(rule -> !roleIds.contains(rule.roleId()))
                        .toList(),
                oauthTenantJitProvisioning,
                allowedOauthTenants,
                claimedEmailDomains);
    }
}
