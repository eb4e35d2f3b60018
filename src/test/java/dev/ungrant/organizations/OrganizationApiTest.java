package dev.ungrant.organizations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.ApiTest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OrganizationApiTest extends ApiTest {
    private static final String[] FIELDS = {
        "organization_id", "organization_name", "organization_logo_url", "organization_slug", "sso_jit_provisioning",
        "sso_jit_provisioning_allowed_connections", "sso_active_connections", "email_allowed_domains",
        "email_jit_provisioning", "email_invites", "auth_methods", "allowed_auth_methods", "mfa_policy",
        "rbac_email_implicit_role_assignments", "mfa_methods", "allowed_mfa_methods", "oauth_tenant_jit_provisioning",
        "claimed_email_domains", "first_party_connected_apps_allowed_type", "allowed_first_party_connected_apps",
        "third_party_connected_apps_allowed_type", "allowed_third_party_connected_apps", "custom_roles",
        "trusted_metadata", "created_at", "updated_at", "organization_external_id", "sso_default_connection_id",
        "allowed_oauth_tenants"
    };

    private Backend backend;

    @BeforeEach
    void makeProject() {
        backend = b2b();
    }

    @Test
    void organizationIsMadeWithEveryFieldOfTheContract() {
        Answer created = backend.post("/v1/b2b/organizations", Map.of("organization_name", "Acme Ltd.")).ok();

        assertThat(created.body()).containsOnlyKeys("request_id", "status_code", "organization");
        Map<String, Object> organization = created.object("organization");
        assertThat(organization).containsKeys(FIELDS);
        assertThat(organization)
                .containsEntry("organization_name", "Acme Ltd.")
                .containsEntry("organization_slug", "acme-ltd")
                .containsEntry("organization_logo_url", "")
                .containsEntry("organization_external_id", "")
                .containsEntry("third_party_connected_apps_allowed_type", "ALL_ALLOWED")
                .containsEntry("allowed_third_party_connected_apps", List.of())
                .containsEntry("email_jit_provisioning", "NOT_ALLOWED")
                .containsEntry("mfa_policy", "OPTIONAL")
                .containsEntry("custom_roles", List.of())
                .containsEntry("trusted_metadata", Map.of());
        assertThat((String) organization.get("organization_id")).startsWith("organization-test-");
        assertThat((String) organization.get("created_at")).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
    }
}
