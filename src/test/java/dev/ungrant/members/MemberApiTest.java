package dev.ungrant.members;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.ApiTest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemberApiTest extends ApiTest {
    private static final String[] FIELDS = {
        "organization_id",
        "member_id",
        "email_address",
        "status",
        "name",
        "sso_registrations",
        "is_breakglass",
        "member_password_id",
        "oauth_registrations",
        "email_address_verified",
        "mfa_phone_number_verified",
        "is_admin",
        "totp_registration_id",
        "retired_email_addresses",
        "is_locked",
        "mfa_enrolled",
        "mfa_phone_number",
        "default_mfa_method",
        "roles",
        "trusted_metadata",
        "untrusted_metadata",
        "created_at",
        "updated_at",
        "external_id"
    };

    private Backend backend;
    private Map<String, Object> acme;
    private String path;

    @BeforeEach
    void makeOrganization() {
        backend = b2b();
        acme = backend.post(
                        "/v1/b2b/organizations",
                        Map.of(
                                "organization_name", "Acme",
                                "organization_slug", "acme",
                                "organization_external_id", "ext-acme",
                                "rbac_email_implicit_role_assignments",
                                        List.of(Map.of("domain", "boss.example", "role_id", "stytch_admin"))))
                .ok()
                .object("organization");
        path = "/v1/b2b/organizations/" + acme.get("organization_id");
    }

    @Test
    void memberIsMadeWithEveryFieldOfTheContract() {
        Answer created = create(Map.of(
                        "email_address",
                        " Ada@ACME.example",
                        "name",
                        "Ada",
                        "external_id",
                        "ext|ada",
                        "roles",
                        List.of("stytch_admin", "stytch_member"),
                        "is_breakglass",
                        true,
                        "mfa_enrolled",
                        true,
                        "mfa_phone_number",
                        "+15551234567",
                        "trusted_metadata",
                        Map.of("level", 3),
                        "untrusted_metadata",
                        Map.of("theme", "dark")))
                .ok();

        assertThat(created.body()).containsOnlyKeys("request_id", "status_code", "member_id", "member", "organization");
        assertThat(created.object("organization")).isEqualTo(acme);
        Map<String, Object> ada = created.object("member");
        assertThat(ada).containsKeys(FIELDS).containsEntry("member_id", created.text("member_id"));
        assertThat(ada)
                .containsEntry("organization_id", acme.get("organization_id"))
                .containsEntry("email_address", "ada@acme.example")
                .containsEntry("status", "active")
                .containsEntry("name", "Ada")
                .containsEntry("external_id", "ext|ada")
                .containsEntry("is_admin", true)
                .containsEntry("is_breakglass", true)
                .containsEntry("mfa_enrolled", true)
                .containsEntry("mfa_phone_number", "+15551234567")
                .containsEntry("member_password_id", "")
                .containsEntry("totp_registration_id", "")
                .containsEntry("retired_email_addresses", List.of())
                .containsEntry("trusted_metadata", Map.of("level", 3))
                .containsEntry("untrusted_metadata", Map.of("theme", "dark"));
        Object direct = List.of(Map.of("type", "direct_assignment", "details", Map.of()));
        assertThat(ada.get("roles"))
                .isEqualTo(List.of(
                        Map.of("role_id", "stytch_member", "sources", direct),
                        Map.of("role_id", "stytch_admin", "sources", direct)));

        Map<String, Object> plain = create(Map.of("email_address", "p@acme.example", "create_member_as_pending", true))
                .ok()
                .object("member");
        assertThat(plain)
                .containsEntry("status", "pending")
                .containsEntry("external_id", "")
                .containsEntry("name", "")
                .containsEntry("is_admin", false);
    }

    @Test
    void rolesByEmailDomainSayWhereTheyComeFrom() {
        Map<String, Object> boss = backend.member(acme, "b@boss.example");

        assertThat(boss).containsEntry("is_admin", true);
        assertThat(((List<?>) boss.get("roles")).get(1))
                .isEqualTo(Map.of(
                        "role_id",
                        "stytch_admin",
                        "sources",
                        List.of(Map.of(
                                "type", "email_assignment", "details", Map.of("email_domain", "boss.example")))));
        Map<String, Object> impostor = backend.member(acme, "b@not-boss.example");
        assertThat(impostor).containsEntry("is_admin", false);
    }

    @Test
    void memberIsFoundByEveryKindOfId() {
        Map<String, Object> ben = create(Map.of("email_address", "ben@acme.example", "external_id", "ext|ben"))
                .ok()
                .object("member");

        for (String organization : List.of((String) acme.get("organization_id"), "acme", "ext-acme")) {
            for (String query : List.of(
                    "member_id=" + ben.get("member_id"), "member_id=ext%7Cben", "email_address=BEN%40acme.example")) {
                Answer found = backend.get("/v1/b2b/organizations/" + organization + "/member?" + query)
                        .ok();
                assertThat(found.object("member")).as(query).isEqualTo(ben);
                assertThat(found.object("organization")).isEqualTo(acme);
            }
            backend.put("/v1/b2b/organizations/" + organization + "/members/ext%7Cben", Map.of("name", "Ben"))
                    .ok();
            backend.put("/v1/b2b/organizations/" + organization + "/members/ext%7Cben", Map.of("name", ""))
                    .ok();
            ben = backend.get(path + "/member?member_id=ext%7Cben").ok().object("member");
        }
        backend.get(path + "/member").refused(400, "bad_request");
        backend.get(path + "/member?email_address=nobody@acme.example").refused(404, "member_not_found");
    }

    @Test
    void memberOfAnotherOrganizationOrProjectIsNotFound() {
        Map<String, Object> globex = backend.organization("Globex");
        Map<String, Object> gil = backend.member(globex, "gil@globex.example");
        Map<String, Object> ben = backend.member(acme, "ben@acme.example");
        Backend other = b2b();
        other.organization("Acme");

        for (Object id : List.of(gil.get("member_id"), "member-test-" + UUID.randomUUID(), "nobody", "member-test-x")) {
            backend.get(path + "/member?member_id=" + id).refused(404, "member_not_found");
            backend.put(path + "/members/" + id, Map.of("name", "x")).refused(404, "member_not_found");
            backend.delete(path + "/members/" + id).refused(404, "member_not_found");
            backend.put(path + "/members/" + id + "/reactivate", null).refused(404, "member_not_found");
        }
        other.get(path + "/member?member_id=" + ben.get("member_id")).refused(404, "organization_not_found");
        other.delete(path + "/members/" + ben.get("member_id")).refused(404, "organization_not_found");
        other.get("/v1/b2b/organizations/members/dangerously_get/" + ben.get("member_id"))
                .refused(404, "member_not_found");
        backend.delete("/v1/b2b/organizations/nobody/members/" + ben.get("member_id"))
                .refused(404, "organization_not_found");
        assertThat(backend.get(path + "/member?member_id=" + ben.get("member_id"))
                        .ok()
                        .object("member"))
                .isEqualTo(ben);
    }

    @Test
    void malformedFieldsAreRefusedByName() {
        create(Map.of()).refused(400, "bad_request");
        for (String address : List.of("nobody", "a@b", "a b@c.example", "a@b.example@c.example", "a\n@b.example")) {
            create(Map.of("email_address", address)).refused(400, "invalid_email");
        }
        create(Map.of("email_address", "a@acme.example", "roles", List.of("king")))
                .refused(400, "invalid_rbac_role_assignment");
        create(Map.of("email_address", "a@acme.example", "roles", "stytch_admin"))
                .refused(400, "bad_request");
        create(Map.of("email_address", "a@acme.example", "external_id", "member-test-1"))
                .refused(400, "bad_request");
        create(Map.of("email_address", "a@acme.example", "external_id", "a b")).refused(400, "bad_request");
        create(Map.of("email_address", "a@acme.example", "is_breakglass", "yes"))
                .refused(400, "bad_request");

        create(Map.of("email_address", "a@acme.example", "external_id", "a")).ok();
        create(Map.of("email_address", "A@acme.example")).refused(400, "duplicate_member_email");
        create(Map.of("email_address", "b@acme.example", "external_id", "a"))
                .refused(400, "duplicate_member_external_id");
        create(Map.of("email_address", "á@acme.example", "external_id", "A")).ok();
    }

    @Test
    void updateChangesWhatItNamesAndEmptiesChangeNothing() {
        Map<String, Object> ben = create(Map.of(
                        "email_address", "ben@acme.example",
                        "roles", List.of("stytch_admin"),
                        "untrusted_metadata", Map.of("theme", "dark", "font", "big")))
                .ok()
                .object("member");
        String member = path + "/members/" + ben.get("member_id");

        Map<String, Object> renamed = backend.put(
                        member,
                        Map.of(
                                "name", "Ben",
                                "roles", List.of(),
                                "trusted_metadata", Map.of(),
                                "untrusted_metadata", Map.of()))
                .ok()
                .object("member");
        Map<String, Object> expected = new HashMap<>(ben);
        expected.put("name", "Ben");
        expected.put("updated_at", renamed.get("updated_at"));
        assertThat(renamed).isEqualTo(expected);

        Map<String, Object> font = new HashMap<>();
        font.put("font", null);
        Map<String, Object> changed = backend.put(
                        member,
                        Map.of(
                                "roles", List.of("stytch_member"),
                                "untrusted_metadata", font,
                                "email_address", "Benjamin@acme.example",
                                "external_id", "ext-ben",
                                "default_mfa_method", "totp"))
                .ok()
                .object("member");
        assertThat(changed)
                .containsEntry("is_admin", false)
                .containsEntry("untrusted_metadata", Map.of("theme", "dark"))
                .containsEntry("email_address", "benjamin@acme.example")
                .containsEntry("external_id", "ext-ben")
                .containsEntry("default_mfa_method", "totp");
        assertThat(backend.delete(member + "/external_id").ok().object("member"))
                .containsEntry("external_id", "");
        assertThat(backend.delete(member + "/external_id").ok().object("member"))
                .containsEntry("external_id", "");

        backend.member(acme, "cleo@acme.example");
        backend.put(member, Map.of("email_address", "cleo@acme.example")).refused(400, "duplicate_member_email");
        backend.put(member, Map.of("default_mfa_method", "smoke")).refused(400, "bad_request");
        backend.put(member, Map.of("roles", List.of("king"))).refused(400, "invalid_rbac_role_assignment");
    }

    @Test
    void deactivatedMemberHasNoSessionAndNoGrantAndNeitherComesBack() {
        Map<String, Object> ben = backend.member(acme, "ben@acme.example");
        Map<String, Object> cleo = backend.member(acme, "cleo@acme.example");
        Map<String, Object> app = backend.app("third_party", "Notes");
        grant(backend.project(), ben, app);
        grant(backend.project(), cleo, app);
        Backend asBen = backend.as(ben);
        String member = path + "/members/" + ben.get("member_id");
        asBen.get(member + "/connected_apps").ok();

        Answer deleted = backend.delete(member).ok();
        assertThat(deleted.body()).containsOnlyKeys("request_id", "status_code", "member_id");
        assertThat(deleted.text("member_id")).isEqualTo(ben.get("member_id"));
        backend.delete(member).ok();

        asBen.get(member + "/connected_apps").refused(404, "session_not_found");
        assertThat(grantRows(backend.project(), ben)).isZero();
        assertThat(grantRows(backend.project(), cleo)).isEqualTo(1);
        backend.get(path + "/member?member_id=" + ben.get("member_id")).refused(404, "member_not_found");
        backend.get(path + "/member?email_address=ben@acme.example").refused(404, "member_not_found");
        backend.put(member, Map.of("name", "Ghost")).refused(404, "member_not_found");
        String anywhere = "/v1/b2b/organizations/members/dangerously_get/" + ben.get("member_id");
        backend.get(anywhere).refused(404, "member_not_found");
        assertThat(backend.get(anywhere + "?include_deleted=true").ok().object("member"))
                .containsEntry("status", "deleted");

        assertThat(backend.put(member + "/reactivate", null).ok().object("member"))
                .containsEntry("status", "active");
        backend.put(member + "/reactivate", null).ok();
        for (String action : List.of("member.deleted", "member.reactivated")) {
            assertThat(auditEvents(uuid("organization", acme.get("organization_id")), action))
                    .as(action)
                    .isEqualTo(1);
        }
        assertThat(grantRows(backend.project(), ben)).isZero();
        asBen.get(member + "/connected_apps").refused(404, "session_not_found");
        assertThat(backend.get(member + "/connected_apps").ok().list("connected_apps"))
                .isEmpty();
    }

    @Test
    void emailAddressOfADeactivatedMemberIsFreeUntilSomebodyTakesIt() {
        Map<String, Object> first = backend.member(acme, "ben@acme.example");
        backend.delete(path + "/members/" + first.get("member_id")).ok();
        backend.member(acme, "ben@acme.example");

        backend.put(path + "/members/" + first.get("member_id") + "/reactivate", null)
                .refused(400, "duplicate_member_email");
    }

    @Test
    void memberSessionNeedsThePermissionAndNobodyRaisesThemselves() {
        Map<String, Object> ada = backend.member(acme, "ada@acme.example", "stytch_admin");
        Map<String, Object> ben = backend.member(acme, "ben@acme.example");
        Map<String, Object> cleo = backend.member(acme, "cleo@acme.example");
        Map<String, Object> gil = backend.member(backend.organization("Globex"), "gil@globex.example", "stytch_admin");
        Backend asAda = backend.as(ada);
        Backend asBen = backend.as(ben);
        Backend asGil = backend.as(gil);
        String self = path + "/members/" + ben.get("member_id");
        String other = path + "/members/" + cleo.get("member_id");

        asBen.put(self, Map.of("name", "Benny", "untrusted_metadata", Map.of("theme", "dark")))
                .ok();
        for (Map<String, Object> raise : List.<Map<String, Object>>of(
                Map.of("roles", List.of("stytch_admin")),
                Map.of("email_address", "ben@boss.example"),
                Map.of("is_breakglass", true),
                Map.of("external_id", "other"))) {
            asBen.put(self, raise).refused(403, "session_authorization_error");
        }
        asBen.put(self, Map.of("trusted_metadata", Map.of("level", 9))).refused(401, "cannot_update_trusted_metadata");
        asBen.delete(self + "/external_id").refused(403, "session_authorization_error");
        asBen.put(other, Map.of("name", "x")).refused(403, "session_authorization_error");
        asBen.delete(other).refused(403, "session_authorization_error");
        asBen.put(other + "/reactivate", null).refused(403, "session_authorization_error");
        asBen.post(path + "/members", Map.of("email_address", "new@acme.example"))
                .refused(403, "session_authorization_error");
        asBen.post("/v1/b2b/organizations/members/search", Map.of("organization_ids", List.of("acme")))
                .refused(403, "session_authorization_error");
        asBen.get(path + "/member?member_id=" + cleo.get("member_id")).refused(403, "session_authorization_error");
        asBen.get(path + "/member?member_id=" + ben.get("member_id")).ok();

        asGil.put(self, Map.of("name", "x")).refused(403, "session_authorization_tenancy_error");
        asGil.delete(self).refused(403, "session_authorization_tenancy_error");
        asGil.post(path + "/members", Map.of("email_address", "new@acme.example"))
                .refused(403, "session_authorization_tenancy_error");
        asGil.post("/v1/b2b/organizations/members/search", Map.of("organization_ids", List.of("acme")))
                .refused(403, "session_authorization_tenancy_error");
        asGil.get("/v1/b2b/organizations/members/dangerously_get/" + ben.get("member_id"))
                .refused(403, "session_authorization_tenancy_error");
        asGil.delete("/v1/b2b/organizations/nobody/members/" + ben.get("member_id"))
                .refused(404, "organization_not_found");

        asAda.post(path + "/members", Map.of("email_address", "new@acme.example", "roles", List.of("stytch_admin")))
                .ok();
        asAda.put(other, Map.of("roles", List.of("stytch_admin"), "is_breakglass", true))
                .ok();
        asAda.delete(other).ok();
        asAda.put(other + "/reactivate", null).ok();
        asAda.post("/v1/b2b/organizations/members/search", Map.of("organization_ids", List.of("acme")))
                .ok();
        asBen.delete(self).ok();
        asBen.get(self + "/connected_apps").refused(404, "session_not_found");
    }

    @Test
    void demotedAdminLosesThePowerAtOnce() {
        Map<String, Object> ada = backend.member(acme, "ada@acme.example", "stytch_admin");
        Map<String, Object> ben = backend.member(acme, "ben@acme.example");
        Backend asAda = backend.as(ada);
        asAda.put(path + "/members/" + ben.get("member_id"), Map.of("name", "Ben"))
                .ok();

        backend.put(path + "/members/" + ada.get("member_id"), Map.of("roles", List.of("stytch_member")))
                .ok();

        asAda.put(path + "/members/" + ben.get("member_id"), Map.of("name", "x"))
                .refused(403, "session_authorization_error");
    }

    @Test
    void bothSessionHeadersMustNameTheSameSession() {
        Map<String, Object> ben = backend.member(acme, "ben@acme.example");
        Map<String, Object> cleo = backend.member(acme, "cleo@acme.example");
        var bens = begin(backend.project(), ben);
        var cleos = begin(backend.project(), cleo);
        String self = path + "/members/" + ben.get("member_id");

        backend.withSession(bens.token().reveal(), sessions.jwt(bens.session()))
                .put(self, Map.of("name", "Ben"))
                .ok();
        backend.withSession(null, sessions.jwt(bens.session()))
                .put(self, Map.of("name", "Ben"))
                .ok();
        backend.withSession(bens.token().reveal(), sessions.jwt(cleos.session()))
                .put(self, Map.of("name", "x"))
                .refused(400, "too_many_session_arguments");
        backend.withSession("nonsense", null).put(self, Map.of("name", "x")).refused(404, "session_not_found");
    }

    @Test
    void searchFiltersJoinsAndCounts() {
        create(Map.of(
                        "email_address",
                        "ada@acme.example",
                        "roles",
                        List.of("stytch_admin"),
                        "mfa_phone_number",
                        "+15551234567",
                        "is_breakglass",
                        true))
                .ok();
        Map<String, Object> ben = backend.member(acme, "ben@acme.example");
        backend.member(acme, "cleo@boss.example");
        Map<String, Object> dan = backend.member(acme, "dan@acme.example");
        backend.delete(path + "/members/" + dan.get("member_id")).ok();
        Map<String, Object> globex = backend.organization("Globex");
        backend.member(globex, "gil@globex.example");

        assertThat(found("AND")).containsExactly("ada", "ben", "cleo");
        assertThat(found("AND", "member_ids", List.of(ben.get("member_id"), dan.get("member_id"))))
                .containsExactly("ben");
        assertThat(found("AND", "member_ids", List.of())).isEmpty();
        assertThat(found("AND", "member_emails", List.of("BEN@acme.example", "gil@globex.example")))
                .containsExactly("ben");
        assertThat(found("AND", "member_email_fuzzy", "BOSS")).containsExactly("cleo");
        assertThat(found("AND", "member_is_breakglass", true)).containsExactly("ada");
        assertThat(found("AND", "member_is_breakglass", false)).containsExactly("ben", "cleo");
        assertThat(found("AND", "statuses", List.of("deleted"))).containsExactly("dan");
        assertThat(found("AND", "statuses", List.of("active", "deleted"))).hasSize(4);
        assertThat(found("AND", "member_phone_numbers", List.of("+15551234567")))
                .containsExactly("ada");
        assertThat(found("AND", "member_mfa_phone_numbers", List.of("+15551234567")))
                .containsExactly("ada");
        assertThat(found("AND", "member_phone_number_fuzzy", "1234")).containsExactly("ada");
        assertThat(found("AND", "member_mfa_phone_number_fuzzy", "1234")).containsExactly("ada");
        assertThat(found("AND", "member_password_exists", true)).isEmpty();
        assertThat(found("AND", "member_roles", List.of("stytch_admin"))).containsExactly("ada", "cleo");
        assertThat(found("AND", "member_roles", List.of("stytch_member"))).hasSize(3);
        assertThat(found("AND", "member_email_fuzzy", "boss", "member_is_breakglass", true))
                .isEmpty();
        assertThat(found("OR", "member_email_fuzzy", "boss", "member_is_breakglass", true))
                .containsExactly("ada", "cleo");

        for (Object[] wrong : new Object[][] {
            {"colour", "red"},
            {"member_ids", "x"},
            {"member_emails", List.of(1)},
            {"member_email_fuzzy", "ab"},
            {"member_is_breakglass", "true"},
            {"statuses", List.of("asleep")},
        }) {
            search(Map.of("organization_ids", List.of("acme"), "query", query("AND", wrong)))
                    .refused(400, "member_search_invalid_filter");
        }
        search(Map.of()).refused(400, "bad_request");
        search(Map.of("organization_ids", List.of())).refused(400, "bad_request");
        search(Map.of("organization_ids", List.of("nobody"))).refused(404, "organization_not_found");
        search(Map.of("organization_ids", List.of("acme"), "cursor", "x")).refused(400, "bad_request");
        search(Map.of("organization_ids", List.of("acme"), "limit", 1001)).refused(400, "bad_request");
    }

    @Test
    void searchSpansOrganizationsAndItsPagesFollowEachOther() {
        Map<String, Object> globex = backend.organization("Globex");
        for (int i = 0; i < 4; i++) {
            backend.member(acme, "m" + i + "@acme.example");
            backend.member(globex, "m" + i + "@globex.example", "stytch_admin");
        }
        List<Object> seen = new ArrayList<>();
        Map<String, Object> body = new HashMap<>(Map.of("limit", 3, "organization_ids", List.of("acme", "globex")));
        for (int page = 0; page < 3; page++) {
            Answer answer = search(body).ok();
            assertThat(answer.body())
                    .containsOnlyKeys("request_id", "status_code", "members", "results_metadata", "organizations");
            assertThat(answer.object("results_metadata")).containsEntry("total", 8);
            assertThat(answer.object("organizations"))
                    .containsOnlyKeys((String) acme.get("organization_id"), (String) globex.get("organization_id"))
                    .containsEntry((String) acme.get("organization_id"), acme);
            answer.objects("members").forEach(member -> assertThat(member).containsKeys(FIELDS));
            answer.objects("members").forEach(member -> seen.add(member.get("email_address")));
            body.put("cursor", answer.object("results_metadata").get("next_cursor"));
        }
        assertThat(seen).hasSize(8).doesNotHaveDuplicates();
        assertThat(body.get("cursor")).isNull();

        body.remove("cursor");
        body.put("limit", 2);
        long few = statementsOf(() -> search(body).ok());
        body.put("limit", 7);
        long many = statementsOf(() -> search(body).ok());
        assertThat(many).isEqualTo(few);
    }

    private Answer create(Map<String, Object> body) {
        return backend.post(path + "/members", body);
    }

    private Answer search(Map<String, Object> body) {
        return backend.post("/v1/b2b/organizations/members/search", body);
    }

    private List<String> found(String operator, Object... namesAndValues) {
        Answer answer = search(Map.of("organization_ids", List.of("acme"), "query", query(operator, namesAndValues)))
                .ok();
        List<String> names = answer.objects("members").stream()
                .map(member -> ((String) member.get("email_address")).split("@")[0])
                .toList();
        assertThat(answer.object("results_metadata")).containsEntry("total", names.size());
        return names;
    }

    private static Map<String, Object> query(String operator, Object... namesAndValues) {
        List<Map<String, Object>> operands = IntStream.range(0, namesAndValues.length / 2)
                .mapToObj(i -> Map.of("filter_name", namesAndValues[2 * i], "filter_value", namesAndValues[2 * i + 1]))
                .toList();
        return Map.of("operator", operator, "operands", operands);
    }
}
