package dev.ungrant.registration;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.sun.net.httpserver.HttpServer;
import dev.ungrant.OAuthTest;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Via;
import io.micronaut.context.annotation.Property;
import jakarta.inject.Inject;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Apps that are known by the address of a document about them, from a real server on loopback. */
@Property(name = "ungrant.fetching.loopback", value = "true")
final class ClientDocumentsTest extends OAuthTest {
    @Inject
    ClientDocuments documents;

    @Inject
    ClientKeys keys;

    @Inject
    Registration registration;

    private final Map<String, String> pages = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer site;
    private Backend backend;
    private UUID project;
    private String url;

    @BeforeEach
    void openTheSite() throws Exception {
        site = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 16);
        site.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            asked.add(path);
            byte[] body = pages.getOrDefault(path, "").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.getResponseHeaders().set("Cache-Control", "max-age=10");
            exchange.sendResponseHeaders(pages.containsKey(path) ? 200 : 404, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        site.start();
        backend = b2b();
        project = backend.project().projectId();
        // Another path each time, since an address is asked once a minute.
        url = "http://127.0.0.1:" + site.getAddress().getPort() + "/" + UUID.randomUUID() + "/client.json";
        allow(true);
    }

    @AfterEach
    void close() {
        site.stop(0);
    }

    private void allow(boolean documents) {
        registration.change(
                new ProjectCaller(project, new Via(Via.Door.COMMAND, "test", "")),
                new RegistrationSettings(false, documents, false, false));
    }

    private Map<String, Object> publish(Object... more) {
        Map<String, Object> document =
                new HashMap<>(Map.of("client_id", url, "client_name", "Agent", "redirect_uris", List.of(REDIRECT)));
        for (int i = 0; i < more.length; i += 2) {
            document.put((String) more[i], more[i + 1]);
        }
        pages.put(url.replaceFirst("http://[^/]+", ""), json.write(document));
        return document;
    }

    @Test
    void anAddressIsAnAppAndIsLetInLikeAnyOther() {
        publish("client_uri", "https://bank.example");
        ConnectedApp app = documents.resolve(project, url).orElseThrow();
        assertThat(app.clientIdMetadataUrl()).isEqualTo(url);
        assertThat(app.clientType().wireName()).isEqualTo("third_party_public");
        assertThat(app.creationMethod()).isEqualTo("CLIENT_ID_METADATA_DOCUMENT");
        // Its publisher is who controls the address, not whom it names.
        assertThat(app.publisherUrl()).startsWith("http://127.0.0.1:");
        assertThat(app.publisherVerifiedAt()).isNull();
        // Tokens carry our own id.
        Map<String, Object> ada = backend.member(backend.organization("Acme"), "ada@acme.example");
        Client client = new Client(app.wireId(), null);
        Connection connection = connect(backend, ada, client, "openid", "offline_access");
        assertThat(introspect(client, connection.accessToken()).body()).containsEntry("client_id", app.wireId());
        // At the token endpoint it may go on naming itself by its address.
        Map<String, String> form = new HashMap<>(Map.of("grant_type", "refresh_token", "client_id", url));
        form.put("refresh_token", connection.refreshToken());
        Answer refreshed = form("/v1/public/" + backend.project().wireId() + "/oauth2/token", form)
                .ok();
        assertThat(refreshed.text("access_token")).isNotNull();
        backend.post(revokeOf(ada, client), Map.of()).ok();
        assertThat(isActive(client, refreshed.text("access_token"))).isFalse();
        assertThat(backend.get("/v1/connected_apps/clients/" + app.wireId()).object("connected_app"))
                .containsEntry("client_id_metadata_url", url);
        assertThat(asked).hasSize(1);
    }

    @Test
    void theDocumentIsKeptForAWhile() throws SQLException {
        publish();
        ConnectedApp first = documents.resolve(project, url).orElseThrow();
        assertThat(documents.resolve(project, url).orElseThrow().appId()).isEqualTo(first.appId());
        assertThat(documents.known(project, url).orElseThrow().appId()).isEqualTo(first.appId());
        assertThat(asked).hasSize(1);
        // Ten seconds, as its sender says, is too short for us; five minutes later it is fetched again.
        stale();
        publish("client_name", "Agent 2", "redirect_uris", List.of("https://app.example/new"));
        ConnectedApp again = documents.resolve(project, url).orElseThrow();
        assertThat(again.appId()).isEqualTo(first.appId());
        assertThat(again.name()).isEqualTo("Agent 2");
        assertThat(again.redirectUrls()).contains("/new").doesNotContain("/callback");
        assertThat(asked).hasSize(2);
    }

