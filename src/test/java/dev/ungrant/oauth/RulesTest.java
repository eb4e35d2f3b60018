package dev.ungrant.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rules B1 to B18: what RFC 9700 asks of an authorization server, in its own words, each looked at once and directly. The
 * cases at length are in the suites that {@code docs/development.md} lists beside each rule; B19 to B34 are in {@link
 * EndpointRulesTest}.
 */
class RulesTest extends HostedPageTest {
    /**
     * RFC 9700 §2.1: "authorization servers MUST utilize exact string matching except for port numbers in localhost redirection
     * URIs of native apps".
     */
    @ParameterizedTest
    @CsvSource({
        "https://app.example/callback, https://app.example/callback/",
        "https://app.example/callback, https://app.example/callback?x=1",
        "https://app.example/callback, https://APP.example/callback",
        "https://app.example/callback, https://app.example:443/callback",
        "https://app.example/callback, https://app.example/%63allback",
        "http://127.0.0.1/callback, http://127.0.0.2:5000/callback"
    })
    void b01RedirectUriIsTheRegisteredOneToTheLetter(String registered, String asked) {
        Client app = app(backend, "third_party", Map.of("redirect_urls", List.of(registered)));
        refusedOnPage(surfer(ben).open(asking(app, Map.of("redirect_uri", asked), "openid")));
        surfer(ben).consent(asking(app, Map.of("redirect_uri", registered), "openid"));
    }

    /** RFC 8252 §7.3: "The authorization server MUST allow any port to be specified at the time of the request". */
    @Test
    void b01PortOfLoopbackIsFree() {
        Client app = app(backend, "third_party_public", Map.of("redirect_urls", List.of("http://127.0.0.1/callback")));
        surfer(ben).consent(asking(app, Map.of("redirect_uri", "http://127.0.0.1:51004/callback"), "openid"));
    }

    /**
     * §2.1: "authorization servers MUST NOT expose URLs that forward the user's browser to arbitrary URIs obtained from a query
     * parameter".
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/oauth2/authorize?client_id=unknown&response_type=code&redirect_uri=https://evil.example/",
                "/oauth2/logout?post_logout_redirect_uri=https://evil.example/",
                "/sign-in?return_to=https://evil.example/",
                "/switch?return_to=//evil.example/"
            })
    void b02NobodyIsForwardedToAnAddressInAParameter(String path) {
        for (Surfer browser : List.of(surfer(), surfer(ben))) {
            HttpResponse<String> response = browser.follow(browser.get(path));
            assertThat(response.headers().firstValue("location").orElse("/")).startsWith("/");
            Element target = Jsoup.parse(response.body()).selectFirst("[action*=evil], [href*=evil]");
            assertThat(target).as(path).isNull();
        }
    }

    /** §2.1.1: "Authorization servers MUST support PKCE", and "Currently, S256 is the only such method" that hides the verifier. */
    @ParameterizedTest
    @ValueSource(strings = {"third_party", "third_party_public", "first_party", "first_party_public"})
    void b03PkceIsAskedOfEveryApp(String type) {
        Client app = app(backend, type);
        Map<String, String> without = asking(app, "openid");
        without.remove("code_challenge");
        without.remove("code_challenge_method");
        refusedToApp(surfer(ben).get(authorize(without)), "invalid_request");
        refusedToApp(
                surfer(ben).get(authorize(asking(app, Map.of("code_challenge_method", "plain"), "openid"))),
                "invalid_request");
    }

    /**
     * §2.1.1: "a token request containing a code_verifier parameter is accepted only if a code_challenge parameter was present in
     * the authorization request". And the other way round.
     */
    @Test
    void b03VerifierBelongsToItsChallenge() {
        String code = surfer(ben).allow(asking(calendar, "openid"));
        verifier = verifier();
        refusedAs(tryRedeem(calendar, code), 400, "invalid_grant");
        Client letOff = app(backend, "third_party", Map.of("pkce_optional", true));
        Map<String, String> without = asking(letOff, "openid");
        without.remove("code_challenge");
        without.remove("code_challenge_method");
        refusedAs(tryRedeem(letOff, surfer(ben).allow(without)), 400, "invalid_grant");
    }

    /** §2.1.1: "It is RECOMMENDED for authorization servers to publish the element code_challenge_methods_supported". */
    @Test
    void b04MetadataSaysS256() {
        assertThat(discovery().body()).containsEntry("code_challenge_methods_supported", List.of("S256"));
    }

