package dev.ungrant.organizations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.ApiTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OrganizationApiTest extends ApiTest {
    private static final String[] FIELDS = {
        "organization_id",
        "organization_name",
        "organization_logo_url",
        "organization_slug",
        "sso_jit_provisioning",
        "sso_jit_provisioning_allowed_connections",
        "sso_active_connections",
        "email_allowed_domains",
        "email_jit_provisioning",
        "email_invites",
        "auth_methods",
        "allowed_auth_methods",
        "mfa_policy",
        "rbac_email_implicit_role_assignments",
        "mfa_methods",
        "allowed_mfa_methods",
        "oauth_tenant_jit_provisioning",
        "claimed_email_domains",
        "first_party_connected_apps_allowed_type",
        "allowed_first_party_connected_apps",
        "third_party_connected_apps_allowed_type",
        "allowed_third_party_connected_apps",
        "custom_roles",
        "trusted_metadata",
        "created_at",
        "updated_at",
        "organization_external_id",
        "sso_default_connection_id",
        "allowed_oauth_tenants"
    };

    private Backend backend;

    @BeforeEach
    void makeProject() {
        backend = b2b();
    }

    @Test
    void organizationIsMadeWithEveryFieldOfTheContract() {
        Answer created = backend.post("/v1/b2b/organizations", Map.of("organization_name", "Acme Ltd."))
                .ok();

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

    @Test
    void organizationIsFoundByIdSlugAndExternalId() {
        Map<String, Object> acme = backend.post(
                        "/v1/b2b/organizations",
                        Map.of(
                                "organization_name", "Acme",
                                "organization_slug", "acme.~x",
                                "organization_external_id", "ext|Acme_1"))
                .ok()
                .object("organization");

        for (String reference : List.of((String) acme.get("organization_id"), "acme.~x", "ext%7CAcme_1")) {
            assertThat(backend.get("/v1/b2b/organizations/" + reference).ok().object("organization"))
                    .as(reference)
                    .isEqualTo(acme);
        }
        backend.get("/v1/b2b/organizations/ext%7Cacme_1").refused(404, "organization_not_found");
    }

    @Test
    void unknownOrganizationAndThatOfAnotherProjectAreTheSame404() {
        Map<String, Object> foreign = b2b().organization("Foreign");

        for (String reference : List.of(
                "organization-test-" + UUID.randomUUID(),
                (String) foreign.get("organization_id"),
                "organization-test-nonsense",
                "nobody")) {
            backend.get("/v1/b2b/organizations/" + reference).refused(404, "organization_not_found");
            backend.put("/v1/b2b/organizations/" + reference, Map.of()).refused(404, "organization_not_found");
            backend.delete("/v1/b2b/organizations/" + reference).refused(404, "organization_not_found");
        }
        backend.get("/v1/b2b/organizations/organization-live-" + UUID.randomUUID())
                .refused(400, "live_id_used_in_test_environment");
    }

    @Test
    void slugsAndExternalIdsAreNobodyElses() {
        create(Map.of("organization_name", "One", "organization_slug", "one", "organization_external_id", "first"))
                .ok();

        create(Map.of("organization_name", "Two", "organization_slug", "one"))
                .refused(400, "organization_slug_already_used");
        create(Map.of("organization_name", "Two", "organization_slug", "first"))
                .refused(400, "organization_slug_already_used");
        create(Map.of("organization_name", "Two", "organization_external_id", "first"))
                .refused(400, "organization_external_id_already_used");
        create(Map.of("organization_name", "Two", "organization_external_id", "one"))
                .refused(400, "organization_external_id_already_used");

        Map<String, Object> generated = backend.organization("One");
        assertThat((String) generated.get("organization_slug")).matches("one-[a-z0-9]+");
        backend.put("/v1/b2b/organizations/" + generated.get("organization_id"), Map.of("organization_slug", "one"))
                .refused(400, "organization_slug_already_used");
        assertThat((String) backend.organization("日本").get("organization_slug")).startsWith("org-");
    }

    @Test
    void malformedFieldsAreRefusedByName() {
        for (Map<String, Object> wrong : List.<Map<String, Object>>of(
                Map.of(),
                Map.of("organization_name", " "),
                Map.of("organization_name", 7),
                Map.of("organization_name", "x".repeat(129)),
                Map.of("organization_name", "x", "organization_slug", "a"),
                Map.of("organization_name", "x", "organization_slug", "a b"),
                Map.of("organization_name", "x", "organization_slug", "organization-test-1"),
                Map.of("organization_name", "x", "organization_external_id", "member-test-1"),
                Map.of("organization_name", "x", "mfa_policy", "SOMETIMES"),
                Map.of("organization_name", "x", "allowed_auth_methods", List.of("telepathy")),
                Map.of("organization_name", "x", "email_allowed_domains", List.of("@")),
                Map.of("organization_name", "x", "third_party_connected_apps_allowed_type", "MAYBE"),
                Map.of("organization_name", "x", "trusted_metadata", List.of("a")),
                Map.of("organization_name", "x", "trusted_metadata", Map.of("k", "v".repeat(20_000))))) {
            create(wrong).refused(400, "bad_request");
        }
        backend.post("/v1/b2b/organizations", "[]").refused(400, "bad_request");
        backend.post("/v1/b2b/organizations", "{").refused(400, "bad_request");
        create(Map.of(
                        "organization_name",
                        "x",
                        "rbac_email_implicit_role_assignments",
                        List.of(Map.of("domain", "acme.example", "role_id", "king"))))
                .refused(400, "invalid_rbac_role_assignment");
        create(Map.of(
                        "organization_name",
                        "x",
                        "allowed_third_party_connected_apps",
                        List.of("connected-app-test-" + UUID.randomUUID())))
                .refused(404, "connected_app_not_found");
    }

    @Test
    void updateChangesWhatItNamesAndEmptyListsOnlyWithTheirMeaning() {
        Map<String, Object> app = backend.app("third_party", "Notes");
        Map<String, Object> acme = create(Map.of(
                        "organization_name", "Acme",
                        "trusted_metadata", Map.of("plan", "gold", "seats", 5),
                        "email_allowed_domains", List.of("ACME.example"),
                        "claimed_email_domains", List.of("acme.example"),
                        "allowed_auth_methods", List.of("sso"),
                        "auth_methods", "RESTRICTED",
                        "third_party_connected_apps_allowed_type", "RESTRICTED",
                        "allowed_third_party_connected_apps", List.of(app.get("client_id")),
                        "rbac_email_implicit_role_assignments",
                                List.of(Map.of("domain", "acme.example", "role_id", "stytch_admin"))))
                .ok()
                .object("organization");
        assertThat(acme)
                .containsEntry("email_allowed_domains", List.of("acme.example"))
                .containsEntry("allowed_third_party_connected_apps", List.of(app.get("client_id")));
        String path = "/v1/b2b/organizations/" + acme.get("organization_id");

        // As the Java client sends it, with nothing but the name given.
        Map<String, Object> asJavaSendsIt = new HashMap<>(Map.of(
                "organization_id", "ignored",
                "organization_name", "Acme Two",
                "trusted_metadata", Map.of(),
                "email_allowed_domains", List.of(),
                "allowed_auth_methods", List.of(),
                "rbac_email_implicit_role_assignments", List.of(),
                "allowed_oauth_tenants", Map.of(),
                "claimed_email_domains", List.of(),
                "allowed_first_party_connected_apps", List.of(),
                "allowed_third_party_connected_apps", List.of()));
        Map<String, Object> renamed = backend.put(path, asJavaSendsIt).ok().object("organization");
        Map<String, Object> expected = new HashMap<>(acme);
        expected.put("organization_name", "Acme Two");
        expected.put("updated_at", renamed.get("updated_at"));
        assertThat(renamed).isEqualTo(expected);

        Map<String, Object> clearing = new HashMap<>(Map.of(
                "third_party_connected_apps_allowed_type",
                "RESTRICTED",
                "allowed_third_party_connected_apps",
                List.of(),
                "auth_methods",
                "ALL_ALLOWED",
                "allowed_auth_methods",
                List.of()));
        clearing.put("rbac_email_implicit_role_assignments", null);
        clearing.put("trusted_metadata", new HashMap<>(Collections.singletonMap("plan", null)));
        Map<String, Object> cleared = backend.put(path, clearing).ok().object("organization");
        assertThat(cleared)
                .containsEntry("allowed_third_party_connected_apps", List.of())
                .containsEntry("allowed_auth_methods", List.of())
                .containsEntry("rbac_email_implicit_role_assignments", List.of())
                .containsEntry("claimed_email_domains", List.of("acme.example"));
        assertThat(cleared.get("trusted_metadata").toString()).isEqualTo("{seats=5}");
        assertThat(backend.get(path).ok().object("organization")).isEqualTo(cleared);
    }

    @Test
    void tighteningThePolicyEndsGrantsForGood() {
        Map<String, Object> acme = backend.organization("Acme");
        Map<String, Object> ben = backend.member(acme, "ben@acme.example");
        Map<String, Object> kept = backend.app("third_party", "Kept");
        Map<String, Object> forbidden = backend.app("third_party", "Forbidden");
        Map<String, Object> firstParty = backend.app("first_party", "Ours");
        grant(backend.project(), ben, kept);
        grant(backend.project(), ben, forbidden);
        grant(backend.project(), ben, firstParty);
        String path = "/v1/b2b/organizations/" + acme.get("organization_id");

        backend.put(
                        path,
                        Map.of(
                                "third_party_connected_apps_allowed_type",
                                "RESTRICTED",
                                "allowed_third_party_connected_apps",
                                List.of(kept.get("client_id"))))
                .ok();
        assertThat(appsOf(path, ben)).containsExactlyInAnyOrder(kept.get("client_id"), firstParty.get("client_id"));
        assertThat(grantRows(backend.project(), ben)).isEqualTo(2);

        backend.put(path, Map.of("third_party_connected_apps_allowed_type", "ALL_ALLOWED"))
                .ok();
        assertThat(appsOf(path, ben)).containsExactlyInAnyOrder(kept.get("client_id"), firstParty.get("client_id"));

        backend.put(path, Map.of("first_party_connected_apps_allowed_type", "NOT_ALLOWED"))
                .ok();
        assertThat(appsOf(path, ben)).containsExactly(kept.get("client_id"));
    }

    @Test
    void deletedOrganizationIsGoneWithItsSessionsAndGrants() {
        Map<String, Object> acme = backend.organization("Acme");
        Map<String, Object> ben = backend.member(acme, "ben@acme.example");
        grant(backend.project(), ben, backend.app("third_party", "Notes"));
        Backend asBen = backend.as(ben);
        String path = "/v1/b2b/organizations/" + acme.get("organization_id");

        Answer deleted = backend.delete(path).ok();
        assertThat(deleted.body()).containsOnlyKeys("request_id", "status_code", "organization_id");
        assertThat(deleted.text("organization_id")).isEqualTo(acme.get("organization_id"));
        backend.get(path).refused(404, "organization_not_found");
        asBen.get(path).refused(404, "session_not_found");
        assertThat(grantRows(backend.project(), ben)).isZero();
        backend.organization("Acme");
    }

    @Test
    void metricsCountMembersThatAreThere() {
        Map<String, Object> acme = backend.organization("Acme");
        String path = "/v1/b2b/organizations/" + acme.get("organization_id");
        backend.member(acme, "ada@acme.example");
        Map<String, Object> ben = backend.member(acme, "ben@acme.example");
        backend.delete(path + "/members/" + ben.get("member_id")).ok();

        Answer metrics = backend.get(path + "/metrics").ok();
        assertThat(metrics.body()).containsOnlyKeys("request_id", "status_code", "member_count");
        assertThat(metrics.body().get("member_count")).isEqualTo(1);
    }

    @Test
    void externalIdIsTakenAwayAndRepeatingItChangesNothing() {
        Map<String, Object> acme = create(Map.of("organization_name", "Acme", "organization_external_id", "ext"))
                .ok()
                .object("organization");
        String path = "/v1/b2b/organizations/" + acme.get("organization_id") + "/external_id";

        assertThat(backend.delete(path).ok().object("organization")).containsEntry("organization_external_id", "");
        assertThat(backend.delete(path).ok().object("organization")).containsEntry("organization_external_id", "");
        backend.get("/v1/b2b/organizations/ext").refused(404, "organization_not_found");
    }

    @Test
    void memberSessionNeedsThePermissionOfEachField() {
        Map<String, Object> acme = backend.organization("Acme");
        Map<String, Object> globex = backend.organization("Globex");
        Backend asAda = backend.as(backend.member(acme, "ada@acme.example", "stytch_admin"));
        Backend asBen = backend.as(backend.member(acme, "ben@acme.example"));
        String path = "/v1/b2b/organizations/" + acme.get("organization_id");

        asBen.put(path, Map.of("organization_name", "Ben's")).refused(403, "session_authorization_error");
        asBen.put(path, Map.of("third_party_connected_apps_allowed_type", "NOT_ALLOWED"))
                .refused(403, "session_authorization_error");
        asBen.delete(path).refused(403, "session_authorization_error");
        asBen.delete(path + "/external_id").refused(403, "session_authorization_error");
        assertThat(asBen.get(path).ok().object("organization")).containsEntry("organization_name", "Acme");

        asAda.put(path, Map.of("organization_name", "Ada's", "third_party_connected_apps_allowed_type", "NOT_ALLOWED"))
                .ok();
        asAda.put(path, Map.of("trusted_metadata", Map.of("plan", "gold")))
                .refused(401, "cannot_update_trusted_metadata");
        String foreign = "/v1/b2b/organizations/" + globex.get("organization_id");
        asAda.put(foreign, Map.of("organization_name", "Ours")).refused(403, "session_authorization_tenancy_error");
        asAda.delete(foreign).refused(403, "session_authorization_tenancy_error");
        asAda.put("/v1/b2b/organizations/nobody", Map.of()).refused(404, "organization_not_found");
        asAda.post("/v1/b2b/organizations", Map.of("organization_name", "New"))
                .refused(403, "session_authorization_error");
        asAda.post("/v1/b2b/organizations/search", Map.of()).refused(403, "session_authorization_error");
        assertThat(backend.get(foreign).ok().object("organization")).isEqualTo(globex);
    }

    @Test
    void searchFiltersJoinsAndCounts() {
        Map<String, Object> acme = create(Map.of(
                        "organization_name",
                        "Acme Rockets",
                        "organization_slug",
                        "acme",
                        "email_allowed_domains",
                        List.of("acme.example", "rockets.example"),
                        "claimed_email_domains",
                        List.of("claimed.example")))
                .ok()
                .object("organization");
        Map<String, Object> globex = create(Map.of("organization_name", "Globex 100%", "organization_slug", "globex-x"))
                .ok()
                .object("organization");
        backend.member(acme, "ada@acme.example");
        backend.member(globex, "gil@globex.example");

        assertThat(found("AND")).containsExactly("acme", "globex-x");
        assertThat(found("AND", "organization_ids", List.of(acme.get("organization_id"), "nonsense")))
                .containsExactly("acme");
        assertThat(found("AND", "organization_slugs", List.of("globex-x", "none")))
                .containsExactly("globex-x");
        assertThat(found("AND", "organization_slugs", List.of())).isEmpty();
        assertThat(found("AND", "organization_name_fuzzy", "ROCK")).containsExactly("acme");
        assertThat(found("AND", "organization_name_fuzzy", "00%")).containsExactly("globex-x");
        assertThat(found("AND", "organization_name_fuzzy", "%%%")).isEmpty();
        assertThat(found("AND", "organization_slug_fuzzy", "bex-")).containsExactly("globex-x");
        assertThat(found("AND", "member_emails", List.of("GIL@globex.example"))).containsExactly("globex-x");
        assertThat(found("AND", "member_email_fuzzy", "ada@")).containsExactly("acme");
        assertThat(found("AND", "allowed_domains", List.of("rockets.example"))).containsExactly("acme");
        assertThat(found("AND", "allowed_domains", "acme.example")).containsExactly("acme");
        assertThat(found("AND", "allowed_domain_fuzzy", "rockets")).containsExactly("acme");
        assertThat(found("AND", "claimed_email_domains", "claimed.example")).containsExactly("acme");
        assertThat(found("AND", "has_active_sso_connection", true)).isEmpty();
        assertThat(found("AND", "has_active_sso_connection", false)).hasSize(2);
        assertThat(found("AND", "sso_connection_id", "saml-connection")).isEmpty();
        assertThat(found("AND", "organization_slugs", List.of("acme"), "organization_name_fuzzy", "globex"))
                .isEmpty();
        assertThat(found("OR", "organization_slugs", List.of("acme"), "organization_name_fuzzy", "globex"))
                .hasSize(2);

        for (Object[] wrong : new Object[][] {
            {"colour", "red"},
            {"organization_ids", "not-a-list"},
            {"organization_slugs", List.of(1)},
            {"organization_name_fuzzy", "ab"},
            {"organization_name_fuzzy", List.of("abc")},
            {"has_active_sso_connection", "yes"}
        }) {
            search(Map.of("query", query("AND", wrong))).refused(400, "organization_search_invalid_filter");
        }
        search(Map.of("query", query("AND", "organization_slugs", Collections.nCopies(1001, "x"))))
                .refused(400, "organization_search_invalid_filter");
        search(Map.of("query", Map.of("operator", "AND", "operands", List.of(Map.of("filter_value", true)))))
                .refused(400, "organization_search_invalid_filter");
        search(Map.of("query", query("XOR"))).refused(400, "organization_search_invalid_filter");
        search(Map.of("limit", 0)).refused(400, "bad_request");
        search(Map.of("limit", 1001)).refused(400, "bad_request");
        search(Map.of("cursor", "nonsense")).refused(400, "bad_request");
        search(Map.of("cursor", "A".repeat(32))).refused(400, "bad_request");
    }

    @Test
    void searchPagesFollowEachOtherAndTheTotalIsTrue() {
        for (int i = 0; i < 7; i++) {
            backend.organization("Org " + i);
        }
        List<Object> seen = new ArrayList<>();
        Map<String, Object> body = new HashMap<>(Map.of("limit", 3));
        for (int page = 0; page < 3; page++) {
            Answer answer = search(body).ok();
            assertThat(answer.object("results_metadata")).containsEntry("total", 7);
            answer.objects("organizations").forEach(organization -> seen.add(organization.get("organization_name")));
            body.put("cursor", answer.object("results_metadata").get("next_cursor"));
        }
        assertThat(seen)
                .isEqualTo(IntStream.range(0, 7).mapToObj(i -> "Org " + i).toList());
        assertThat(body.get("cursor")).isNull();

        long few = statementsOf(() -> search(Map.of("limit", 2)).ok());
        long many = statementsOf(() -> search(Map.of("limit", 6)).ok());
        assertThat(many).isEqualTo(few);
    }

    private Answer create(Map<String, Object> body) {
        return backend.post("/v1/b2b/organizations", body);
    }

    private Answer search(Map<String, Object> body) {
        return backend.post("/v1/b2b/organizations/search", body);
    }

    private List<String> found(String operator, Object... namesAndValues) {
        Answer answer = search(Map.of("query", query(operator, namesAndValues))).ok();
        List<String> slugs = answer.objects("organizations").stream()
                .map(organization -> (String) organization.get("organization_slug"))
                .toList();
        assertThat(answer.object("results_metadata")).containsEntry("total", slugs.size());
        return slugs;
    }

    private static Map<String, Object> query(String operator, Object... namesAndValues) {
        List<Map<String, Object>> operands = IntStream.range(0, namesAndValues.length / 2)
                .mapToObj(i -> Map.of("filter_name", namesAndValues[2 * i], "filter_value", namesAndValues[2 * i + 1]))
                .toList();
        return Map.of("operator", operator, "operands", operands);
    }

    private List<Object> appsOf(String organizationPath, Map<String, Object> member) {
        return backend
                .get(organizationPath + "/members/" + member.get("member_id") + "/connected_apps")
                .ok()
                .objects("connected_apps")
                .stream()
                .map(app -> app.get("connected_app_id"))
                .toList();
    }
}
