package dev.ungrant.registration;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientInformationResponse;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientMetadata;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientRegistrationRequest;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientRegistrationResponseParser;
import dev.ungrant.OAuthTest;
import dev.ungrant.commands.CommandLine;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Property;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7591 and 7592; D06 to D09 and O15 of the attack cases. */
@Property(name = "ungrant.limit.registrations-per-hour", value = "1000000")
final class RegistrationTest extends OAuthTest {
    private static final String NOBODY = "connected-app-test-00000000-0000-4000-8000-000000000000";

    @Inject
    ApplicationContext context;

    @Inject
    UnusedApps unused;

    private Backend backend;
    private String path;

    @BeforeEach
    void letAppsRegister() {
        backend = b2b();
        path = "/v1/public/" + backend.project().wireId() + "/oauth2/register";
        assertThat(command("--dynamic", "on")).isZero();
    }

    private int command(String... options) {
        List<String> words = new ArrayList<>(
                List.of("registration", "set", "--project", backend.project().wireId()));
        words.addAll(List.of(options));
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
        return new CommandLine(context, nowhere).run(words.toArray(String[]::new), nowhere);
    }

    private Answer register(Map<String, Object> metadata) {
        return registerText(json.write(metadata));
    }

    private Answer registerText(String body) {
        return send(HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static Map<String, Object> metadata(Object... more) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("client_name", "An app");
        metadata.put("redirect_uris", List.of(REDIRECT));
        for (int i = 0; i < more.length; i += 2) {
            metadata.put((String) more[i], more[i + 1]);
        }
        return metadata;
    }

    private Answer created(Object... more) {
        Answer answer = register(metadata(more));
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(201);
        return answer;
    }

    private Answer manage(String method, Answer registered, @Nullable Object body) {
        return send(managing(method, registered.text("client_id"), registered.text("registration_access_token"), body));
    }

    private HttpRequest.Builder managing(String method, String clientId, String token, @Nullable Object body) {
        return HttpRequest.newBuilder(uri("/v1/oauth2/register/" + clientId))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + token)
                .method(method, HttpRequest.BodyPublishers.ofString(body == null ? "" : json.write(body)));
    }

    private Map<String, Object> app(Answer registered) {
        return backend.get("/v1/connected_apps/clients/" + registered.text("client_id"))
                .ok()
                .object("connected_app");
    }

    private static Client client(Answer registered) {
        return new Client(registered.text("client_id"), registered.text("client_secret"));
    }

    private Map<String, Object> ada() {
        return backend.member(backend.organization("Acme"), "ada@acme.example");
    }

    private Map<String, Object> discovery() {
        return send(HttpRequest.newBuilder(
                        uri("/v1/public/" + backend.project().wireId() + "/.well-known/openid-configuration")))
                .body();
    }

    private String base() {
        return context.getRequiredProperty("ungrant.base-url", String.class);
    }

    @Test
    void isOffUntilTheOperatorSaysOtherwise() {
        assertThat(discovery()).containsEntry("registration_endpoint", base() + path);
        command("--dynamic", "off");
        refusedAs(register(metadata()), 400, "dynamic_client_registration_not_enabled");
        assertThat(discovery()).doesNotContainKeys("registration_endpoint", "client_id_metadata_document_supported");
    }

