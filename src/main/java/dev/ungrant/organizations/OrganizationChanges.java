package dev.ungrant.organizations;

import dev.ungrant.connectedapps.AppsAllowed;
import dev.ungrant.web.EmailDomain;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.ExternalId;
import dev.ungrant.web.Json;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Problem;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What a request wants of an organization, field by field of contract §4.4.
 *
 * <p>Some clients send an empty list for every list they know. So an empty one is heard only together with the field that
 * gives the list its meaning, or, for lists that somebody may change who may not change that field, when it is an explicit null.
 */
final class OrganizationChanges {
    private static final String FIRST_TYPE = "first_party_connected_apps_allowed_type";
    private static final String FIRST_LIST = "allowed_first_party_connected_apps";
    private static final String THIRD_TYPE = "third_party_connected_apps_allowed_type";
    private static final String THIRD_LIST = "allowed_third_party_connected_apps";
    private static final String BLOCKED_LIST = "blocked_connected_apps";
    private static final String IMPLICIT_ROLES = "rbac_email_implicit_role_assignments";
    private static final String CLAIMED_DOMAINS = "claimed_email_domains";

    static final String POLICY_ACTION = "update.settings.connected-apps";

    /** The action on {@code stytch.organization} that each field takes. */
    private static final Map<String, String> ACTIONS = Map.ofEntries(
            Map.entry("organization_name", "update.info.name"),
            Map.entry("organization_slug", "update.info.slug"),
            Map.entry("organization_logo_url", "update.info.logo-url"),
            // No published action: only a role that may do everything has it.
            Map.entry("organization_external_id", "update.info.external-id"),
            Map.entry("sso_default_connection_id", "update.settings.default-sso-connection"),
            Map.entry("sso_jit_provisioning", "update.settings.sso-jit-provisioning"),
            Map.entry("sso_jit_provisioning_allowed_connections", "update.settings.sso-jit-provisioning"),
            Map.entry("email_allowed_domains", "update.settings.allowed-domains"),
            Map.entry("email_jit_provisioning", "update.settings.email-jit-provisioning"),
            Map.entry("email_invites", "update.settings.email-invites"),
            Map.entry("auth_methods", "update.settings.allowed-auth-methods"),
            Map.entry("allowed_auth_methods", "update.settings.allowed-auth-methods"),
            Map.entry("mfa_policy", "update.settings.mfa-policy"),
            Map.entry("mfa_methods", "update.settings.allowed-mfa-methods"),
            Map.entry("allowed_mfa_methods", "update.settings.allowed-mfa-methods"),
            Map.entry(IMPLICIT_ROLES, "update.settings.implicit-roles"),
            Map.entry("oauth_tenant_jit_provisioning", "update.settings.oauth-tenant-jit-provisioning"),
            Map.entry("allowed_oauth_tenants", "update.settings.allowed-oauth-tenants"),
            Map.entry(CLAIMED_DOMAINS, "update.settings.allowed-domains"),
            Map.entry(FIRST_TYPE, POLICY_ACTION),
            Map.entry(FIRST_LIST, POLICY_ACTION),
            Map.entry(THIRD_TYPE, POLICY_ACTION),
            Map.entry(THIRD_LIST, POLICY_ACTION),
            Map.entry(BLOCKED_LIST, POLICY_ACTION));

    /** The fields that give a list its meaning. */
    private static final Map<String, List<String>> MEANING = Map.of(
            "sso_jit_provisioning_allowed_connections",
            List.of("sso_jit_provisioning"),
            "email_allowed_domains",
            List.of("email_jit_provisioning", "email_invites"),
            "allowed_auth_methods",
            List.of("auth_methods"),
            "allowed_mfa_methods",
            List.of("mfa_methods"),
            "allowed_oauth_tenants",
            List.of("oauth_tenant_jit_provisioning"),
            FIRST_LIST,
            List.of(FIRST_TYPE),
            THIRD_LIST,
            List.of(THIRD_TYPE));

    private static final Set<String> CLEARED_BY_NULL =
            Set.of(IMPLICIT_ROLES, CLAIMED_DOMAINS, BLOCKED_LIST, "email_allowed_domains");

    private static final List<String> PROVISIONING = List.of("ALL_ALLOWED", "RESTRICTED", "NOT_ALLOWED");
    private static final List<String> METHODS = List.of("ALL_ALLOWED", "RESTRICTED");
    private static final Set<String> AUTH_METHODS = Set.of(
            "sso",
            "magic_link",
            "email_otp",
            "password",
            "google_oauth",
            "microsoft_oauth",
            "slack_oauth",
            "github_oauth",
            "hubspot_oauth");
    private static final Set<String> MFA_METHODS = Set.of("sms_otp", "totp");

    private final JsonBody body;
    private final Json json;

    OrganizationChanges(JsonBody body, Json json) {
        this.body = body;
        this.json = json;
    }

    /** The actions on {@code stytch.organization} that somebody needs to want this. */
    Set<String> actions() {
        Set<String> actions = new LinkedHashSet<>();
        ACTIONS.forEach((field, action) -> {
            if (asks(field)) {
                actions.add(action);
            }
        });
        return actions;
    }

    boolean asksForTrustedMetadata() {
        return body.objectMap("trusted_metadata")
                .filter(notes -> !notes.isEmpty())
                .isPresent();
    }

    /** The roles that the request hands out by e-mail domain. */
    List<String> implicitRoles() {
        return implicitRoles(List.of()).stream().map(ImplicitRole::roleId).toList();
    }

