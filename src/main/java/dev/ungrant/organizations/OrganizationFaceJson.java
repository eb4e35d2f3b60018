package dev.ungrant.organizations;

import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import java.util.List;
import java.util.Map;

/** What a page may know of an organization before anybody has signed in: what a sign-in page shows, and nothing of who is in it. */
@Serdeable(naming = SnakeCaseStrategy.class)
record OrganizationFaceJson(
        String organizationId,
        String organizationName,
        String organizationSlug,
        String organizationLogoUrl,
        List<Object> ssoActiveConnections,
        String ssoDefaultConnectionId,
        String emailJitProvisioning,
        List<String> emailAllowedDomains,
        String oauthTenantJitProvisioning,
        Map<String, Object> allowedOauthTenants,
        String authMethods,
        List<String> allowedAuthMethods,
        String mfaPolicy) {
    static OrganizationFaceJson of(Organization organization) {
        OrganizationSettings settings = organization.settings();
        return new OrganizationFaceJson(
                organization.wireId(),
                organization.name(),
                organization.slug(),
                organization.logoUrl(),
                List.of(),
                settings.ssoDefaultConnectionId(),
                settings.emailJitProvisioning(),
                settings.emailAllowedDomains(),
                settings.oauthTenantJitProvisioning(),
                settings.allowedOauthTenants(),
                settings.authMethods(),
                settings.allowedAuthMethods(),
                settings.mfaPolicy());
    }
}
