package dev.ungrant.users;

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

class UserApiTest extends ApiTest {
    private static final String[] FIELDS = {
        "user_id",
        "emails",
        "status",
        "phone_numbers",
        "webauthn_registrations",
        "providers",
        "totps",
        "crypto_wallets",
        "biometric_registrations",
        "is_locked",
        "roles",
        "name",
        "created_at",
        "trusted_metadata",
        "untrusted_metadata",
        "external_id"
    };

    private Backend backend;

    @BeforeEach
    void makeProject() {
        backend = consumer();
    }

    @Test
    void userIsMadeWithEveryFieldOfTheContract() {
        Answer created = backend.post(
                        "/v1/users",
                        Map.of(
                                "email",
                                "Uma@People.example",
                                "phone_number",
                                "+15551234567",
                                "name",
                                Map.of("first_name", "Uma", "last_name", "Ray"),
                                "external_id",
                                "ext|uma",
                                "attributes",
                                Map.of("ip_address", "203.0.113.1"),
                                "trusted_metadata",
                                Map.of("plan", "gold")))
                .ok();

        assertThat(created.body())
                .containsOnlyKeys("request_id", "status_code", "user_id", "email_id", "phone_id", "status", "user");
        Map<String, Object> uma = created.object("user");
        assertThat(uma).containsKeys(FIELDS);
        assertThat(uma)
                .containsEntry("user_id", created.text("user_id"))
                .containsEntry("status", "active")
                .containsEntry("external_id", "ext|uma")
                .containsEntry("roles", List.of("stytch_user"))
                .containsEntry("name", Map.of("first_name", "Uma", "middle_name", "", "last_name", "Ray"))
                .containsEntry(
                        "emails",
                        List.of(Map.of(
                                "email_id",
                                created.text("email_id"),
                                "email",
                                "uma@people.example",
                                "verified",
                                false)))
                .containsEntry(
                        "phone_numbers",
                        List.of(Map.of(
                                "phone_id",
                                created.text("phone_id"),
                                "phone_number",
                                "+15551234567",
                                "verified",
                                false)))
                .containsEntry("totps", List.of())
                .containsEntry("providers", List.of());
        assertThat(created.text("email_id")).startsWith("email-test-");

        Answer bare = backend.post("/v1/users", Map.of("external_id", "x", "create_user_as_pending", true))
                .ok();
        assertThat(bare.body())
                .containsEntry("email_id", "")
                .containsEntry("phone_id", "")
                .containsEntry("status", "pending");
        assertThat(bare.object("user")).containsEntry("emails", List.of()).containsEntry("phone_numbers", List.of());
    }

    @Test
    void userIsFoundFlatByIdAndExternalId() {
        Map<String, Object> uma = backend.post(
                        "/v1/users", Map.of("email", "uma@people.example", "external_id", "ext|uma"))
                .ok()
                .object("user");

        for (String reference : List.of((String) uma.get("user_id"), "ext%7Cuma")) {
            Answer found = backend.get("/v1/users/" + reference).ok();
            Map<String, Object> flat = new HashMap<>(found.body());
            flat.keySet().removeAll(List.of("request_id", "status_code"));
            assertThat(flat).isEqualTo(uma);
        }
        for (String reference : List.of("user-test-" + UUID.randomUUID(), "nobody", "user-test-x")) {
            backend.get("/v1/users/" + reference).refused(404, "user_not_found");
            backend.put("/v1/users/" + reference, Map.of()).refused(404, "user_not_found");
            backend.delete("/v1/users/" + reference).refused(404, "user_not_found");
        }
        consumer().get("/v1/users/" + uma.get("user_id")).refused(404, "user_not_found");
        b2b().get("/v1/users/" + uma.get("user_id")).refused(400, "bad_vertical");
    }

    @Test
    void updateChangesWhatItNames() {
        Map<String, Object> uma = backend.post(
                        "/v1/users",
                        Map.of("email", "uma@people.example", "name", Map.of("first_name", "Uma", "last_name", "Ray")))
                .ok()
                .object("user");
        String path = "/v1/users/" + uma.get("user_id");

        Answer updated = backend.put(
                        path,
                        Map.of(
                                "name", Map.of("first_name", "Umi"),
                                "roles", List.of(),
                                "external_id", "ext",
                                "untrusted_metadata", Map.of("theme", "dark")))
                .ok();
        assertThat(updated.body())
                .containsOnlyKeys(
                        "request_id", "status_code", "user_id", "emails", "phone_numbers", "crypto_wallets", "user");
        assertThat(updated.object("user"))
                .containsEntry("name", Map.of("first_name", "Umi", "middle_name", "", "last_name", "Ray"))
                .containsEntry("external_id", "ext")
                .containsEntry("untrusted_metadata", Map.of("theme", "dark"))
                .containsEntry("emails", uma.get("emails"));
        assertThat(updated.list("emails")).isEqualTo(uma.get("emails"));

        backend.put(path, Map.of("roles", List.of("king"))).refused(400, "invalid_rbac_role_assignment");
        backend.post("/v1/users", Map.of("email", "UMA@people.example")).refused(400, "duplicate_email");
        backend.post("/v1/users", Map.of("email", "x@people.example", "external_id", "ext"))
                .refused(400, "duplicate_user_external_id");
        backend.post("/v1/users", Map.of("email", "nobody")).refused(400, "invalid_email");
        backend.post("/v1/users", Map.of("phone_number", "555")).refused(400, "bad_request");
    }

