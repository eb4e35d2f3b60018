package dev.ungrant.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are a JWT themselves (OpenID Connect Core §6.1, RFC 9101, RFC 9126 §3). */
final class RequestObjectTest extends RequestObjectApps {
    /** Module oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported among them. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "ES256", "PS256", "RS256"})
    void everyAlgorithmOfTheMetadataIsRead(String algorithm) {
        assertThat(discovery().list("request_object_signing_alg_values_supported"))
                .contains(algorithm);
        JWTClaimsSet claims = claims("openid", "email").build();
        String object = algorithm.equals("none") ? plain(claims) : signed(claims, JWSAlgorithm.parse(algorithm), null);
        Surfer browser = surfer(ben);
        Document page = browser.consent(little("request", object));
        assertThat(scopes(page)).containsExactlyInAnyOrder("openid", "email");
        redeem(codeIn(browser.press(page, "consent-allow")));
        // Registered, it is the only one.
        update(Map.of("request_object_signing_alg", algorithm));
        codeIn(surfer(ben).open(little("request", object)));
        refused(algorithm.equals("none") ? signed(claims) : plain(claims));
    }

    /**
     * Core §6.3.3: "If the same parameter exists both in the Request Object and the OAuth Authorization Request parameters, the
     * parameter in the Request Object is used."
     */
    @Test
    void whatTheObjectSaysWinsAndTheRestComesFromBeside() throws Exception {
        JWTClaimsSet claims = claims(builder -> builder.claim("nonce", "within")
                .claim("code_challenge", null)
                .claim("max_age", 3600)
                .claim("claims", Map.of("id_token", Map.of("email", Map.of("essential", true)))));
        Map<String, String> asked = beside("request", signed(claims));
        asked.put("state", "other");
        asked.put("redirect_uri", "https://evil.example/");
        asked.put("max_age", "soon");
        Surfer browser = surfer(ben);
        Document page = browser.consent(asked);
        assertThat(scopes(page)).containsExactlyInAnyOrder("openid", "email");
        Connection connection = redeem(codeIn(browser.press(page, "consent-allow")));
        assertThat(JWTParser.parse(connection.answer().text("id_token"))
                        .getJWTClaimsSet()
                        .getStringClaim("nonce"))
                .isEqualTo("within");
    }

    /** Module oidcc-unsigned-request-object-…, as the form post plan runs it: only the object says that it wants a form. */
    @Test
    void wayOfTheAnswerMayStandInTheObjectAlone() {
        JWTClaimsSet claims =
                claims(builder -> builder.claim("response_mode", "form_post").claim("prompt", "none"));
        HttpResponse<String> response = surfer().get(authorize(little("request", plain(claims))));
        Document form = Jsoup.parse(response.body());
        assertThat(form.selectFirst("#form-post").attr("action")).isEqualTo(REDIRECT);
        assertThat(form.selectFirst("input[name=error]").val()).isEqualTo("login_required");
    }

    /** RFC 9101 §6.3: "The authorization server MUST only use the parameters in the Request Object". */
    @Test
    void besideAnObjectOfRfc9101NothingCounts() {
        Map<String, String> asked = beside("request", signed(claims("openid").build(), JWSAlgorithm.ES256, RFC_9101));
        asked.put("scope", "openid email");
        asked.put("state", "other");
        Surfer browser = surfer(ben);
        Document page = browser.consent(asked);
        assertThat(scopes(page)).containsExactly("openid");
        codeIn(browser.press(page, "consent-allow"));
        String without = signed(claims(builder -> builder.claim("code_challenge", null)), JWSAlgorithm.ES256, RFC_9101);
        refusedToApp(surfer(ben).get(authorize(beside("request", without))), "invalid_request");
        // §5: signed; §6.3: "The client ID values ... MUST be identical."
        refused(plain(claims("openid").build(), RFC_9101));
        refused(signed(claims(builder -> builder.claim("client_id", null)), JWSAlgorithm.ES256, RFC_9101));
    }

