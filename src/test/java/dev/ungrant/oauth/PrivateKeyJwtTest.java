package dev.ungrant.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.ungrant.OAuthTest;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Apps that authenticate with a key of their own (RFC 7523 §3, OpenID Connect Core §9). Rules B9 and B17, cases C18 and C20. */
final class PrivateKeyJwtTest extends OAuthTest {
    private static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private static ECKey key;
    private static RSAKey rsa;

    @Inject
    EmbeddedServer node;

    private Backend backend;
    private Map<String, Object> ben;
    private Client client;
    private Connection connection;
    private String issuer;

    @BeforeAll
    static void keys() throws Exception {
        key = new ECKeyGenerator(Curve.P_256).keyID("one").generate();
        rsa = new RSAKeyGenerator(2048).keyID("two").generate();
    }

    @BeforeEach
    void cast() {
        backend = b2b();
        ben = backend.member(backend.organization("Acme"), "ben@acme.example");
        client = signing(key, rsa);
        issuer = node.getApplicationContext().getRequiredProperty("ungrant.base-url", String.class);
        Pending pending = consent(backend, ben, client, "openid", "offline_access");
        Answer answer = token(
                        assertion(client, claims -> {}),
                        Map.of(
                                "grant_type",
                                "authorization_code",
                                "code",
                                pending.code(),
                                "redirect_uri",
                                REDIRECT,
                                "code_verifier",
                                pending.verifier()))
                .ok();
        connection = new Connection(client, answer.text("access_token"), answer.text("refresh_token"), answer);
    }