    @Test
    void deletedUserIsGoneWithGrantsAndSessions() {
        Map<String, Object> uma = backend.user("uma@people.example");
        Map<String, Object> vic = backend.user("vic@people.example");
        Map<String, Object> app = backend.app("third_party", "Notes");
        grant(backend.project(), uma, app);
        grant(backend.project(), vic, app);
        String token = begin(backend.project(), uma).token().reveal();
        String path = "/v1/users/" + uma.get("user_id");

        Answer deleted = backend.delete(path).ok();
        assertThat(deleted.body()).containsOnlyKeys("request_id", "status_code", "user_id");
        backend.delete(path).refused(404, "user_not_found");
        backend.post("/v1/sessions/authenticate", Map.of("session_token", token))
                .refused(404, "session_not_found");
        assertThat(grantRows(backend.project(), uma)).isZero();
        assertThat(grantRows(backend.project(), vic)).isEqualTo(1);
        backend.user("uma@people.example");
    }

    @Test
    void searchFiltersPagesAndCounts() {
        Map<String, Object> uma = backend.post(
                        "/v1/users",
                        Map.of(
                                "email", "uma@people.example",
                                "phone_number", "+15551234567",
                                "external_id", "ext",
                                "name", Map.of("first_name", "Uma", "last_name", "Ray")))
                .ok()
                .object("user");
        backend.post("/v1/users", Map.of("email", "vic@people.example", "create_user_as_pending", true))
                .ok();
        String emailId = (String) ((Map<?, ?>) ((List<?>) uma.get("emails")).getFirst()).get("email_id");
        String phoneId = (String) ((Map<?, ?>) ((List<?>) uma.get("phone_numbers")).getFirst()).get("phone_id");

        assertThat(found("AND")).containsExactly("uma", "vic");
        assertThat(found("AND", "user_id", List.of(uma.get("user_id")))).containsExactly("uma");
        assertThat(found("AND", "status", "pending")).containsExactly("vic");
        assertThat(found("AND", "full_name_fuzzy", "uma r")).containsExactly("uma");
        assertThat(found("AND", "email_address", List.of("UMA@people.example"))).containsExactly("uma");
        assertThat(found("AND", "email_id", List.of(emailId))).containsExactly("uma");
        assertThat(found("AND", "email_address_fuzzy", "VIC")).containsExactly("vic");
        assertThat(found("AND", "email_verified", false)).hasSize(2);
        assertThat(found("AND", "phone_number", List.of("+15551234567"))).containsExactly("uma");
        assertThat(found("AND", "phone_id", List.of(phoneId))).containsExactly("uma");
        assertThat(found("AND", "phone_number_fuzzy", "1234")).containsExactly("uma");
        assertThat(found("AND", "phone_verified", true)).isEmpty();
        assertThat(found("AND", "external_id", List.of("ext"))).containsExactly("uma");
        assertThat(found("AND", "created_at_greater_than", "2100-01-01T00:00:00Z"))
                .isEmpty();
        assertThat(found("AND", "created_at_less_than", "2100-01-01T00:00:00+02:00"))
                .hasSize(2);
        assertThat(found(
                        "AND",
                        "created_at_between",
                        Map.of("greater_than", "2020-01-01T00:00:00Z", "less_than", "2100-01-01T00:00:00Z")))
                .hasSize(2);
        assertThat(found("AND", "password_exists", false)).hasSize(2);
        assertThat(found("AND", "totp_verified", true)).isEmpty();
        assertThat(found("OR", "status", "pending", "full_name_fuzzy", "Uma")).hasSize(2);
        assertThat(found("AND", "status", "pending", "full_name_fuzzy", "Uma")).isEmpty();
        for (Object[] wrong : new Object[][] {
            {"colour", "red"},
            {"user_id", "x"},
            {"status", "asleep"},
            {"full_name_fuzzy", "ab"},
            {"created_at_less_than", "yesterday"},
            {"email_verified", "no"}
        }) {
            search(Map.of("query", query("AND", wrong))).refused(400, "user_search_invalid_filter");
        }

        for (int i = 0; i < 5; i++) {
            backend.user("u" + i + "@people.example");
        }
        List<Object> seen = new ArrayList<>();
        Map<String, Object> body = new HashMap<>(Map.of("limit", 3));
        for (int page = 0; page < 3; page++) {
            Answer answer = search(body).ok();
            assertThat(answer.body()).containsOnlyKeys("request_id", "status_code", "results", "results_metadata");
            assertThat(answer.object("results_metadata")).containsEntry("total", 7);
            answer.objects("results").forEach(user -> assertThat(user).containsKeys(FIELDS));
            answer.objects("results").forEach(user -> seen.add(user.get("user_id")));
            body.put("cursor", answer.object("results_metadata").get("next_cursor"));
        }
        assertThat(seen).hasSize(7).doesNotHaveDuplicates();

        long few = statementsOf(() -> search(Map.of("limit", 2)).ok());
        long many = statementsOf(() -> search(Map.of("limit", 6)).ok());
        assertThat(many).isEqualTo(few);
    }

    private Answer search(Map<String, Object> body) {
        return backend.post("/v1/users/search", body);
    }

    private List<String> found(String operator, Object... namesAndValues) {
        Answer answer = search(Map.of("query", query(operator, namesAndValues))).ok();
        List<String> names = answer.objects("results").stream()
                .map(user -> (Map<?, ?>) ((List<?>) user.get("emails")).getFirst())
                .map(email -> ((String) email.get("email")).split("@")[0])
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
