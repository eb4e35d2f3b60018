package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.core.annotation.Nullable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests that are too much, and bodies that ask for what is not theirs to say. */
final class HostileRequestTest extends OAuthTest {
    private static final int MORE_THAN_A_MEGABYTE = 1_200_000;

    private Backend backend;
    private Map<String, Object> acme;
    private Map<String, Object> ben;

    @BeforeEach
    void cast() {
        backend = b2b();
        acme = backend.organization("Acme");
        ben = backend.member(acme, "ben@acme.example");
    }

    /** L04 */
    @Test
    void bodiesThatAreTooLargeAreRefused() {
        String json = "{\"organization_name\":\"" + "x".repeat(MORE_THAN_A_MEGABYTE) + "\"}";
        backend.post("/v1/b2b/organizations", json).refused(413, "request_too_large");
        backend.post(revokeOf(ben, app(backend, "third_party")), json).refused(413, "request_too_large");
        // Without a length in front.
        Answer chunked = send(authorized("/v1/b2b/organizations")
                .POST(BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)))));
        chunked.refused(413, "request_too_large");
        refusedAs(
                form("/v1/oauth2/token", Map.of("client_id", "x".repeat(MORE_THAN_A_MEGABYTE))),
                413,
                "invalid_request");
        assertThat(sendRaw(HttpRequest.newBuilder(uri("/sign-in"))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(BodyPublishers.ofString("email=" + "x".repeat(MORE_THAN_A_MEGABYTE))))
                        .statusCode())
                .isEqualTo(413);
        backend.get("/v1/debug/whoami").ok();
    }

    /** L04 */
    @Test
    void jsonThatIsTooDeepIsRefused() {
        for (int depth : List.of(600, 50_000, 400_000)) {
            for (String body : List.of(
                    "{\"trusted_metadata\":" + "[".repeat(depth) + "]".repeat(depth) + "}",
                    "{\"a\":".repeat(depth / 4) + "1" + "}".repeat(depth / 4),
                    "[".repeat(depth))) {
                Answer answer = backend.put("/v1/b2b/organizations/" + acme.get("organization_id"), body);
                if (depth > 1000) {
                    answer.refused(
                            answer.status() == 413 ? 413 : 400,
                            answer.status() == 413 ? "request_too_large" : "bad_request");
                } else {
                    assertThat(answer.status()).as("%s", answer.body()).isIn(200, 400);
                }
            }
        }
        for (String body : List.of(
                "{\"organization_name\":" + "9".repeat(5000) + "}",
                "{\"organization_name\":1e999999999}",
                "{\"organization_name\":\"\\u0000\\ud800\"}",
                "\u0000",
                "{\"a\":1}{\"b\":2}",
                "{\"a\"",
                "null",
                "[]",
                "\"x\"")) {
            Answer answer = backend.put("/v1/b2b/organizations/" + acme.get("organization_id"), body);
            assertThat(answer.status()).as("%s: %s", body, answer.body()).isIn(200, 400);
        }
    }

    /** L04 */
    @Test
    void thousandsOfParametersHarmNobody() {
        String query =
                IntStream.range(0, 10_000).mapToObj(i -> "p" + i + "=" + i).collect(Collectors.joining("&"));
        HttpResponse<String> long_ =
                sendRaw(authorized("/v1/debug/whoami?" + query).GET());
        assertThat(long_.statusCode()).isBetween(400, 499);
        isEnvelope(long_);
        String repeated = IntStream.range(0, 300).mapToObj(i -> "p=").collect(Collectors.joining("&"));
        assertThat(sendRaw(authorized("/v1/debug/whoami?" + repeated).GET()).statusCode())
                .isEqualTo(200);

        Client client = app(backend, "third_party");
        Map<String, String> form = new HashMap<>(client.credentials());
        IntStream.range(0, 10_000).forEach(i -> form.put("p" + i, "x"));
        form.put("token", "nonsense");
        assertThat(form("/v1/oauth2/introspect", form).status()).isIn(200, 400, 413);
        assertThat(sendRaw(HttpRequest.newBuilder(uri("/sign-in"))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(BodyPublishers.ofString(query)))
                        .statusCode())
                .isIn(400, 413, 422);
    }

    /** L04 */
    @Test
    void headersThatAreTooLargeAreRefused() {
        HttpResponse<String> answer = sendRaw(authorized("/v1/debug/whoami")
                .header("X-Large", "x".repeat(65_536))
                .GET());
        assertThat(answer.statusCode()).isEqualTo(413);
        isEnvelope(answer);
        HttpResponse<String> many = sendRaw(authorized("/v1/debug/whoami")
                .headers(IntStream.range(0, 4_000)
                        .boxed()
                        .flatMap(i -> List.of("X-" + i, "some value").stream())
                        .toArray(String[]::new))
                .GET());
        assertThat(many.statusCode()).isEqualTo(413);
        HttpResponse<String> page =
                sendRaw(HttpRequest.newBuilder(uri("/sign-in")).header("Cookie", "s=" + "x".repeat(65_536)));
        assertThat(page.statusCode()).isEqualTo(413);
    }

    @Test
    void whatIsNoHttpIsRefusedAndTheNodeGoesOn() throws IOException {
        for (String text : List.of(
                "GET /v1/debug/whoami HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET /v1/debug/whoami HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                "POST /v1/oauth2/token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n",
                "GET /v1/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "GET /v1/debug/whoami HTTP/9.9\r\nHost: x\r\nConnection: close\r\n\r\n",
                "\u0000\u0001\u0002\r\n\r\n")) {
            try (Socket socket = new Socket("127.0.0.1", server.getPort())) {
                socket.setSoTimeout(5000);
                socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
                socket.shutdownOutput();
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(answer)
                        .as(text)
                        .doesNotContain(" 200 ")
                        .doesNotContain(" 500 ")
                        .doesNotContain("Exception");
            }
        }
        backend.get("/v1/debug/whoami").ok();
    }

    /** O15 */
    @Test
    void bodiesCannotSayWhatIsNotTheirs() {
        Map<String, Object> app = backend.post(
                        "/v1/connected_apps/clients",
                        mixed(Map.of(
                                "client_type",
                                "third_party",
                                "client_name",
                                "Calendar",
                                "redirect_urls",
                                List.of(REDIRECT))))
                .ok()
                .object("connected_app");
        assertThat(app).containsEntry("client_type", "third_party");
        assertThat((String) app.get("client_id")).isNotEqualTo(mixed(Map.of()).get("client_id"));
        assertThat((String) app.get("client_secret")).isNotEqualTo("chosen");
        String path = "/v1/connected_apps/clients/" + app.get("client_id");
        Map<String, Object> before = backend.get(path).ok().object("connected_app");
        Map<String, Object> attack = mixed(Map.of("client_name", "Calendar"));
        attack.put("client_type", "first_party");
        backend.put(path, attack).ok();
        assertThat(backend.get(path).ok().object("connected_app")).isEqualTo(before);
        assertThat(column(
                        "SELECT CONCAT(client_type, ' ', creation_method, ' ', publisher_verified_at IS NULL) FROM connected_apps"
                                + " WHERE app_id = UUID_TO_BIN(?)",
                        uuid("connected-app", app.get("client_id"))))
                .isEqualTo("THIRD_PARTY MANUAL 1");

        String organization = "/v1/b2b/organizations/" + acme.get("organization_id");
        backend.put(organization, mixed(Map.of("organization_name", "Acme"))).ok();
        Map<String, Object> now = backend.get(organization).ok().object("organization");
        now.put("updated_at", acme.get("updated_at"));
        assertThat(now).isEqualTo(acme);

        String member = organization + "/members/" + ben.get("member_id");
        backend.put(member, mixed(Map.of("name", "Ben"))).ok();
        Map<String, Object> changed = backend.get(organization + "/member?member_id=" + ben.get("member_id"))
                .ok()
                .object("member");
        for (String field : List.of(
                "member_id",
                "organization_id",
                "status",
                "email_address",
                "email_address_verified",
                "is_admin",
                "roles",
                "created_at",
                "external_id")) {
            assertThat(changed).as(field).containsEntry(field, ben.get(field));
        }
        Map<String, Object> made = backend.post(
                        organization + "/members", mixed(Map.of("email_address", "cleo@acme.example")))
                .ok()
                .object("member");
        assertThat(made)
                .containsEntry("organization_id", acme.get("organization_id"))
                .containsEntry("status", "active")
                .containsEntry("is_admin", false);
        assertThat(made.get("member_id")).isNotEqualTo(mixed(Map.of()).get("member_id"));

        Backend shop = consumer();
        Map<String, Object> uma = shop.post("/v1/users", mixed(Map.of("email", "uma@shop.example")))
                .ok()
                .object("user");
        assertThat(uma.get("user_id")).isNotEqualTo(mixed(Map.of()).get("user_id"));
        assertThat((List<?>) uma.get("roles")).isEqualTo(List.of("stytch_user"));
    }

    /** O15: what a session may not say at all, it may not say among other things either. */
    @Test
    void memberCannotMakeAnAdministratorOfThemselvesOnTheWay() {
        String path = "/v1/b2b/organizations/" + acme.get("organization_id") + "/members/" + ben.get("member_id");
        Backend asBen = backend.as(ben);
        asBen.put(path, Map.of("name", "Benjamin")).ok();
        for (Map<String, Object> more : List.<Map<String, Object>>of(
                Map.of("roles", List.of("stytch_admin")),
                Map.of("is_breakglass", true),
                Map.of("external_id", "chosen"))) {
            Map<String, Object> body = new HashMap<>(more);
            body.put("name", "Bob");
            asBen.put(path, body).refused(403, "session_authorization_error");
        }
        asBen.put(path, Map.of("name", "Bob", "trusted_metadata", Map.of("plan", "gold")))
                .refused(401, "cannot_update_trusted_metadata");
        assertThat(backend.get("/v1/b2b/organizations/acme/member?member_id=" + ben.get("member_id"))
                        .ok()
                        .object("member"))
                .containsEntry("name", "Benjamin");
    }

    private static Map<String, Object> mixed(Map<String, Object> real) {
        Map<String, Object> body = new HashMap<>(Map.ofEntries(
                Map.entry("project_id", "project-test-11111111-1111-4111-8111-111111111111"),
                Map.entry("organization_id", "organization-test-11111111-1111-4111-8111-111111111111"),
                Map.entry("member_id", "member-test-11111111-1111-4111-8111-111111111111"),
                Map.entry("user_id", "user-test-11111111-1111-4111-8111-111111111111"),
                Map.entry("client_id", "connected-app-test-11111111-1111-4111-8111-111111111111"),
                Map.entry("client_secret", "chosen"),
                Map.entry("trusted", true),
                Map.entry("creation_method", "DYNAMIC"),
                Map.entry("publisher_verified_at", "2026-01-01T00:00:00Z"),
                Map.entry("is_admin", true),
                Map.entry("email_address_verified", true),
                Map.entry("status", "deleted"),
                Map.entry("created_at", "2001-01-01T00:00:00Z"),
                Map.entry("deleted_at", "2001-01-01T00:00:00Z")));
        body.putAll(real);
        return body;
    }

    private HttpRequest.Builder authorized(String path) {
        return HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .header("Authorization", basic(backend.project().wireId(), backend.secret()));
    }

    private void isEnvelope(HttpResponse<String> answer) {
        assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                .as(answer.body())
                .startsWith("application/json");
        assertThat(json.object(answer.body()))
                .containsKeys("status_code", "request_id", "error_type", "error_message", "error_url");
    }

    @Nullable
    private static String column(String query, UUID id) {
        try (java.sql.Connection connection = database();
                java.sql.PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, id.toString());
            try (java.sql.ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getString(1) : null;
            }
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