    /** RFC 7591 §3.2.1: all registered metadata, and when the secret expires. */
    @Test
    void anAppIsAnsweredWithEverythingThatIsRegistered() {
        Map<String, Object> given = metadata(
                "client_uri", "https://app.example",
                "logo_uri", "https://app.example/logo.png",
                "policy_uri", "https://app.example/privacy",
                "tos_uri", "https://app.example/terms",
                "contacts", List.of("ops@app.example"),
                "application_type", "web",
                "subject_type", "public",
                "id_token_signed_response_alg", "ES256",
                "userinfo_signed_response_alg", "ES256",
                "request_object_signing_alg", "none",
                "request_uris", List.of("https://app.example/request#1", "https://app.example/request/2"),
                "grant_types", List.of("authorization_code", "refresh_token"),
                "response_types", List.of("code"),
                "token_endpoint_auth_method", "client_secret_post",
                "post_logout_redirect_uris", List.of("https://app.example/bye"),
                "backchannel_logout_uri", "https://app.example/backchannel",
                "backchannel_logout_session_required", true,
                "frontchannel_logout_uri", "https://app.example/frontchannel",
                "default_max_age", 600,
                "require_auth_time", true,
                "software_id", "4NRB1-0XZABZI9E6-5SM3R",
                "software_version", "2.0");
        Answer answer = register(given);
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.body()).containsAllEntriesOf(given);
        assertThat(answer.body())
                .containsEntry("client_secret_expires_at", 0)
                .containsEntry("status_code", 201)
                .containsEntry("registration_client_uri", base() + "/v1/oauth2/register/" + answer.text("client_id"))
                .containsKeys("client_id_issued_at", "client_secret", "registration_access_token", "request_id");
        assertThat(answer.text("registration_access_token")).startsWith("cprg_");
        assertThat(answer.response().headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(app(answer))
                .containsEntry("client_type", "third_party")
                .containsEntry("creation_method", "DYNAMIC_CLIENT_REGISTRATION")
                .containsEntry("logo_url", "https://app.example/logo.png")
                .containsEntry("userinfo_signed_response_alg", "ES256")
                .containsEntry("request_object_signing_alg", "none")
                .containsEntry("request_uris", given.get("request_uris"))
                .containsEntry("default_max_age", 600)
                .containsEntry("backchannel_logout_uri", "https://app.example/backchannel")
                .containsEntry("backchannel_logout_session_required", true);
    }

    @Test
    void whatRegisteredItselfGetsTokensAndTheyEndWithARevoke() {
        Map<String, Object> ada = ada();
        Client client = client(created());
        Connection connection = connect(backend, ada, client, "openid", "offline_access");
        assertThat(isActive(client, connection.accessToken())).isTrue();
        backend.post(revokeOf(ada, client), Map.of()).ok();
        assertThat(isActive(client, connection.accessToken())).isFalse();
        refusedAs(refresh(connection), 400, "invalid_grant");
    }

    @Test
    void aPublicAppNeedsNoSecret() {
        List<String> native_ = List.of("http://127.0.0.1/cb", "com.example.app:/cb");
        Answer answer = created("token_endpoint_auth_method", "none", "redirect_uris", native_);
        assertThat(answer.body()).doesNotContainKeys("client_secret", "client_secret_expires_at");
        assertThat(app(answer)).containsEntry("client_type", "third_party_public");
    }