    /**
     * RFC 6749 §4.1.2: "If an authorization code is used more than once, the authorization server MUST deny the request and SHOULD
     * revoke (when possible) all tokens previously issued based on that authorization code."
     */
    @Test
    void b05CodeIsForOneUseOfOneApp() {
        Client other = app(backend, "third_party");
        String code = surfer(ben).allow(asking(calendar, "openid"));
        refusedAs(tryRedeem(other, code), 400, "invalid_grant");
        Connection first = redeem(code);
        assertThat(isActive(calendar, first.accessToken())).isTrue();
        refusedAs(tryRedeem(calendar, code), 400, "invalid_grant");
        assertThat(isActive(calendar, first.accessToken())).isFalse();
    }

    /** §2.1.2 and §2.4: "The resource owner password credentials grant MUST NOT be used." */
    @Test
    void b06NeitherImplicitNorPassword() {
        for (String type : List.of("token", "id_token", "id_token token", "code token", "code id_token", "none")) {
            refusedToApp(
                    surfer(ben).get(authorize(asking(calendar, Map.of("response_type", type), "openid"))),
                    "unsupported_response_type");
        }
        Map<String, String> form = calendar.credentials();
        form.putAll(Map.of("grant_type", "password", "username", "ben", "password", "x"));
        refusedAs(form("/v1/oauth2/token", form), 400, "unsupported_grant_type");
    }

    /**
     * §4.14.2: "The previous refresh token is invalidated [...] it will revoke the active refresh token." And refresh tokens
     * "MUST be bound to the scope and resource servers as consented by the resource owner".
     */
    @Test
    void b07RefreshTokenOfAPublicAppIsReplacedAndBound() {
        Client pocket = app(backend, "third_party_public");
        Connection connection = connect(backend, ben, pocket, "openid", "offline_access");
        String second = refresh(connection).ok().text("refresh_token");
        assertThat(second).isNotEqualTo(connection.refreshToken());
        Map<String, String> wider = pocket.credentials();
        wider.putAll(
                Map.of("grant_type", "refresh_token", "refresh_token", second, "scope", "openid email offline_access"));
        refusedAs(form("/v1/oauth2/token", wider), 400, "invalid_scope");
        refusedAs(refresh(calendar, second), 400, "invalid_grant");
        String third = refresh(pocket, second).ok().text("refresh_token");
        refusedAs(refresh(connection), 400, "invalid_grant");
        refusedAs(refresh(pocket, third), 400, "invalid_grant");
    }

    /** §2.3: "access tokens SHOULD be audience-restricted to a specific resource server". */
    @Test
    void b08TokenIsForItsResourceAndItsScopes() {
        Map<String, String> asked = asking(calendar, Map.of("resource", "https://one.example/"), "openid");
        String token = redeem(surfer(ben).allow(asked)).accessToken();
        assertThat(seenBy("https://one.example/", token).body())
                .containsEntry("active", true)
                .containsEntry("scope", "openid");
        assertThat(seenBy("https://two.example/", token).body()).containsEntry("active", false);
    }

    private Answer seenBy(String resource, String token) {
        return send(formRequest("/v1/oauth2/introspect", Map.of("token", token, "resource", resource))
                .header("Authorization", basic(backend.project().wireId(), backend.secret())));
    }

    /**
     * §2.5: "Authorization servers SHOULD enforce client authentication if it is feasible". The asymmetric way is in
     * {@link PrivateKeyJwtTest}.
     */
    @ParameterizedTest
    @ValueSource(strings = {"token", "introspect", "revoke", "par"})
    void b09AppWithASecretMustShowIt(String endpoint) {
        Map<String, String> form = new HashMap<>(asking(calendar, "openid"));
        form.putAll(Map.of("grant_type", "refresh_token", "refresh_token", "x", "token", "x"));
        refusedAs(form("/v1/oauth2/" + endpoint, form), 401, "invalid_client");
        form.put("client_secret", "secret-test-wrong");
        refusedAs(form("/v1/oauth2/" + endpoint, form), 401, "invalid_client");
    }

    /**
     * §4.15.1: "Authorization servers SHOULD NOT allow clients to influence their client_id or any other claim that could cause
     * confusion with a genuine resource owner".
     */
    @Test
    void b10NobodyChoosesAClientIdAndNoneLooksLikeAPerson() {
        String wanted = (String) ben.get("member_id");
        Client app = app(backend, "third_party", Map.of("client_id", wanted, "sub", wanted));
        assertThat(app.id()).isNotEqualTo(wanted).startsWith("connected-app-test-");
        assertThat(wanted).startsWith("member-test-");
    }

