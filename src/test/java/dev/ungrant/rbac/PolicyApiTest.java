package dev.ungrant.rbac;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.ApiTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyApiTest extends ApiTest {
    @Inject
    Policies policies;

    @Test
    void policyHoldsRolesResourcesAndScopes() {
        Backend backend = b2b();
        policies.replace(backend.project().projectId(), additions());

        Map<String, Object> policy = backend.get("/v1/b2b/rbac/policy").ok().object("policy");

        assertThat(policy).containsOnlyKeys("roles", "resources", "scopes");
        assertThat(names(policy, "roles", "role_id")).containsExactly("stytch_member", "stytch_admin", "editor");
        assertThat(names(policy, "resources", "resource_id"))
                .containsExactlyInAnyOrder(
                        "stytch.self",
                        "stytch.organization",
                        "stytch.member",
                        "stytch.sso",
                        "stytch.scim",
                        "stytch.custom-org-roles",
                        "ungrant.activity",
                        "documents");
        assertThat(names(policy, "scopes", "scope")).containsExactly("read:documents");
        assertThat(((List<?>) policy.get("roles")).getFirst())
                .isEqualTo(Map.of(
                        "role_id", "stytch_member",
                        "description", "Every member",
                        "permissions", List.of(Map.of("resource_id", "stytch.self", "actions", List.of("*")))));

        Backend consumer = consumer();
        assertThat(names(consumer.get("/v1/rbac/policy").ok().object("policy"), "roles", "role_id"))
                .containsExactly("stytch_user");
        consumer.get("/v1/b2b/rbac/policy").refused(400, "bad_vertical");
    }

    @Test
    void organizationDefinesRolesOfItsOwnAndTheyCount() {
        Backend backend = b2b();
        policies.replace(backend.project().projectId(), additions());
        Map<String, Object> acme = backend.organization("Acme");
        String path = "/v1/b2b/rbac/organizations/" + acme.get("organization_id");
        assertThat(backend.get(path).ok().object("org_policy")).isEqualTo(Map.of("roles", List.of()));

        Map<String, Object> helper = role("helper", "stytch.member", "revoke.connected-app", "search");
        assertThat(backend.put(path, Map.of("org_policy", Map.of("roles", List.of(helper))))
                        .ok()
                        .object("org_policy"))
                .isEqualTo(Map.of("roles", List.of(helper)));
        assertThat(backend.get("/v1/b2b/rbac/organizations/acme").ok().object("org_policy"))
                .isEqualTo(Map.of("roles", List.of(helper)));
        assertThat(backend.get("/v1/b2b/organizations/acme").ok().object("organization"))
                .containsEntry("custom_roles", List.of(helper));

        Map<String, Object> ben = backend.member(acme, "ben@acme.example", "helper", "editor");
        Backend asBen = backend.as(ben);
        asBen.post("/v1/b2b/organizations/members/search", Map.of("organization_ids", List.of("acme")))
                .ok();
        asBen.delete("/v1/b2b/organizations/acme/members/"
                        + backend.member(acme, "c@acme.example").get("member_id"))
                .refused(403, "session_authorization_error");
        backend.post(
                        "/v1/b2b/organizations/"
                                + backend.organization("Globex").get("organization_id") + "/members",
                        Map.of("email_address", "g@globex.example", "roles", List.of("helper")))
                .refused(400, "invalid_rbac_role_assignment");

        backend.put(path, Map.of("org_policy", Map.of("roles", List.of()))).ok();
        asBen.post("/v1/b2b/organizations/members/search", Map.of("organization_ids", List.of("acme")))
                .refused(403, "session_authorization_error");
    }

    @Test
    void wrongRolesAreRefused() {
        Backend backend = b2b();
        policies.replace(backend.project().projectId(), additions());
        Map<String, Object> acme = backend.organization("Acme");
        String path = "/v1/b2b/rbac/organizations/acme";

        for (List<Map<String, Object>> roles : List.of(
                List.of(role("stytch_admin", "documents", "read")),
                List.of(role("editor", "documents", "read")),
                List.of(role("a", "documents", "read"), role("a", "documents", "read")),
                List.of(role("a", "pictures", "read")),
                List.of(role("a", "documents", "burn")))) {
            backend.put(path, Map.of("org_policy", Map.of("roles", roles))).refused(400, "invalid_rbac_custom_role");
        }
        backend.put(path, Map.of()).refused(400, "bad_request");
        backend.put("/v1/b2b/rbac/organizations/nobody", Map.of("org_policy", Map.of("roles", List.of())))
                .refused(404, "organization_not_found");

        Map<String, Object> power = role("power", "documents", "*");
        backend.as(backend.member(acme, "ben@acme.example"))
                .put(path, Map.of("org_policy", Map.of("roles", List.of(power))))
                .refused(403, "session_authorization_error");
        backend.as(backend.member(acme, "ada@acme.example", "stytch_admin"))
                .put(path, Map.of("org_policy", Map.of("roles", List.of(power))))
                .ok();
        backend.as(backend.member(backend.organization("Globex"), "gil@globex.example", "stytch_admin"))
                .put(path, Map.of("org_policy", Map.of("roles", List.of())))
                .refused(403, "session_authorization_tenancy_error");
    }

    @Test
    void sessionGivesNothingByARoleThatItsMemberDoesNotHold() {
        Backend backend = b2b();
        Map<String, Object> acme = backend.organization("Acme");
        String path = "/v1/b2b/rbac/organizations/acme";
        Map<String, Object> editor = role("editor-of-roles", "stytch.custom-org-roles", "create", "update");
        backend.put(path, Map.of("org_policy", Map.of("roles", List.of(editor))))
                .ok();
        Backend eve = backend.as(backend.member(acme, "eve@acme.example", "editor-of-roles"));
        eve.put(
                        path,
                        Map.of(
                                "org_policy",
                                Map.of("roles", List.of(editor, role("mine", "stytch.custom-org-roles", "create")))))
                .ok();
        for (Map<String, Object> more : List.of(
                role("mine", "stytch.member", "update.settings.roles"),
                role("mine", "stytch.custom-org-roles", "*"),
                role("mine", "stytch.custom-org-roles", "create", "delete"))) {
            eve.put(path, Map.of("org_policy", Map.of("roles", List.of(editor, more))))
                    .refused(403, "session_authorization_error");
        }
        eve.put(path, Map.of("org_policy", Map.of("roles", List.of(editor))))
                .refused(403, "session_authorization_error");
        assertThat(backend.get(path).ok().object("org_policy").get("roles").toString())
                .contains("mine")
                .doesNotContain("stytch.member");
    }

    @Test
    void backendLearnsWhoseSecretItHas() {
        for (Backend backend : List.of(b2b(), consumer())) {
            assertThat(backend.get("/v1/debug/whoami").ok().body())
                    .containsEntry("project_id", backend.project().wireId())
                    .containsEntry("name", "Test");
        }
    }

    private static Policy additions() {
        List<Role.ResourceActions> reading = List.of(new Role.ResourceActions("documents", List.of("read")));
        return new Policy(
                List.of(new Role("editor", "Edits", reading)),
                List.of(new Policy.Resource("documents", "Documents", List.of("read", "write"))),
                List.of(new Policy.Scope("read:documents", "Read your documents", reading)));
    }

    private static Map<String, Object> role(String roleId, String resource, String... actions) {
        return Map.of(
                "role_id",
                roleId,
                "description",
                "",
                "permissions",
                List.of(Map.of("resource_id", resource, "actions", List.of(actions))));
    }

    private static List<Object> names(Map<String, Object> policy, String list, String field) {
        return ((List<?>) policy.get(list))
                .stream()
                        .<Object>map(element -> ((Map<?, ?>) element).get(field))
                        .toList();
    }
}