    /** The contract's rule; and whoever was first must not be able to send the others' codes to themselves. */
    @Test
    void publicAppsThatSayTheSameAreOneAndThenNobodysToChange() {
        Map<String, Object> agent = metadata("token_endpoint_auth_method", "none", "client_name", "Agent");
        Answer first = register(agent);
        assertThat(manage("GET", first, null).status()).isEqualTo(200);
        Answer second = register(agent);
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.text("client_id")).isEqualTo(first.text("client_id"));
        assertThat(second.body()).doesNotContainKeys("registration_access_token", "registration_client_uri");
        Map<String, Object> other = new HashMap<>(agent);
        other.put("redirect_uris", List.of("https://attacker.example/cb"));
        other.put("client_id", first.text("client_id"));
        refusedAs(manage("PUT", first, other), 401, "invalid_token");
        refusedAs(manage("DELETE", first, null), 401, "invalid_token");
        // A confidential app is always another one.
        assertThat(created().text("client_id")).isNotEqualTo(created().text("client_id"));
        // And one that is gone is made anew; one of another project is another.
        backend.delete("/v1/connected_apps/clients/" + first.text("client_id")).ok();
        String again = register(agent).text("client_id");
        assertThat(again).isNotNull().isNotEqualTo(first.text("client_id"));
        letAppsRegister();
        assertThat(register(agent).text("client_id")).isNotNull().isNotEqualTo(again);
    }

    /** D06. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "javascript:alert(1)",
                "data:text/html,x",
                "https://app.example/cb#fragment",
                "http://app.example/cb",
                "https://user@app.example/cb",
                "https://*.app.example/cb",
                "/relative",
                "app:/cb",
                "ftp://app.example/cb",
                "file:///etc/passwd",
                "vbscript:x",
                "not a url at all",
                ""
            })
    void redirectUrisThatAreNotGoodAreRefused(String redirect) {
        for (String method : List.of("none", "client_secret_basic")) {
            Answer answer =
                    register(metadata("redirect_uris", List.of(redirect), "token_endpoint_auth_method", method));
            refusedAs(answer, 400, "invalid_redirect_uri");
        }
    }

    @Test
    void whatIsNotSupportedOrContradictsItselfIsRefused() throws Exception {
        RSAKey key = new RSAKeyGenerator(2048).keyID("1").generate();
        Object jwks = new JWKSet(key.toPublicJWK()).toJSONObject();
        List<String> many = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k");
        for (Map<String, Object> wrong : List.of(
                metadata("jwks", jwks, "jwks_uri", "https://app.example/jwks"),
                metadata("jwks", new JWKSet(key).toJSONObject(false), "token_endpoint_auth_method", "private_key_jwt"),
                metadata("token_endpoint_auth_method", "private_key_jwt"),
                metadata("token_endpoint_auth_method", "client_secret_jwt"),
                metadata("token_endpoint_auth_method", "tls_client_auth"),
                metadata("jwks_uri", "http://app.example/jwks"),
                metadata("jwks_uri", "javascript:alert(1)"),
                metadata("client_uri", "javascript:alert(1)"),
                metadata("logo_uri", "data:image/png;base64,AAAA"),
                metadata("tos_uri", "vbscript:x"),
                metadata("subject_type", "pairwise"),
                metadata("id_token_signed_response_alg", "none"),
                metadata("id_token_signed_response_alg", "HS256"),
                metadata("id_token_encrypted_response_alg", "RSA-OAEP-256"),
                metadata("userinfo_signed_response_alg", "none"),
                metadata("userinfo_signed_response_alg", "HS256"),
                metadata("userinfo_encrypted_response_alg", "RSA-OAEP-256"),
                metadata("request_object_signing_alg", "HS256"),
                metadata("request_object_signing_alg", "ES256"),
                metadata("request_object_encryption_alg", "RSA-OAEP-256"),
                metadata("require_signed_request_object", true),
                metadata("request_uris", List.of("http://app.example/request")),
                metadata("request_uris", List.of("https://user@app.example/request")),
                metadata("request_uris", List.of("file:///etc/passwd")),
                metadata(
                        "request_uris",
                        IntStream.range(0, 21)
                                .mapToObj(i -> "https://app.example/" + i)
                                .toList()),
                metadata("backchannel_logout_uri", "https://app.example/bye#x"),
                metadata("grant_types", List.of("client_credentials")),
                metadata("grant_types", List.of("implicit"), "response_types", List.of("token")),
                metadata("response_types", List.of("id_token")),
                metadata("client_name", "x".repeat(129)),
                metadata("client_name", "two\nlines"),
                metadata("client_name", List.of("list")),
                metadata("contacts", many),
                metadata("scope", "x".repeat(2000)),
                metadata("sector_identifier_uri", "https://127.0.0.1/sector.json"),
                metadata("filler", "x".repeat(70_000)))) {
            refusedAs(register(wrong), 400, "invalid_client_metadata");
        }
        refusedAs(
                register(metadata("software_statement", "eyJhbGciOiJub25lIn0.e30.")),
                400,
                "unapproved_software_statement");
        for (Object none : new Object[] {List.of(), null}) {
            refusedAs(register(metadata("redirect_uris", none)), 400, "invalid_redirect_uri");
        }
        for (String body : List.of("", "[]", "null", "{", "7", "{\"redirect_uris\":")) {
            refusedAs(registerText(body), 400, "invalid_client_metadata");
        }
    }

    /** O15. */
    @Test
    void nobodyGivesThemselvesPower() {
        Answer answer = created(
                "client_type",
                "first_party",
                "client_id",
                NOBODY,
                "client_secret",
                "chosen",
                "trusted",
                true,
                "full_access_allowed",
                true,
                "bypass_consent_for_offline_access",
                true,
                "pkce_optional",
                true,
                "endpoint_audience_allowed",
                true,
                "client_credentials_allowed",
                true,
                "publisher_verified_at",
                "2026-01-01T00:00:00Z",
                "creation_method",
                "MANUAL",
                "access_token_expiry_minutes",
                1440);
        assertThat(answer.body()).doesNotContainKeys("client_type", "trusted", "full_access_allowed", "pkce_optional");
        assertThat(answer.text("client_secret")).isNotEqualTo("chosen");
        assertThat(answer.text("client_id")).isNotEqualTo(NOBODY);
        assertThat(app(answer))
                .containsEntry("client_type", "third_party")
                .containsEntry("full_access_allowed", false)
                .containsEntry("bypass_consent_for_offline_access", false)
                .containsEntry("endpoint_audience_allowed", false)
                .containsEntry("creation_method", "DYNAMIC_CLIENT_REGISTRATION")
                .containsEntry("access_token_expiry_minutes", 60);
    }

    @Test
    void aNameIsOnlyAName() {
        String name = "<script>alert(1)</script> ${7*7} {{7*7}}";
        assertThat(created("client_name", name).text("client_name")).isEqualTo(name);
        Map<String, Object> nameless = metadata();
        nameless.remove("client_name");
        assertThat(register(nameless).text("client_name")).isEqualTo("app.example");
    }

    /** RFC 7592 §2. */
    @Test
    void anAppReadsChangesAndDeletesItsRegistration() {
        Map<String, Object> ada = ada();
        Answer registered = created("contacts", List.of("ops@app.example"));
        Client client = client(registered);
        Connection connection = connect(backend, ada, client, "openid", "offline_access");
        assertThat(manage("GET", registered, null).ok().body())
                .containsEntry("client_id", client.id())
                .containsEntry("contacts", List.of("ops@app.example"))
                .containsEntry("registration_access_token", registered.text("registration_access_token"))
                .doesNotContainKey("client_secret");

        Map<String, Object> changed =
                metadata("client_id", client.id(), "client_name", "Renamed", "client_secret", client.secret());
        changed.put("redirect_uris", List.of("https://app.example/other"));
        for (int i = 0; i < 2; i++) {
            assertThat(manage("PUT", registered, changed).ok().body())
                    .containsEntry("client_name", "Renamed")
                    .containsEntry("redirect_uris", List.of("https://app.example/other"))
                    .doesNotContainKey("contacts");
        }
        assertThat(manage("GET", registered, null).text("client_name")).isEqualTo("Renamed");
        assertThat(start(backend, ada, client, "openid").status())
                .as("the old redirect URI")
                .isEqualTo(401);
        assertThat(isActive(client, connection.accessToken())).isTrue();

        assertThat(sendRaw(managing("DELETE", client.id(), registered.text("registration_access_token"), null))
                        .statusCode())
                .isEqualTo(204);
        // D08: the grants ended with it, and the token opens nothing any more.
        assertThat(grantRows(backend.project(), ada)).isZero();
        refusedAs(manage("GET", registered, null), 401, "invalid_token");
        refusedAs(manage("DELETE", registered, null), 401, "invalid_token");
        refusedAs(refresh(connection), 401, "invalid_client");
    }

    /** D08. */
    @Test
    void aRegistrationTokenOpensItsOwnRegistrationOnly() {
        Answer one = created();
        Answer other = created();
        String token = one.text("registration_access_token");
        for (String method : List.of("GET", "PUT", "DELETE")) {
            Answer refused = send(managing(method, other.text("client_id"), token, metadata()));
            refusedAs(refused, 401, "invalid_token");
            assertThat(refused.response().headers().firstValue("WWW-Authenticate"))
                    .hasValue("Bearer error=\"invalid_token\"");
        }
        for (String wrong : List.of("x", one.text("client_secret"), token + "A")) {
            refusedAs(send(managing("GET", one.text("client_id"), wrong, null)), 401, "invalid_token");
        }
        refusedAs(send(managing("GET", NOBODY, token, null)), 401, "invalid_token");
        refusedAs(
                send(HttpRequest.newBuilder(uri("/v1/oauth2/register/" + one.text("client_id")))),
                401,
                "invalid_token");
        assertThat(manage("GET", one, null).status()).isEqualTo(200);
    }

    /** D09. */
    @Test
    void aChangeDoesNotReachWhatTheServerDecides() {
        Answer registered = created();
        String id = registered.text("client_id");
        for (Map<String, Object> wrong : List.of(
                metadata(),
                metadata("client_id", "another"),
                metadata("client_id", id, "client_secret", "chosen"),
                metadata("client_id", id, "registration_access_token", registered.text("registration_access_token")),
                metadata("client_id", id, "registration_client_uri", "https://attacker.example"),
                metadata("client_id", id, "client_secret_expires_at", 0),
                metadata("client_id", id, "client_id_issued_at", 0),
                metadata("client_id", id, "token_endpoint_auth_method", "none"),
                metadata("client_id", id, "jwks_uri", "https://a.example/j", "jwks", Map.of("keys", List.of())))) {
            refusedAs(manage("PUT", registered, wrong), 400, "invalid_client_metadata");
        }
        manage("PUT", registered, metadata("client_id", id, "client_type", "first_party", "full_access_allowed", true))
                .ok();
        assertThat(app(registered))
                .containsEntry("client_type", "third_party")
                .containsEntry("full_access_allowed", false);
    }

    @Test
    void anAppWithItsOwnKeysHasNoSecret() throws Exception {
        Object jwks = new JWKSet(new RSAKeyGenerator(2048).keyID("1").generate().toPublicJWK()).toJSONObject();
        assertThat(created("token_endpoint_auth_method", "private_key_jwt", "jwks", jwks)
                        .body())
                .doesNotContainKey("client_secret")
                .containsKey("jwks");
        created("token_endpoint_auth_method", "private_key_jwt", "jwks_uri", "https://app.example/jwks");
    }

    @Test
    void pkceIsRequiredUnlessTheOperatorLetsRegisteredAppsOff() throws SQLException {
        String strict = created().text("client_id");
        assertThat(command("--pkce", "optional")).isZero();
        String lax = created().text("client_id");
        String open = created("token_endpoint_auth_method", "none").text("client_id");
        String query = "SELECT pkce_optional FROM connected_apps WHERE app_id = UUID_TO_BIN(?)";
        assertThat(number(query, strict)).isZero();
        assertThat(number(query, lax)).isEqualTo(1);
        assertThat(number(query, open)).isZero();
    }

    @Test
    void assertionsNameTheIssuerUnlessTheOperatorLetsRegisteredAppsOff() throws SQLException {
        String strict = created().text("client_id");
        assertThat(command("--assertion-audience", "endpoint")).isZero();
        String lax = created().text("client_id");
        String query = "SELECT endpoint_audience_allowed FROM connected_apps WHERE app_id = UUID_TO_BIN(?)";
        assertThat(number(query, strict)).isZero();
        assertThat(number(query, lax)).isEqualTo(1);
    }

    private static long number(String query, String clientId) throws SQLException {
        try (java.sql.Connection connection = database();
                PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, uuid("connected-app", clientId).toString());
            if (query.startsWith("UPDATE")) {
                return statement.executeUpdate();
            }
            ResultSet rows = statement.executeQuery();
            rows.next();
            return rows.getLong(1);
        }
    }

    /** D07. */
    @Test
    void whatNobodyEverUsedGoesAfterAWeek() throws SQLException {
        Answer old = created();
        Answer used = created();
        Answer young = created();
        connect(backend, ada(), client(used), "openid");
        age(old, 8);
        age(used, 8);
        age(young, 6);
        unused.removeExpired();
        backend.get("/v1/connected_apps/clients/" + old.text("client_id")).refused(404, "connected_app_not_found");
        refusedAs(manage("GET", old, null), 401, "invalid_token");
        app(used);
        app(young);
    }

    private static void age(Answer registered, int days) throws SQLException {
        String update = "UPDATE app_registrations SET registered_at = UTC_TIMESTAMP(6) - INTERVAL " + days
                + " DAY WHERE app_id = UUID_TO_BIN(?)";
        assertThat(number(update, registered.text("client_id"))).isEqualTo(1);
    }

    /** D07. Of a thousand that nobody uses, the oldest makes room; one that was used stays. */
    @Test
    void thereIsAnEndToUnusedApps() throws SQLException {
        Answer used = created("client_name", "Used");
        connect(backend, ada(), client(used), "openid");
        Answer oldest = created("client_name", "Oldest");
        age(used, 3);
        age(oldest, 2);
        try (java.sql.Connection connection = database();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO app_registrations"
                        + " (project_id, app_id, metadata, registered_at) VALUES (UUID_TO_BIN(?), UUID_TO_BIN(UUID()), '{}',"
                        + " UTC_TIMESTAMP(6) - INTERVAL 1 HOUR)")) {
            for (int i = 0; i < UnusedApps.MOST - 1; i++) {
                insert.setString(1, backend.project().projectId().toString());
                insert.addBatch();
            }
            insert.executeBatch();
        }
        Answer one = created("client_name", "One more");
        backend.get("/v1/connected_apps/clients/" + oldest.text("client_id")).refused(404, "connected_app_not_found");
        app(used);
        app(one);
    }

    /** Nimbus, as a client. */
    @Test
    void aClientThatIsNotOursRegistersAndReads() throws Exception {
        OIDCClientMetadata metadata = new OIDCClientMetadata();
        metadata.setRedirectionURI(URI.create(REDIRECT));
        metadata.setName("Nimbus");
        OIDCClientInformationResponse made = (OIDCClientInformationResponse)
                OIDCClientRegistrationResponseParser.parse(new OIDCClientRegistrationRequest(uri(path), metadata, null)
                        .toHTTPRequest()
                        .send());
        var information = made.getOIDCClientInformation();
        assertThat(information.getSecret().getExpirationDate()).isNull();
        OIDCClientInformationResponse read = (OIDCClientInformationResponse)
                OIDCClientRegistrationResponseParser.parse(new com.nimbusds.oauth2.sdk.client.ClientReadRequest(
                                uri("/v1/oauth2/register/" + information.getID()),
                                information.getRegistrationAccessToken())
                        .toHTTPRequest()
                        .send());
        assertThat(read.getOIDCClientInformation().getOIDCMetadata().getName()).isEqualTo("Nimbus");
    }

    @ParameterizedTest
    @CsvSource({"--dynamic,maybe", "--pkce,off", "--assertion-audience,any", "--documents,yes", "--anything,on"})
    void theCommandTakesItsWordsOnly(String option, String value) {
        assertThat(command(option, value)).isEqualTo(2);
    }
}
