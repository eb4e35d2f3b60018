package dev.ungrant.federation;

import dev.ungrant.organizations.OrganizationSettings;
import dev.ungrant.web.EmailDomain;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.model.DataType;
import java.net.URI;
import java.util.List;
import java.util.UUID;

/**
 * The OpenID provider of an organization.
 *
 * @param clientSecret sealed under the installation's key
 * @param domains whose addresses it may vouch for; empty: those of the organization
 * @param required whether members may sign in to the portal no other way
 * @param metadata what it says of itself, as JSON; null: not fetched
 * @param jwks null: not fetched
 * @param fresh whether both were fetched within the last hour
 * @param usable whether they were fetched within the last day
 */
@MappedEntity("sign_in_providers")
record SignInProvider(
        UUID projectId,
        UUID organizationId,
        UUID providerId,
        String organizationName,
        String slug,
        @Nullable byte[] logoHash,
        String projectName,
        @TypeDef(type = DataType.JSON) OrganizationSettings settings,
        String issuer,
        String clientId,
        byte[] clientSecret,
        @TypeDef(type = DataType.JSON) List<String> domains,
        boolean required,
        @Nullable String metadata,
        @Nullable String jwks,
        boolean fresh,
        boolean usable) {
    public String wireId() {
        return WireId.of("organization", organizationId);
    }

    /** As the contract would call it: a single sign-on connection. */
    String connectionId() {
        return WireId.of("oidc-connection", providerId);
    }

    public String host() {
        String host = URI.create(issuer).getHost();
        return host == null ? issuer : host;
    }

    /** The domains that count; empty: any address of a member. */
    List<String> countingDomains() {
        return domains.isEmpty() ? settings.emailAllowedDomains() : domains;
    }

    boolean mayVouchFor(String emailAddress) {
        return countingDomains().isEmpty() || countingDomains().contains(EmailDomain.of(emailAddress));
    }

    /** Never without a list of domains: a provider for everybody would make everybody a member. */
    boolean makesMembers() {
        boolean allowed = switch (settings.ssoJitProvisioning()) {
            case "ALL_ALLOWED" -> true;
            case "RESTRICTED" -> settings.ssoJitProvisioningAllowedConnections().contains(connectionId());
            default -> false;
        };
        return allowed && !countingDomains().isEmpty();
    }

    @Override
    public String toString() {
        return "SignInProvider[" + organizationId + ", " + issuer + "]";
    }
}
