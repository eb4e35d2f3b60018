package dev.ungrant.javaclient;

import static org.assertj.core.api.Assertions.assertThat;

import com.stytch.java.b2b.api.organizations.Organizations;
import com.stytch.java.b2b.models.organizations.ConnectedAppsRequest;
import com.stytch.java.b2b.models.organizations.ConnectedAppsRequestOptions;
import com.stytch.java.b2b.models.organizations.CreateRequest;
import com.stytch.java.b2b.models.organizations.DeleteExternalIdRequest;
import com.stytch.java.b2b.models.organizations.DeleteRequest;
import com.stytch.java.b2b.models.organizations.DeleteRequestOptions;
import com.stytch.java.b2b.models.organizations.GetConnectedAppRequest;
import com.stytch.java.b2b.models.organizations.GetConnectedAppRequestOptions;
import com.stytch.java.b2b.models.organizations.GetRequest;
import com.stytch.java.b2b.models.organizations.MetricsRequest;
import com.stytch.java.b2b.models.organizations.Organization;
import com.stytch.java.b2b.models.organizations.SearchQuery;
import com.stytch.java.b2b.models.organizations.SearchQueryOperator;
import com.stytch.java.b2b.models.organizations.SearchRequest;
import com.stytch.java.b2b.models.organizations.UpdateRequest;
import com.stytch.java.b2b.models.organizations.UpdateRequestFirstPartyConnectedAppsAllowedType;
import com.stytch.java.b2b.models.organizations.UpdateRequestOptions;
import com.stytch.java.b2b.models.organizations.UpdateRequestThirdPartyConnectedAppsAllowedType;
import com.stytch.java.b2b.models.rbac.OrgPolicy;
import com.stytch.java.b2b.models.rbac.PolicyRequest;
import com.stytch.java.b2b.models.rbac.PolicyRole;
import com.stytch.java.b2b.models.rbac.PolicyRolePermission;
import com.stytch.java.b2b.models.rbacorganizations.GetOrgPolicyRequest;
import com.stytch.java.b2b.models.rbacorganizations.SetOrgPolicyRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JavaOrganizationsTest extends JavaClientTest {
    private Backend backend;
    private Organizations organizations;

    @BeforeEach
    void makeProject() {
        backend = b2b();
        organizations = b2bClient(backend).getOrganizations();
    }

    @Test
    void organizationIsMadeChangedSearchedAndDeleted() {
        Organization acme = ok(organizations.createCompletable(new CreateRequest("Acme", "acme-inc")))
                .getOrganization();
        assertThat(acme.getOrganizationSlug()).isEqualTo("acme-inc");
        assertThat(read("acme-inc")).isEqualTo(acme);
        assertThat(read(acme.getOrganizationId())).isEqualTo(acme);

        ok(organizations.updateCompletable(new UpdateRequest("acme-inc", "Acme Ltd."), null));
        assertThat(read("acme-inc").getOrganizationName()).isEqualTo("Acme Ltd.");

        var found = ok(organizations.searchCompletable(new SearchRequest(
                null,
                10L,
                new SearchQuery(
                        SearchQueryOperator.OR,
                        List.of(Map.of("filter_name", "organization_slugs", "filter_value", List.of("acme-inc")))))));
        assertThat(found.getResultsMetadata().getTotal()).isEqualTo(1);
        assertThat(found.getOrganizations()).containsExactly(read("acme-inc"));
        assertThat(ok(organizations.searchCompletable(new SearchRequest())).getOrganizations())
                .hasSize(1);
        backend.member(Map.of("organization_id", acme.getOrganizationId()), "ada@acme.example");
        assertThat(ok(organizations.metricsCompletable(new MetricsRequest("acme-inc")))
                        .getMemberCount())
                .isEqualTo(1);

        assertThat(ok(organizations.deleteCompletable(new DeleteRequest("acme-inc"), null))
                        .getOrganizationId())
                .isEqualTo(acme.getOrganizationId());
        refused(organizations.getCompletable(new GetRequest("acme-inc")), 404, "organization_not_found");
        refused(organizations.deleteCompletable(new DeleteRequest("acme-inc"), null), 404, "organization_not_found");
    }

    /** The client sends ten empty lists and objects along with the name. */
    @Test
    void renamingWipesNeitherListsNorAppPolicy() {
        String first = app(backend, "first_party").id();
        String third = app(backend, "third_party").id();
        Map<String, Object> body = new HashMap<>();
        body.put("organization_name", "Acme");
        body.put("organization_slug", "acme");
        body.put("organization_external_id", "crm|1");
        body.put("trusted_metadata", Map.of("plan", "gold"));
        body.put("email_allowed_domains", List.of("acme.example"));
        body.put("email_jit_provisioning", "RESTRICTED");
        body.put("auth_methods", "RESTRICTED");
        body.put("allowed_auth_methods", List.of("magic_link", "sso"));
        body.put("mfa_methods", "RESTRICTED");
        body.put("allowed_mfa_methods", List.of("totp"));
        body.put("claimed_email_domains", List.of("acme.example"));
        body.put(
                "rbac_email_implicit_role_assignments",
                List.of(Map.of("domain", "acme.example", "role_id", "stytch_admin")));
        body.put("first_party_connected_apps_allowed_type", "RESTRICTED");
        body.put("allowed_first_party_connected_apps", List.of(first));
        body.put("third_party_connected_apps_allowed_type", "RESTRICTED");
        body.put("allowed_third_party_connected_apps", List.of(third));
        backend.post("/v1/b2b/organizations", body).ok();
        Organization before = read("acme");

        ok(organizations.updateCompletable(new UpdateRequest("acme", "Acme Ltd."), null));

        Organization after = read("acme");
        assertThat(after.getOrganizationName()).isEqualTo("Acme Ltd.");
        assertThat(after)
                .usingRecursiveComparison()
                .ignoringFields("organizationName", "updatedAt")
                .isEqualTo(before);
        assertThat(after.getAllowedThirdPartyConnectedApps()).containsExactly(third);
    }

    @Test
    void listIsClearedTogetherWithItsType() {
        String third = app(backend, "third_party").id();
        backend.post(
                        "/v1/b2b/organizations",
                        Map.of(
                                "organization_name", "Acme",
                                "organization_slug", "acme",
                                "third_party_connected_apps_allowed_type", "RESTRICTED",
                                "allowed_third_party_connected_apps", List.of(third)))
                .ok();
        UpdateRequest update = new UpdateRequest(
                "acme",
                null,
                null,
                null,
                Map.of(),
                null,
                null,
                null,
                List.of(),
                List.of(),
                null,
                null,
                null,
                List.of(),
                null,
                List.of(),
                null,
                List.of(),
                null,
                Map.of(),
                List.of(),
                UpdateRequestFirstPartyConnectedAppsAllowedType.NOT_ALLOWED,
                List.of(),
                UpdateRequestThirdPartyConnectedAppsAllowedType.RESTRICTED,
                List.of());
        ok(organizations.updateCompletable(update, null));
        Organization after = read("acme");
        assertThat(after.getFirstPartyConnectedAppsAllowedType()).isEqualTo("NOT_ALLOWED");
        assertThat(after.getThirdPartyConnectedAppsAllowedType()).isEqualTo("RESTRICTED");
        assertThat(after.getAllowedThirdPartyConnectedApps()).isEmpty();
    }

    @Test
    void membersOwnPermissionsCount() {
        Map<String, Object> acme = backend.organization("Acme");
        String id = (String) acme.get("organization_id");
        SignedIn ada = signIn(backend, backend.member(acme, "ada@acme.example", "stytch_admin"));
        SignedIn ben = signIn(backend, backend.member(acme, "ben@acme.example"));
        SignedIn gil =
                signIn(backend, backend.member(backend.organization("Globex"), "gil@globex.example", "stytch_admin"));

        ok(organizations.updateCompletable(new UpdateRequest(id, "By token"), new UpdateRequestOptions(ada.byToken())));
        assertThat(read(id).getOrganizationName()).isEqualTo("By token");
        ok(organizations.updateCompletable(new UpdateRequest(id, "By JWT"), new UpdateRequestOptions(ada.byJwt())));
        assertThat(read(id).getOrganizationName()).isEqualTo("By JWT");
        refused(
                organizations.updateCompletable(new UpdateRequest(id, "x"), new UpdateRequestOptions(ben.byBoth())),
                403,
                "session_authorization_error");
        refused(
                organizations.updateCompletable(new UpdateRequest(id, "x"), new UpdateRequestOptions(gil.byToken())),
                403,
                "session_authorization_tenancy_error");
        refused(
                organizations.deleteCompletable(new DeleteRequest(id), new DeleteRequestOptions(ben.byToken())),
                403,
                "session_authorization_error");
        assertThat(read(id).getOrganizationName()).isEqualTo("By JWT");
    }

    @Test
    void appsOfAnOrganizationAreListed() {
        Map<String, Object> acme = backend.organization("Acme");
        String id = (String) acme.get("organization_id");
        Map<String, Object> ben = backend.member(acme, "ben@acme.example");
        SignedIn ada = signIn(backend, backend.member(acme, "ada@acme.example", "stytch_admin"));
        assertThat(ok(organizations.connectedAppsCompletable(new ConnectedAppsRequest(id), null))
                        .getConnectedApps())
                .isEmpty();
        Client calendar = app(backend, "third_party");
        connect(backend, ben, calendar, "openid", "email");

        var listed = ok(organizations.connectedAppsCompletable(
                        new ConnectedAppsRequest(id), new ConnectedAppsRequestOptions(ada.byToken())))
                .getConnectedApps();
        assertThat(listed).singleElement().satisfies(app -> {
            assertThat(app.getConnectedAppId()).isEqualTo(calendar.id());
            assertThat(app.getClientType()).isEqualTo("third_party");
        });
        var detail = ok(organizations.getConnectedAppCompletable(
                new GetConnectedAppRequest(id, calendar.id()), new GetConnectedAppRequestOptions(ada.byJwt())));
        assertThat(detail.getActiveMembers()).singleElement().satisfies(member -> {
            assertThat(member.getMemberId()).isEqualTo(ben.get("member_id"));
            assertThat(member.getGrantedScopes()).containsExactly("openid", "email");
        });
        refused(
                organizations.connectedAppsCompletable(
                        new ConnectedAppsRequest(id),
                        new ConnectedAppsRequestOptions(signIn(backend, ben).byToken())),
                403,
                "session_authorization_error");
    }

    @Test
    void externalIdIsTakenAway() {
        backend.post(
                        "/v1/b2b/organizations",
                        Map.of(
                                "organization_name",
                                "Acme",
                                "organization_slug",
                                "acme",
                                "organization_external_id",
                                "crm|1"))
                .ok();
        assertThat(read("crm|1").getOrganizationExternalId()).isEqualTo("crm|1");
        ok(organizations.deleteExternalIdCompletable(new DeleteExternalIdRequest("crm|1"), null));
        assertThat(read("acme").getOrganizationExternalId()).isEmpty();
        refused(organizations.getCompletable(new GetRequest("crm|1")), 404, "organization_not_found");
    }

    @Test
    void organizationsOwnRolesAreSetAndRead() {
        var rbac = b2bClient(backend).getRbac();
        Map<String, Object> acme = backend.organization("Acme");
        String id = (String) acme.get("organization_id");
        assertThat(ok(rbac.getOrganizations().getOrgPolicyCompletable(new GetOrgPolicyRequest(id)))
                        .getOrgPolicy()
                        .getRoles())
                .isEmpty();
        PolicyRole role = new PolicyRole(
                "helpdesk",
                "Takes access away",
                List.of(new PolicyRolePermission("stytch.member", List.of("revoke.connected-app"))));
        ok(rbac.getOrganizations().setOrgPolicyCompletable(new SetOrgPolicyRequest(id, new OrgPolicy(List.of(role)))));
        assertThat(ok(rbac.getOrganizations().getOrgPolicyCompletable(new GetOrgPolicyRequest(id)))
                        .getOrgPolicy()
                        .getRoles())
                .containsExactly(role);
        assertThat(read(id).getCustomRoles())
                .singleElement()
                .satisfies(custom -> assertThat(custom.getRoleId()).isEqualTo("helpdesk"));
        assertThat(ok(rbac.policyCompletable(new PolicyRequest())).getPolicy().getRoles())
                .extracting(PolicyRole::getRoleId)
                .contains("stytch_member", "stytch_admin");
    }

    @Test
    void idsThatComeUnencodedAreNotFound() {
        refused(organizations.getCompletable(new GetRequest("a?b")), 404, "organization_not_found");
        refused(organizations.deleteCompletable(new DeleteRequest("a?b"), null), 404, "organization_not_found");
        refused(organizations.updateCompletable(new UpdateRequest("a?b", "x"), null), 404, "organization_not_found");
        refused(organizations.getCompletable(new GetRequest("../x")), 404, "route_not_found");
        refused(organizations.metricsCompletable(new MetricsRequest("a#b")), 404, "organization_not_found");
        refused(
                organizations.getCompletable(new GetRequest("organization-live-00000000-0000-4000-8000-000000000000")),
                400,
                "live_id_used_in_test_environment");
    }

    private Organization read(String reference) {
        return ok(organizations.getCompletable(new GetRequest(reference))).getOrganization();
    }
}