    @Test
    void aDocumentThatIsGoneLetsNobodyInAnyMore() throws SQLException {
        publish();
        documents.resolve(project, url).orElseThrow();
        stale();
        pages.clear();
        assertThat(documents.resolve(project, url)).isEmpty();
        // Who was let in before may go on: that is for the person to end.
        assertThat(documents.known(project, url)).isPresent();
    }

    /** As if it had been fetched long ago, by the clock of the limiter too. */
    private void stale() throws SQLException {
        try (java.sql.Connection connection = database();
                PreparedStatement update = connection.prepareStatement(
                        "UPDATE app_registrations SET fresh_until = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND"
                                + " WHERE project_id = UUID_TO_BIN(?)");
                PreparedStatement bucket =
                        connection.prepareStatement("DELETE FROM buckets WHERE id LIKE 'document%'")) {
            update.setString(1, project.toString());
            assertThat(update.executeUpdate()).isEqualTo(1);
            bucket.executeUpdate();
        }
    }

    @Test
    void isOffUntilTheOperatorSaysOtherwise() {
        publish();
        allow(false);
        assertThat(documents.resolve(project, url)).isEmpty();
        assertThat(asked).isEmpty();
        allow(true);
        assertThat(documents.resolve(project, url)).isPresent();
        // Another project has not met it.
        assertThat(documents.known(b2b().project().projectId(), url)).isEmpty();
    }

    @Test
    void aDocumentIsRefusedThatIsNotWhatItShouldBe() throws Exception {
        Object jwks = new JWKSet(new RSAKeyGenerator(2048).generate().toPublicJWK()).toJSONObject();
        Object[][] wrongs = {
            {"client_id", "https://other.example/client.json"},
            {"client_secret", "s"},
            {"client_secret_expires_at", 0},
            {"token_endpoint_auth_method", "client_secret_basic"},
            {"token_endpoint_auth_method", "client_secret_post"},
            {"token_endpoint_auth_method", "private_key_jwt"},
            {"redirect_uris", List.of()},
            {"redirect_uris", List.of("javascript:alert(1)")},
            {"redirect_uris", List.of("http://app.example/cb")},
            {"jwks", jwks, "jwks_uri", "https://app.example/jwks"},
            {"padding", "x".repeat(6000)}
        };
        for (Object[] wrong : wrongs) {
            url = "http://127.0.0.1:" + site.getAddress().getPort() + "/" + UUID.randomUUID() + "/client.json";
            publish(wrong);
            assertThat(documents.resolve(project, url)).as("%s", List.of(wrong)).isEmpty();
        }
        assertThat(asked).hasSize(wrongs.length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example", "https://app.example/", "https://app.example/a/../client.json",
                "https://app.example/./client.json", "https://app.example/client.json#x",
                        "https://app.example/client.json?x=1",
                "https://user@app.example/client.json", "http://app.example/client.json",
                        "ftp://app.example/client.json",
                "httpsx://app.example/c", "https:///client.json", "https://app.example/ client.json"
            })
    void addressesThatAreNone(String address) {
        assertThat(DocumentUrl.of(address)).isEmpty();
        assertThat(documents.resolve(project, address)).isEmpty();
    }

    @Test
    void anAddressOfThisNetworkIsNotAsked() {
        for (String address : List.of("https://10.0.0.1/client.json", "https://169.254.169.254/latest/meta-data")) {
            assertThat(DocumentUrl.of(address)).isPresent();
            assertThat(documents.resolve(project, address)).isEmpty();
        }
    }

    @Test
    void anAppWithAnAddressMayHaveKeysThatItPublishes() throws Exception {
        var key = new RSAKeyGenerator(2048).keyID("one").generate();
        String jwksUri = url.replace("client.json", "jwks.json");
        pages.put(jwksUri.replaceFirst("http://[^/]+", ""), new JWKSet(key.toPublicJWK()).toString());
        publish("token_endpoint_auth_method", "private_key_jwt", "jwks_uri", jwksUri);
        Optional<ConnectedApp> app = documents.resolve(project, url);
        assertThat(app.orElseThrow().clientType().wireName()).isEqualTo("third_party");
        assertThat(keys.of(app.get()).getKeyByKeyId("one")).isNotNull();
        assertThat(keys.of(app.get()).getKeyByKeyId("one")).isNotNull();
        assertThat(asked).hasSize(2);
        // An unknown key is a reason to ask again, but not more than once a minute.
        assertThat(keys.renewed(app.get()).getKeyByKeyId("two")).isNull();
        assertThat(asked).hasSize(2);
    }
}