    /**
     * RFC 9101 §6.2: "If the key is not associated with the client or if signature validation fails, the authorization server MUST
     * return an invalid_request_object error".
     */
    @Test
    void objectThatTheAppDidNotSignIsRefused() throws Exception {
        JWTClaimsSet claims = claims("openid").build();
        ECKey stranger = new ECKeyGenerator(Curve.P_256).keyID("one").generate();
        refused(signed(claims, JWSAlgorithm.ES256, null, "one", new ECDSASigner(stranger)));
        refused(signed(claims, JWSAlgorithm.ES256, null, null, new ECDSASigner(stranger)));
        // With what everybody knows, or what only the two of us do, as the secret of an HMAC.
        byte[] open = key.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8);
        refused(signed(claims, JWSAlgorithm.HS256, null, "one", new MACSigner(Arrays.copyOf(open, 32))));
        refused(signed(claims, JWSAlgorithm.HS256, null, null, new MACSigner(calendar.secret())));
        String good = signed(claims);
        refused(good.substring(0, good.lastIndexOf('.') + 1));
        refused(good.substring(0, good.length() - 6) + "AAAAAA");
        // Another payload under a good signature.
        String other = signed(claims("openid", "email").build());
        refused(good.split("\\.")[0] + '.' + other.split("\\.")[1] + '.' + good.split("\\.")[2]);
        refused("nonsense");
        refused("a.b.c.d.e");
        // An app without keys, and the object of another one that has the same keys.
        Client notes = app(backend, "third_party", Map.of("jwks", open(key)));
        calendar = app(backend, "third_party");
        refused(good);
        calendar = notes;
        refused(good);
    }

    @Test
    void objectThatIsNotForUsOrNotForNowIsRefused() {
        Instant now = Instant.now();
        refused(signed(claims(builder -> builder.audience("https://other.example"))));
        refused(signed(claims(builder -> builder.audience(issuer() + "/v1/oauth2/token"))));
        refused(signed(claims(builder -> builder.issuer("https://other.example"))));
        refused(signed(claims(builder ->
                builder.claim("client_id", app(backend, "third_party").id()))));
        refused(signed(claims(builder -> builder.expirationTime(Date.from(now.minusSeconds(120))))));
        refused(signed(claims(builder -> builder.notBeforeTime(Date.from(now.plusSeconds(600))))));
        refused(signed(claims(builder -> builder.claim("exp", "tomorrow"))));
        refused(plain(claims(builder -> builder.audience("https://other.example"))));
        refused(plain(claims(builder -> builder.expirationTime(Date.from(now.minusSeconds(120))))));
        refused(plain(claims(builder ->
                builder.claim("client_id", app(backend, "third_party").id()))));
        // Beside others we are meant too; and a good one passes.
        Map<String, String> asked = little(
                "request",
                signed(claims(builder -> builder.audience(List.of(issuer(), "https://other.example"))
                        .notBeforeTime(Date.from(now.minusSeconds(5)))
                        .expirationTime(Date.from(now.plusSeconds(60))))));
        surfer(ben).consent(asked);
    }

    /** RFC 9101 §4: "request and request_uri parameters MUST NOT be included in Request Objects"; and what is no request. */
    @Test
    void whatIsNoRequestIsRefused() {
        refused(signed(claims(builder -> builder.claim("request", "x"))));
        refused(signed(claims(builder -> builder.claim("request_uri", "https://app.example/request"))));
        refused(plain(claims(
                builder -> builder.claim("request", plain(claims("openid").build())))));
        refused(signed(claims(builder -> builder.claim("response_type", "token"))));
        refused(signed(claims(builder -> builder.claim("response_type", List.of("code")))));
        refused(signed(claims(builder -> builder.claim("scope", List.of("openid")))));
        refused(signed(claims(builder -> builder.claim("state", Map.of("a", "b")))));
        // §10.8: other things that the app signs.
        refused(signed(claims("openid").build(), JWSAlgorithm.ES256, new JOSEObjectType("dpop+jwt")));
        refused(plain(claims("openid").build(), new JOSEObjectType("at+jwt")));
        refused(signed(claims(builder -> builder.subject(calendar.id()))));
        for (String name : List.of("request", "request_uri")) {
            Map<String, String> asked =
                    beside("request", signed(claims("openid").build()));
            String two = authorize(asked) + '&' + encoded(Map.of(name, "https://app.example/request"));
            refusedToApp(surfer(ben).get(two), "invalid_request");
        }
        String registering = signed(claims(builder -> builder.claim("registration", "{}")));
        refusedToApp(surfer(ben).get(authorize(beside("request", registering))), "registration_not_supported");
    }

    /** B2: where the answer goes is looked at last, in what the object and the rest make together. */
    @Test
    void b02RedirectUriWithinMustBeRegisteredToo() {
        for (String redirect :
                List.of("https://evil.example/", REDIRECT + "/x", REDIRECT + "?x=1", "javascript:alert(1)", "")) {
            JWTClaimsSet claims = claims(builder -> builder.claim("redirect_uri", redirect));
            refusedOnPage(surfer(ben).get(authorize(beside("request", signed(claims)))));
            refusedOnPage(surfer(ben).get(authorize(beside("request", plain(claims)))));
        }
        refusedOnPage(surfer(ben)
                .get(authorize(beside("request", signed(claims(builder -> builder.claim("redirect_uri", 5)))))));
        // And nobody is sent to an address that only a bad object would have made good.
        Map<String, String> bad = beside("request", "nonsense");
        bad.put("redirect_uri", "https://evil.example/");
        refusedOnPage(surfer(ben).get(authorize(bad)));
        refusedOnPage(surfer(ben).get(authorize(little("request", "nonsense"))));
        Map<String, String> nobody = beside("request", signed(claims("openid").build()));
        nobody.put("client_id", "connected-app-test-" + UUID.randomUUID());
        refusedOnPage(surfer(ben).get(authorize(nobody)));
    }

    /** B3, B6: an object, signed or not, gets no more than the same in an address. */
    @Test
    void objectLetsNobodyDoMoreThanParametersDo() {
        for (String object : List.of(
                signed(claims(builder -> builder.claim("code_challenge_method", "plain"))),
                plain(claims(builder -> builder.claim("code_challenge_method", "plain"))))) {
            refusedToApp(surfer(ben).get(authorize(beside("request", object))), "invalid_request");
        }
        JWTClaimsSet token = claims(builder -> builder.claim("response_type", "token"));
        Map<String, String> implicit = beside("request", signed(token));
        implicit.put("response_type", "token");
        refusedToApp(surfer(ben).get(authorize(implicit)), "unsupported_response_type");
        JWTClaimsSet silent = claims(builder -> builder.claim("prompt", "none"));
        for (String object : List.of(signed(silent), plain(silent))) {
            refusedToApp(surfer(ben).get(authorize(little("request", object))), "consent_required");
        }
        assertThat(grantRows(backend.project(), ben)).isZero();
    }

    /** RFC 9700 §4.11.2: an app that nobody knows sends no strangers anywhere, by a bad object neither. */
    @Test
    void b02ErrorOfAnAppThatNobodyKnowsWaitsForTheSignIn() throws Exception {
        try (var connection = database();
                var statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE connected_apps SET creation_method = 'DYNAMIC_CLIENT_REGISTRATION'"
                    + " WHERE app_id = UUID_TO_BIN('" + uuid("connected-app", calendar.id()) + "')");
        }
        Surfer browser = surfer();
        HttpResponse<String> signIn = browser.open(beside("request", "nonsense"));
        assertThat(Jsoup.parse(signIn.body()).selectFirst("input[name=return_to]"))
                .isNotNull();
        refusedToApp(browser.signIn(signIn, (String) ben.get("email_address")), "invalid_request_object");
    }

    /** RFC 9126 §3: what the app pushes stands in the object, "MUST appear as claims of the JWT", and that is signed. */
    @Test
    void b25PushedObjectIsAllThatIsPushed() {
        JWTClaimsSet claims = claims("openid", "email").build();
        String requestUri = push(Map.of("request", signed(claims))).text("request_uri");
        assertThat(requestUri).startsWith(PendingRequests.URN);
        Surfer browser = surfer(ben);
        Document page = browser.consent(Map.of("client_id", calendar.id(), "request_uri", requestUri));
        assertThat(scopes(page)).containsExactlyInAnyOrder("openid", "email");
        codeIn(browser.press(page, "consent-allow"));
        refusedAs(push(Map.of("request", plain(claims))), 400, "invalid_request_object");
        refusedAs(push(asking(calendar, Map.of("request", plain(claims)), "openid")), 400, "invalid_request_object");
        Map<String, String> beside =
                beside("request", signed(claims(builder -> builder.claim("code_challenge", null))));
        refusedAs(push(beside), 400, "invalid_request");
        refusedAs(
                push(Map.of(
                        "request", signed(claims(builder -> builder.claim("redirect_uri", "https://evil.example/"))))),
                400,
                "invalid_request");
        Client notes = app(backend, "third_party", Map.of("jwks", open(key)));
        String calendars = signed(claims);
        calendar = notes;
        refusedAs(push(Map.of("request", calendars)), 400, "invalid_request_object");
        refusedAs(push(beside("request_uri", "https://app.example/request")), 400, "invalid_request");
    }

    /** RFC 9101 §10.8: the one is not the other, though the same key signs both. */
    @Test
    void c20ObjectIsNoAssertion() {
        calendar =
                app(backend, "third_party", Map.of("token_endpoint_auth_method", "private_key_jwt", "jwks", open(key)));
        JWTClaimsSet claims = claims(builder -> builder.jwtID(UUID.randomUUID().toString())
                .expirationTime(Date.from(Instant.now().plusSeconds(60))));
        String object = signed(claims);
        surfer(ben).consent(little("request", object));
        Map<String, String> form = new HashMap<>(Map.of(
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion",
                object,
                "token",
                "cpat_x"));
        refusedAs(form("/v1/oauth2/revoke", form), 401, "invalid_client");
    }

    /** D02: a node that may not fetch from its own network does not, wherever an app says that its objects are. */
    @Test
    void d02NothingIsFetchedFromThisMachine() throws Exception {
        AtomicInteger hits = new AtomicInteger();
        HttpServer here = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        here.createContext("/", exchange -> {
            hits.incrementAndGet();
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        here.start();
        try {
            int port = here.getAddress().getPort();
            for (String address : List.of(
                    "http://127.0.0.1:" + port + "/request",
                    "https://127.0.0.1:" + port + "/request",
                    "https://localhost:" + port + "/request",
                    "https://[::ffff:127.0.0.1]:" + port + "/request",
                    "https://10.0.0.1/request",
                    "https://169.254.169.254/latest/meta-data")) {
                update(Map.of("request_uris", List.of(address)));
                refusedToApp(surfer(ben).get(authorize(beside("request_uri", address))), "invalid_request_uri");
            }
            assertThat(hits).hasValue(0);
        } finally {
            here.stop(0);
        }
    }

    private void update(Map<String, Object> fields) {
        backend.put("/v1/connected_apps/clients/" + calendar.id(), fields).ok();
    }

    private Answer push(Map<String, String> parameters) {
        Map<String, String> form = calendar.credentials();
        form.putAll(parameters);
        return form("/v1/oauth2/par", form);
    }
}