    /** §2.6: "CORS MUST NOT be supported at the authorization endpoint". */
    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "OPTIONS"})
    void b11AuthorizationEndpointHasNoCors(String method) {
        HttpResponse<String> response = sendRaw(HttpRequest.newBuilder(uri(authorize(asking(calendar, "openid"))))
                .header("Origin", "https://app.example")
                .header("Access-Control-Request-Method", "GET")
                .method(method, HttpRequest.BodyPublishers.noBody()));
        assertThat(response.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control"));
    }

    /** §2.6 again: the endpoints that apps in browsers call themselves are open to every origin, without cookies. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/oauth2/token",
                "/v1/oauth2/revoke",
                "/v1/oauth2/userinfo",
                "/v1/oauth2/register",
                "/.well-known/openid-configuration",
                "/.well-known/jwks.json"
            })
    void b11EndpointsOfClientsAreOpenToScripts(String path) {
        HttpResponse<String> asked = sendRaw(HttpRequest.newBuilder(uri(path))
                .header("Origin", "https://app.example")
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization, dpop")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
        assertThat(asked.statusCode()).isEqualTo(204);
        assertThat(asked.headers().firstValue("Access-Control-Allow-Headers").orElse(""))
                .contains("Authorization", "DPoP");
        HttpResponse<String> called =
                sendRaw(HttpRequest.newBuilder(uri(path)).header("Origin", "https://app.example"));
        assertThat(List.of(asked, called))
                .allSatisfy(response -> assertThat(response.headers().allValues("Access-Control-Allow-Origin"))
                        .containsExactly("*"))
                .allSatisfy(response -> assertThat(response.headers().firstValue("Access-Control-Allow-Credentials"))
                        .isEmpty());
    }

    /**
     * §4.12: "Authorization servers that redirect a request that potentially contains the user's credentials therefore MUST NOT
     * use the HTTP 307 status code for redirection [...] SHOULD use HTTP status code 303 (See Other)."
     */
    @Test
    void b12EveryPostIsAnsweredBy303() {
        Surfer browser = surfer();
        Document signIn = Jsoup.parse(browser.open(asking(calendar, "openid")).body());
        String returnTo = signIn.selectFirst("input[name=return_to]").val();
        String address = (String) ben.get("email_address");
        assertThat(browser.post("/sign-in", Map.of("email", address, "return_to", returnTo))
                        .statusCode())
                .isEqualTo(303);
        Surfer known = surfer(ben);
        assertThat(known.press(known.consent(asking(calendar, "openid")), "consent-allow")
                        .statusCode())
                .isEqualTo(303);
    }

    /**
     * §4.13: "an attacker could try to directly send the faked header values". Without a proxy that it was told of, what these
     * headers say is the word of a stranger.
     */
    @Test
    void b13ForwardedHeadersOfStrangersMeanNothing() {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                uri("/v1/public/" + backend.project().wireId() + "/.well-known/openid-configuration"));
        for (String header : List.of("X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix", "Forwarded")) {
            request.header(header, header.equals("Forwarded") ? "host=evil.example;proto=https" : "evil.example");
        }
        assertThat(send(request).response().body()).doesNotContain("evil.example");
    }

    /** §4.16: "Authorization servers MUST prevent clickjacking attacks." */
    @Test
    void b14PagesAreNotFramed() {
        HttpResponse<String> signIn = surfer().open(asking(calendar, "openid"));
        Surfer browser = surfer(ben);
        HttpResponse<String> consent = browser.open(asking(calendar, "openid"));
        HttpResponse<String> error = browser.open(asking(calendar, Map.of("client_id", "x"), "openid"));
        for (HttpResponse<String> page : List.of(signIn, consent, error)) {
            assertThat(page.headers().firstValue("content-security-policy").orElse(""))
                    .contains("frame-ancestors 'none'");
            assertThat(page.headers().firstValue("x-frame-options")).hasValue("DENY");
        }
    }

    /**
     * §4.2.4: "The page rendered as a result of the OAuth authorization response and the authorization endpoint SHOULD NOT include
     * third-party resources or links to external sites." Links to the app's own pages there are, since whoever decides may want
     * to read them; they carry no referrer. {@link ConsentBrowserTest} watches what a real browser loads.
     */
    @Test
    void b15PagesLoadNothingFromElsewhere() {
        Surfer browser = surfer(ben);
        HttpResponse<String> response = browser.open(asking(calendar, "openid"));
        assertThat(response.headers().firstValue("content-security-policy").orElse(""))
                .contains("default-src 'none'")
                .doesNotContain("*");
        assertThat(Jsoup.parse(response.body()).select("[src], link[href]"))
                .isNotEmpty()
                .allSatisfy(element -> assertThat(element.attr(element.hasAttr("src") ? "src" : "href"))
                        .startsWith("/")
                        .doesNotStartWith("//"));
    }

    /**
     * RFC 9207 §2: "In authorization responses to the client, including error responses, an authorization server supporting this
     * specification MUST indicate its identity by including the iss parameter in the response."
     */
    @Test
    void b16EveryAnswerSaysWhoGaveIt() {
        String issuer = issuer();
        Surfer browser = surfer(ben);
        for (HttpResponse<String> answered : List.of(
                browser.press(browser.consent(asking(calendar, "openid")), "consent-deny"),
                surfer().get(authorize(asking(calendar, Map.of("prompt", "none"), "openid"))),
                browser.press(browser.consent(asking(calendar, "openid")), "consent-allow"))) {
            assertThat(query(location(answered))).containsEntry("iss", issuer);
        }
        assertThat(discovery().body()).containsEntry("authorization_response_iss_parameter_supported", true);
    }

    /**
     * OpenID Connect Core §9, of {@code aud}: "The Authorization Server MUST verify that it is an intended audience for the token. The
     * Audience SHOULD be the URL of the Authorization Server's Token Endpoint." The updates of RFC 7523 and RFC 9700 that are under
     * way take our issuer alone, since an assertion that names an address could be passed on; so does this server, unless the
     * operator lets an app off. More cases are in {@link PrivateKeyJwtTest}.
     */
    @Test
    void b17AssertionIsForOurIssuerAlone() throws Exception {
        ECKey key = new ECKeyGenerator(Curve.P_256).keyID("one").generate();
        Map<String, Object> jwks = Map.of("keys", List.of(key.toPublicJWK().toJSONObject()));
        Client app = app(backend, "third_party", Map.of("token_endpoint_auth_method", "private_key_jwt", "jwks", jwks));
        String endpoint = discovery().text("token_endpoint");
        // Who the client is was believed, what it brought is nothing.
        refusedAs(asserted(app, key, List.of(issuer())), 400, "invalid_grant");
        for (List<String> audience : List.of(
                List.of(endpoint),
                List.of(issuer(), endpoint),
                List.of(issuer(), "https://other.example"),
                List.of("https://other.example"))) {
            refusedAs(asserted(app, key, audience), 401, "invalid_client");
        }
        backend.put("/v1/connected_apps/clients/" + app.id(), Map.of("endpoint_audience_allowed", true))
                .ok();
        refusedAs(asserted(app, key, List.of(endpoint)), 400, "invalid_grant");
        refusedAs(asserted(app, key, List.of(issuer(), endpoint)), 401, "invalid_client");
    }

    private Answer asserted(Client app, ECKey key, List<String> audience) throws Exception {
        SignedJWT assertion = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(),
                new JWTClaimsSet.Builder()
                        .issuer(app.id())
                        .subject(app.id())
                        .audience(audience)
                        .jwtID(UUID.randomUUID().toString())
                        .expirationTime(Date.from(Instant.now().plusSeconds(60)))
                        .build());
        assertion.sign(new ECDSASigner(key));
        String endpoint = "/v1/public/" + backend.project().wireId() + "/oauth2/token";
        return form(
                endpoint,
                Map.of(
                        "grant_type",
                        "refresh_token",
                        "refresh_token",
                        "x",
                        "client_assertion_type",
                        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                        "client_assertion",
                        assertion.serialize()));
    }

    /**
     * RFC 8252 §8.6: "the authorization server SHOULD NOT process authorization requests automatically without user consent or
     * interaction, except when the identity of the client can be assured." The draft's §2.2 has an attack that lives on it.
     */
    @Test
    void b18AppThatAnybodyCanPretendToBeIsAskedAboutEachTime() {
        Client pocket =
                app(backend, "third_party_public", Map.of("redirect_urls", List.of("http://127.0.0.1/callback")));
        Map<String, String> asked = asking(pocket, Map.of("redirect_uri", "http://127.0.0.1:5000/callback"), "openid");
        Surfer browser = surfer(ben);
        browser.press(browser.consent(asked), "consent-allow");
        browser.consent(asked);
    }
}