    @Test
    void signedAssertionIsWelcomeAtEveryEndpointThatWantsAClient() {
        assertThat(client.secret()).isNull();
        refresh(assertion(client, claims -> {})).ok();
        Map<String, String> form = new HashMap<>(Map.of("token", connection.accessToken()));
        form.putAll(assertion(client, claims -> {}));
        assertThat(form("/v1/oauth2/introspect", form).ok().body()).containsEntry("active", true);
        form.putAll(assertion(client, claims -> {}));
        form("/v1/oauth2/revoke", form).ok();
        form.putAll(assertion(client, claims -> {}));
        assertThat(form("/v1/oauth2/introspect", form).ok().body()).containsEntry("active", false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ES256", "RS256", "PS256"})
    void theAlgorithmsOfTheMetadataWork(String algorithm) throws Exception {
        JWSSigner signer = algorithm.equals("ES256") ? new ECDSASigner(key) : new RSASSASigner(rsa);
        refresh(Map.of(
                        "client_assertion_type",
                        TYPE,
                        "client_assertion",
                        sign(JWSAlgorithm.parse(algorithm), signer, claims(client))))
                .ok();
    }

    @Test
    void c20AssertionCountsOnce() {
        Map<String, String> assertion = assertion(client, claims -> {});
        refresh(assertion).ok();
        refused(assertion);
    }

    @Test
    void c20AssertionShownToTwoNodesAtOnceCountsOnce() throws Exception {
        try (ApplicationContext context = ApplicationContext.run(Map.of("ungrant.base-url", issuer), "test");
                ExecutorService pool = Executors.newFixedThreadPool(4)) {
            EmbeddedServer other = context.getBean(EmbeddedServer.class).start();
            for (int round = 0; round < 10; round++) {
                Map<String, String> form = new HashMap<>(assertion(client, claims -> {}));
                form.put("grant_type", "refresh_token");
                form.put("refresh_token", connection.refreshToken());
                Callable<Integer> here = () -> form("/v1/oauth2/token", form).status();
                Callable<Integer> there = () -> send(formRequest(
                                other.getURI().resolve("/v1/oauth2/token").toString(), form))
                        .status();
                int through = 0;
                for (Future<Integer> answer : pool.invokeAll(List.of(here, there, here, there))) {
                    through += answer.get() == 200 ? 1 : 0;
                }
                assertThat(through).isEqualTo(1);
            }
        }
    }

    @Test
    void c20AudienceIsOurIssuerAloneAndNotAnEndpoint() {
        refused(assertion(client, claims -> claims.audience(issuer + "/v1/oauth2/token")));
        refused(assertion(client, claims -> claims.audience(List.of(issuer, "https://other.example"))));
        refused(assertion(client, claims -> claims.audience("https://other.example")));
        refused(assertion(client, claims -> claims.audience((String) null)));
        refused(assertion(client, claims -> claims.audience(issuer + "/")));
    }

    /** OpenID Connect Core §9: "The Audience SHOULD be the URL of the Authorization Server's Token Endpoint." */
    @Test
    void appThatIsLetOffMayNameTheTokenEndpointAndNothingElse() {
        backend.put("/v1/connected_apps/clients/" + client.id(), Map.of("endpoint_audience_allowed", true))
                .ok();
        refresh(assertion(client, claims -> claims.audience(issuer + "/v1/oauth2/token")))
                .ok();
        refresh(assertion(client, claims -> {})).ok();
        refused(assertion(client, claims -> claims.audience(issuer + "/v1/oauth2/introspect")));
        refused(assertion(client, claims -> claims.audience("https://other.example/v1/oauth2/token")));
        refused(assertion(client, claims -> claims.audience(List.of(issuer, issuer + "/v1/oauth2/token"))));
        String ofProject = issuer + "/v1/public/" + backend.project().wireId() + "/oauth2/token";
        refused(assertion(client, claims -> claims.audience(ofProject)));
    }

    @Test
    void c20TimesAndNamesAreChecked() {
        Instant now = Instant.now();
        refused(assertion(client, claims -> claims.expirationTime(Date.from(now.minusSeconds(120)))));
        refused(assertion(client, claims -> claims.expirationTime(null)));
        refused(assertion(client, claims -> claims.expirationTime(Date.from(now.plusSeconds(3600)))));
        refused(assertion(client, claims -> claims.notBeforeTime(Date.from(now.plusSeconds(600)))));
        refused(assertion(client, claims -> claims.jwtID(null)));
        refused(assertion(client, claims -> claims.issuer("somebody-else")));
        Client other = signing(key);
        refused(assertion(client, claims -> claims.subject(other.id())));
        Map<String, String> named = new HashMap<>(assertion(client, claims -> {}));
        named.put("client_id", other.id());
        refused(named);
        named.put("client_id", client.id());
        refresh(named).ok();
    }

    @Test
    void c20SignatureOfAnotherKeyOrNoneIsRefused() throws Exception {
        ECKey stranger = new ECKeyGenerator(Curve.P_256).keyID("one").generate();
        refused(with(sign(JWSAlgorithm.ES256, new ECDSASigner(stranger), claims(client))));
        refused(with(new PlainJWT(claims(client)).serialize()));
        byte[] open = key.toPublicJWK().toJSONString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        refused(with(sign(JWSAlgorithm.HS256, new MACSigner(Arrays.copyOf(open, 32)), claims(client))));
        String good = sign(JWSAlgorithm.ES256, new ECDSASigner(key), claims(client));
        refused(with(good.substring(0, good.lastIndexOf('.') + 1)));
        refused(with("nonsense"));
    }

    /** C18: nothing but its own way is a way. */
    @Test
    void otherWaysAreClosedToAnAppWithKeysAndKeysToOthers() {
        refused(Map.of("client_id", client.id()));
        refused(Map.of("client_id", client.id(), "client_secret", "cpcs_x"));
        Client confidential = app(backend, "third_party");
        refused(assertion(confidential, claims -> {}));
        Client open = app(backend, "third_party_public");
        refused(assertion(open, claims -> {}));
        backend.post("/v1/connected_apps/clients/" + client.id() + "/secrets/rotate/start", "{}")
                .refused(400, "bad_request");
    }

    /** RFC 6749 §2.3: "The client MUST NOT use more than one authentication method in each request." */
    @Test
    void twoWaysInOneRequestAreRefused() {
        Map<String, String> both = new HashMap<>(assertion(client, claims -> {}));
        both.put("client_secret", "cpcs_x");
        refused(both);
        Client confidential = app(backend, "third_party");
        Map<String, String> form = new HashMap<>(Map.of(
                "grant_type", "refresh_token", "refresh_token", "cprt_x", "client_secret", confidential.secret()));
        refusedAs(
                send(formRequest("/v1/oauth2/token", form)
                        .header("Authorization", basic(confidential.id(), confidential.secret()))),
                401,
                "invalid_client");
    }

    @Test
    void theProjectsOwnPathWantsItsOwnIssuer() {
        String path = "/v1/public/" + backend.project().wireId();
        Map<String, String> form = new HashMap<>(assertion(client, claims -> claims.audience(issuer + path)));
        form.put("grant_type", "refresh_token");
        form.put("refresh_token", connection.refreshToken());
        form(path + "/oauth2/token", form).ok();
        form.putAll(assertion(client, claims -> {}));
        refusedAs(form(path + "/oauth2/token", form), 401, "invalid_client");
    }

    @Test
    void keysAreTakenAsTheyAreOrNotAtAll() {
        keysRefused(Map.of("token_endpoint_auth_method", "private_key_jwt"));
        keysRefused(Map.of("token_endpoint_auth_method", "private_key_jwt", "jwks", set(key.toString())));
        keysRefused(Map.of("token_endpoint_auth_method", "private_key_jwt", "jwks", Map.of("keys", List.of())));
        keysRefused(Map.of(
                "token_endpoint_auth_method",
                "private_key_jwt",
                "jwks",
                Map.of("keys", List.of(Map.of("kty", "oct", "k", "AAAA")))));
        keysRefused(Map.of(
                "token_endpoint_auth_method",
                "private_key_jwt",
                "jwks_uri",
                "https://app.example/jwks",
                "jwks",
                open(key)));
        keysRefused(Map.of("token_endpoint_auth_method", "private_key_jwt", "jwks_uri", "http://app.example/jwks"));
        keysRefused(Map.of("token_endpoint_auth_method", "none"));
    }

    /** Keys that the app publishes itself: fetched where the node may reach them, and nowhere else. */
    @Test
    void keysAtAnAddressAreFetched() throws Exception {
        byte[] body = new JWKSet(key).toPublicJWKSet().toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        HttpServer host = HttpServer.create(new java.net.InetSocketAddress("127.0.0.1", 0), 0);
        host.createContext("/keys", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        host.start();
        try (ApplicationContext context =
                ApplicationContext.run(Map.of("ungrant.base-url", issuer, "ungrant.fetching.loopback", true), "test")) {
            EmbeddedServer fetching = context.getBean(EmbeddedServer.class).start();
            Client publishing = app(
                    backend,
                    "third_party",
                    Map.of(
                            "token_endpoint_auth_method",
                            "private_key_jwt",
                            "jwks_uri",
                            "http://127.0.0.1:" + host.getAddress().getPort() + "/keys"));
            String path = fetching.getURI().resolve("/v1/oauth2/token").toString();
            Map<String, String> form = new HashMap<>(Map.of("grant_type", "refresh_token", "refresh_token", "cprt_x"));
            form.putAll(assertion(publishing, claims -> {}));
            refusedAs(send(formRequest(path, form)), 400, "invalid_grant");
            form.putAll(with(sign(JWSAlgorithm.RS256, new RSASSASigner(rsa), claims(publishing))));
            refusedAs(send(formRequest(path, form)), 401, "invalid_client");
            // A node that may not reach such an address refuses the app, and does not fetch.
            form.putAll(assertion(publishing, claims -> {}));
            Client unreachable = app(
                    backend,
                    "third_party",
                    Map.of(
                            "token_endpoint_auth_method",
                            "private_key_jwt",
                            "jwks_uri",
                            "https://127.0.0.1:" + host.getAddress().getPort() + "/keys"));
            form.putAll(assertion(unreachable, claims -> {}));
            refusedAs(form("/v1/oauth2/token", form), 401, "invalid_client");
        } finally {
            host.stop(0);
        }
    }

    /** A leaked secret must not work on once the app has gone over to keys. */
    @Test
    void secretDiesWhenTheAppGoesOverToKeys() {
        Client confidential = app(backend, "third_party");
        Connection before = connect(backend, ben, confidential, "offline_access");
        backend.put(
                        "/v1/connected_apps/clients/" + confidential.id(),
                        Map.of("token_endpoint_auth_method", "private_key_jwt", "jwks", open(key)))
                .ok();
        refusedAs(refresh(before), 401, "invalid_client");
        Map<String, String> asks = confidential.credentials();
        asks.put("token", before.accessToken());
        refusedAs(form("/v1/oauth2/introspect", asks), 401, "invalid_client");
        Map<String, String> form = new HashMap<>(assertion(confidential, claims -> {}));
        form.put("grant_type", "refresh_token");
        form.put("refresh_token", before.refreshToken());
        form("/v1/oauth2/token", form).ok();
    }

    private void keysRefused(Map<String, Object> fields) {
        Map<String, Object> body = new HashMap<>(fields);
        body.put("client_type", "third_party");
        backend.post("/v1/connected_apps/clients", body).refused(400, "bad_request");
    }

    private Client signing(JWK... keys) {
        return app(backend, "third_party", Map.of("token_endpoint_auth_method", "private_key_jwt", "jwks", open(keys)));
    }

    private Map<String, Object> open(JWK... keys) {
        return new JWKSet(List.of(keys)).toPublicJWKSet().toJSONObject();
    }

    private Map<String, Object> set(String jwk) {
        return Map.of("keys", List.of(json.object(jwk)));
    }

    private JWTClaimsSet claims(Client client) {
        return builder(client).build();
    }

    private JWTClaimsSet.Builder builder(Client client) {
        return new JWTClaimsSet.Builder()
                .issuer(client.id())
                .subject(client.id())
                .audience(issuer)
                .jwtID(UUID.randomUUID().toString())
                .expirationTime(Date.from(Instant.now().plusSeconds(60)));
    }

    private Map<String, String> assertion(Client client, Consumer<JWTClaimsSet.Builder> change) {
        JWTClaimsSet.Builder claims = builder(client);
        change.accept(claims);
        try {
            return with(sign(JWSAlgorithm.ES256, new ECDSASigner(key), claims.build()));
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> with(String assertion) {
        return Map.of("client_assertion_type", TYPE, "client_assertion", assertion);
    }

    private static String sign(JWSAlgorithm algorithm, JWSSigner signer, JWTClaimsSet claims) {
        try {
            String keyId = signer instanceof RSASSASigner ? "two" : "one";
            SignedJWT jwt = new SignedJWT(
                    new JWSHeader.Builder(algorithm)
                            .type(JOSEObjectType.JWT)
                            .keyID(keyId)
                            .build(),
                    claims);
            jwt.sign(signer);
            return jwt.serialize();
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private void refused(Map<String, String> credentials) {
        refusedAs(refresh(credentials), 401, "invalid_client");
    }

    private Answer refresh(Map<String, String> credentials) {
        return token(credentials, Map.of("grant_type", "refresh_token", "refresh_token", connection.refreshToken()));
    }

    private Answer token(Map<String, String> credentials, Map<String, String> more) {
        Map<String, String> form = new HashMap<>(credentials);
        form.putAll(more);
        return form("/v1/oauth2/token", form);
    }
}
