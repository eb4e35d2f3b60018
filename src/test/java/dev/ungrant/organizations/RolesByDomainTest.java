package dev.ungrant.organizations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.ApiTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who says which roles come with a domain says who is how powerful. */
final class RolesByDomainTest extends ApiTest {
    private static final String RULES = "rbac_email_implicit_role_assignments";

    private Backend backend;
    private Map<String, Object> acme;
    private String path;

    @BeforeEach
    void acme() {
        backend = b2b();
        acme = backend.organization("Acme");
        path = "/v1/b2b/organizations/" + acme.get("organization_id");
        backend.put(
                        "/v1/b2b/rbac/organizations/acme",
                        Map.of(
                                "org_policy",
                                Map.of(
                                        "roles",
                                        List.of(
                                                role("ruler", "stytch.organization", "update.settings.implicit-roles"),
                                                role("namer", "stytch.organization", "update.info.name")))))
                .ok();
    }

    private static Map<String, Object> role(String id, String resource, String... actions) {
        return Map.of(
                "role_id",
                id,
                "description",
                "",
                "permissions",
                List.of(Map.of("resource_id", resource, "actions", List.of(actions))));
    }

    private static Map<String, Object> rules(String... domainsAndRoles) {
        List<Map<String, String>> rules = new ArrayList<>();
        for (int i = 0; i < domainsAndRoles.length; i += 2) {
            rules.add(Map.of("domain", domainsAndRoles[i], "role_id", domainsAndRoles[i + 1]));
        }
        return Map.of(RULES, rules);
    }

    /** An empty list would change nothing. */
    private static Map<String, Object> noRules() {
        return Collections.singletonMap(RULES, null);
    }

    @Test
    void nobodyMakesTheirDomainMorePowerfulThanThemselves() {
        Backend eve = backend.as(backend.member(acme, "eve@acme.example", "ruler"));
        for (String role : List.of("stytch_admin", "namer")) {
            eve.put(path, rules("acme.example", role)).refused(403, "role_not_yours_to_give");
        }
        eve.put(path, rules("acme.example", "ruler")).ok();
        backend.put(path, rules("acme.example", "ruler", "boss.example", "stytch_admin"))
                .ok();
        eve.put(path, rules("acme.example", "ruler")).refused(403, "role_not_yours_to_give");
        assertThat(backend.get(path).ok().object("organization").get(RULES).toString())
                .contains("boss.example");
    }

    @Test
    void administratorsByDomainCannotTakeThemselvesAway() {
        backend.put(path, rules("acme.example", "stytch_admin")).ok();
        Backend ada = backend.as(backend.member(acme, "ada@acme.example"));
        ada.put(path, noRules()).refused(409, "last_admin");
        ada.put(path, rules("acme.example", "stytch_admin", "b.example", "namer"))
                .ok();
        backend.member(acme, "bea@other.example", "stytch_admin");
        ada.put(path, noRules()).ok();
    }
}