    /** The apps that the request names; whether they exist is for the caller to ask. */
    Set<UUID> apps() {
        Set<UUID> apps = new LinkedHashSet<>();
        for (String field : List.of(FIRST_LIST, THIRD_LIST, BLOCKED_LIST)) {
            apps(field, List.of()).forEach(id -> apps.add(UUID.fromString(id)));
        }
        return apps;
    }

    /** The organization as the request wants it. */
    Organization onto(Organization organization) {
        return new Organization(
                organization.projectId(),
                organization.organizationId(),
                body.has("organization_name") ? body.required("organization_name", 128) : organization.name(),
                body.string("organization_slug").map(Slug::require).orElse(organization.slug()),
                body.string("organization_logo_url", 2048).orElse(organization.logoUrl()),
                body.string("organization_external_id")
                        .map(id -> ExternalId.require("organization_external_id", id))
                        .orElse(organization.externalId()),
                body.oneOf(FIRST_TYPE, AppsAllowed.class).orElse(organization.firstPartyAllowedType()),
                apps(FIRST_LIST, organization.firstPartyAllowed()),
                body.oneOf(THIRD_TYPE, AppsAllowed.class).orElse(organization.thirdPartyAllowedType()),
                apps(THIRD_LIST, organization.thirdPartyAllowed()),
                blocked(organization.blockedApps()),
                organization.policyUnsweptSince(),
                Metadata.merged(organization.trustedMetadata(), body, "trusted_metadata", json),
                organization.customRoles(),
                settings(organization.settings()),
                organization.createdAt(),
                organization.updatedAt());
    }

    private OrganizationSettings settings(OrganizationSettings present) {
        return new OrganizationSettings(
                oneOf("sso_jit_provisioning", PROVISIONING, present.ssoJitProvisioning()),
                strings("sso_jit_provisioning_allowed_connections", present.ssoJitProvisioningAllowedConnections()),
                body.string("sso_default_connection_id", 128).orElse(present.ssoDefaultConnectionId()),
                domains("email_allowed_domains", present.emailAllowedDomains()),
                oneOf("email_jit_provisioning", PROVISIONING, present.emailJitProvisioning()),
                oneOf("email_invites", PROVISIONING, present.emailInvites()),
                oneOf("auth_methods", METHODS, present.authMethods()),
                someOf("allowed_auth_methods", AUTH_METHODS, present.allowedAuthMethods()),
                oneOf("mfa_policy", List.of("OPTIONAL", "REQUIRED_FOR_ALL"), present.mfaPolicy()),
                oneOf("mfa_methods", METHODS, present.mfaMethods()),
                someOf("allowed_mfa_methods", MFA_METHODS, present.allowedMfaMethods()),
                implicitRoles(present.rbacEmailImplicitRoleAssignments()),
                oneOf(
                        "oauth_tenant_jit_provisioning",
                        List.of("RESTRICTED", "NOT_ALLOWED"),
                        present.oauthTenantJitProvisioning()),
                asks("allowed_oauth_tenants")
                        ? body.objectMap("allowed_oauth_tenants").orElse(Map.of())
                        : present.allowedOauthTenants(),
                domains(CLAIMED_DOMAINS, present.claimedEmailDomains()));
    }

    private boolean asks(String field) {
        if (!body.has(field)) {
            return CLEARED_BY_NULL.contains(field) && body.fields().containsKey(field);
        }
        boolean empty = body.fields().get(field) instanceof Collection<?> list && list.isEmpty()
                || body.fields().get(field) instanceof Map<?, ?> map && map.isEmpty();
        return !empty || MEANING.getOrDefault(field, List.of()).stream().anyMatch(body::has);
    }

    private List<String> strings(String field, List<String> present) {
        return asks(field) ? body.strings(field).orElse(List.of()) : present;
    }

    private List<String> apps(String field, List<String> present) {
        return asks(field)
                ? body.strings(field).orElse(List.of()).stream()
                        .distinct()
                        .map(OrganizationChanges::app)
                        .toList()
                : present;
    }

    @Nullable
    private List<String> blocked(@Nullable List<String> present) {
        List<String> wanted = apps(BLOCKED_LIST, present == null ? List.of() : present);
        return wanted.isEmpty() ? null : wanted;
    }

    private static String app(String wireId) {
        return WireId.parse("connected-app", wireId)
                .orElseThrow(() -> new Problem(ErrorType.CONNECTED_APP_NOT_FOUND))
                .toString();
    }

    private List<String> domains(String field, List<String> present) {
        return asks(field)
                ? body.strings(field).orElse(List.of()).stream()
                        .map(domain -> EmailDomain.require(field, domain))
                        .distinct()
                        .toList()
                : present;
    }

    private List<String> someOf(String field, Set<String> allowed, List<String> present) {
        List<String> values = strings(field, present);
        if (!allowed.containsAll(values)) {
            throw new Problem(
                    ErrorType.BAD_REQUEST,
                    field + " must hold some of " + allowed.stream().sorted().toList() + ".");
        }
        return values;
    }

    private String oneOf(String field, List<String> allowed, String present) {
        String value = body.string(field).orElse(present);
        if (!allowed.contains(value)) {
            throw new Problem(ErrorType.BAD_REQUEST, field + " must be one of " + allowed + ".");
        }
        return value;
    }

    private List<ImplicitRole> implicitRoles(List<ImplicitRole> present) {
        if (!asks(IMPLICIT_ROLES)) {
            return present;
        }
        List<ImplicitRole> rules = new ArrayList<>();
        for (JsonBody rule : body.objects(IMPLICIT_ROLES).orElse(List.of())) {
            rules.add(new ImplicitRole(
                    EmailDomain.require(IMPLICIT_ROLES, rule.required("domain")), rule.required("role_id")));
        }
        return List.copyOf(rules);
    }
}
