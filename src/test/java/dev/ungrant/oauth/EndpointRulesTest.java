package dev.ungrant.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Via;
import dev.ungrant.registration.Registration;
import dev.ungrant.registration.RegistrationSettings;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rules B19 to B34: what the specifications of the single endpoints and of OpenID Connect ask, each looked at once and
 * directly. See {@link RulesTest} for those before.
 */
class EndpointRulesTest extends HostedPageTest {
    @Inject
    Registration registration;

    private Answer at(String endpoint, Client client, Map<String, String> more) {
        Map<String, String> form = client.credentials();
        form.putAll(more);
        return form("/v1/oauth2/" + endpoint, form);
    }

    private Answer userInfo(@Nullable String authorization) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri("/v1/oauth2/userinfo"));
        return send(authorization == null ? request : request.header("Authorization", authorization));
    }

    /**
     * RFC 7009 §2.1: "The invalidation takes place immediately, and the token cannot be used again after the revocation." §2.2: "An
     * invalid token type hint value is ignored", and 200 also "if the client submitted an invalid token".
     */
    @Test
    void b19TokenThatIsGivenBackIsDeadAtOnceWhateverTheHint() {
        for (String hint : List.of("access_token", "refresh_token", "nonsense")) {
            Connection connection = connect(backend, ben, calendar, "openid", "offline_access");
            at("revoke", calendar, Map.of("token", connection.refreshToken(), "token_type_hint", hint))
                    .ok();
            refusedAs(refresh(connection), 400, "invalid_grant");
            assertThat(isActive(calendar, connection.accessToken())).isFalse();
        }
        at("revoke", calendar, Map.of("token", "cprt_nobodys")).ok();
    }

    /** RFC 7009 §2.1: the server "verifies whether the token was issued to the client making the revocation request". */
    @Test
    void b19TokenOfAnotherAppStaysAlive() {
        Connection connection = connect(backend, ben, calendar, "openid");
        at("revoke", app(backend, "third_party"), Map.of("token", connection.accessToken()))
                .ok();
        assertThat(isActive(calendar, connection.accessToken())).isTrue();
    }

    /**
     * RFC 7662 §2.2: if "the token is not active, does not exist on this server, or the protected resource is not allowed to
     * introspect this particular token", then {@code active} is false, and the server "SHOULD NOT include any additional
     * information about an inactive token, including why the token is inactive".
     */
    @Test
    void b20WhatIsNotActiveIsNotExplained() {
        Connection connection = connect(backend, ben, calendar, "openid", "offline_access");
        Client other = app(backend, "third_party");
        for (Answer seen : List.of(
                introspect(other, connection.accessToken()),
                introspect(calendar, "cpat_x"),
                introspect(calendar, "x"))) {
            nothingButInactive(seen);
        }
        backend.post(revokeOf(ben, calendar), null).ok();
        nothingButInactive(introspect(calendar, connection.accessToken()));
        nothingButInactive(introspect(calendar, connection.refreshToken()));
    }

    private static void nothingButInactive(Answer answer) {
        assertThat(answer.body())
                .containsEntry("active", false)
                .containsOnlyKeys("active", "request_id", "status_code");
        assertThat(answer.response().headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    /**
     * RFC 7591 §3.2.1: "the authorization server MUST return all registered metadata about this client". RFC 9700 §2.6: no redirect
     * URIs "that use the http scheme except for native clients that use loopback interface redirection".
     */
    @Test
    void b21RegistrationIsAnsweredWithAllThatWasRegistered() {
        Answer registered = register(REDIRECT);
        assertThat(registered.status()).isEqualTo(201);
        assertThat(registered.body())
                .containsKeys("client_id", "client_secret", "client_id_issued_at")
                .containsEntry("client_secret_expires_at", 0)
                .containsEntry("redirect_uris", List.of(REDIRECT))
                .containsEntry("client_name", "Scribe");
        refusedAs(register("http://app.example/callback"), 400, "invalid_redirect_uri");
    }

    /**
     * RFC 7592 §2.3: "If a client has been successfully deprovisioned, the authorization server MUST respond with an HTTP 204 No
     * Content message." And its registration access token opens that one registration, as long as there is one.
     */
    @Test
    void b22RegistrationIsTheAppsOwnAndItsEndIsTheEnd() {
        Answer one = register(REDIRECT);
        Answer other = register(REDIRECT + "/2");
        assertThat(manage("GET", one, other).statusCode()).isEqualTo(401);
        assertThat(manage("GET", one, one).statusCode()).isEqualTo(200);
        Client client = new Client(one.text("client_id"), one.text("client_secret"));
        Connection connection = connect(backend, ben, client, "openid");
        assertThat(userInfo("Bearer " + connection.accessToken()).status()).isEqualTo(200);
        assertThat(manage("DELETE", one, one).statusCode()).isEqualTo(204);
        assertThat(userInfo("Bearer " + connection.accessToken()).status()).isEqualTo(401);
        assertThat(manage("GET", one, one).statusCode()).isEqualTo(401);
    }

    private Answer register(String redirectUri) {
        ProjectCaller operator =
                new ProjectCaller(backend.project().projectId(), new Via(Via.Door.COMMAND, "request-id-test", ""));
        registration.change(operator, new RegistrationSettings(true, false, false, false));
        return send(HttpRequest.newBuilder(URI.create(discovery().text("registration_endpoint")))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        json.write(Map.of("client_name", "Scribe", "redirect_uris", List.of(redirectUri))))));
    }

    private HttpResponse<String> manage(String method, Answer registered, Answer tokenOf) {
        return sendRaw(HttpRequest.newBuilder(URI.create(registered.text("registration_client_uri")))
                .header("Authorization", "Bearer " + tokenOf.text("registration_access_token"))
                .method(method, HttpRequest.BodyPublishers.noBody()));
    }

    /**
     * RFC 8414 §3.3: "The issuer value returned MUST be identical to the authorization server's issuer identifier value into
     * which the well-known URI string was inserted".
     */
    @Test
    void b23IssuerIsTheOneThatWasAskedFor() {
        URI issuer = URI.create(issuer());
        for (String address : List.of(
                issuer.resolve("/.well-known/oauth-authorization-server" + issuer.getPath())
                        .toString(),
                issuer + "/.well-known/openid-configuration")) {
            assertThat(send(HttpRequest.newBuilder(URI.create(address))).text("issuer"))
                    .isEqualTo(issuer.toString());
        }
        assertThat(issuer.getRawQuery()).isNull();
        assertThat(issuer.getRawFragment()).isNull();
    }

    /** RFC 8707 §2: "Its value MUST be an absolute URI [...] The URI MUST NOT include a fragment component." */
    @ParameterizedTest
    @ValueSource(strings = {"/relative", "https://api.example/#part", "no uri at all", "//api.example"})
    void b24ResourceIsAnAbsoluteUriWithoutFragment(String resource) {
        refusedToApp(
                surfer(ben).get(authorize(asking(calendar, Map.of("resource", resource), "openid"))), "invalid_target");
    }

    /** And a refresh asks for no more than was granted: §2.2, with §4.14.2 of RFC 9700. */
    @Test
    void b24RefreshNarrowsAndNeverWidens() {
        Map<String, String> asked =
                asking(calendar, Map.of("resource", "https://one.example/"), "openid", "offline_access");
        Connection connection = redeem(surfer(ben).allow(asked));
        Map<String, String> form =
                new HashMap<>(Map.of("grant_type", "refresh_token", "refresh_token", connection.refreshToken()));
        form.put("resource", "https://two.example/");
        refusedAs(at("token", calendar, form), 400, "invalid_target");
        form.put("resource", "https://one.example/");
        at("token", calendar, form).ok();
    }

    /**
     * RFC 9126 §2.1: "Authenticate the client in the same way as at the token endpoint" and "Reject the request if the request_uri
     * authorization request parameter is provided." §2.2: "The request_uri value MUST be bound to the client", "a single-use
     * reference".
     */
    @Test
    void b25PushedRequestIsOfOneAppAndForOneUse() {
        Map<String, String> asked = asking(calendar, "openid");
        refusedAs(form("/v1/oauth2/par", asked), 401, "invalid_client");
        Map<String, String> nested = new HashMap<>(asked);
        nested.put("request_uri", "urn:ietf:params:oauth:request_uri:x");
        refusedAs(at("par", calendar, nested), 400, "invalid_request");
        Answer pushed = at("par", calendar, asked);
        assertThat(pushed.status()).isEqualTo(201);
        assertThat((Integer) pushed.body().get("expires_in")).isBetween(5, 600);
        String requestUri = pushed.text("request_uri");
        Client other = app(backend, "third_party");
        refusedOnPage(surfer(ben).open(Map.of("client_id", other.id(), "request_uri", requestUri)));
        Map<String, String> bring = Map.of("client_id", calendar.id(), "request_uri", requestUri);
        surfer(ben).allow(bring);
        refusedOnPage(surfer(ben).open(bring));
    }

    /**
     * RFC 9449 §4.3: "There is not more than one DPoP HTTP request header field", and eleven rules more, which {@link DpopTest}
     * breaks one by one.
     */
    @Test
    void b26RequestWithTwoProofsOrWithNonsenseIsRefused() {
        Map<String, String> form = calendar.credentials();
        form.putAll(Map.of("grant_type", "refresh_token", "refresh_token", "x"));
        refusedAs(send(formRequest("/v1/oauth2/token", form).header("DPoP", "x")), 400, "invalid_dpop_proof");
        refusedAs(
                send(formRequest("/v1/oauth2/token", form).header("DPoP", "x").header("DPoP", "y")),
                400,
                "invalid_dpop_proof");
        assertThat(discovery().list("dpop_signing_alg_values_supported")).doesNotContain("none", "HS256");
    }

    /**
     * RFC 6750 §3.1: "If the request lacks any authentication information [...], the resource server SHOULD NOT include an error
     * code or other error information." §5.3: "Bearer tokens SHOULD NOT be passed in page URLs (for example, as query string
     * parameters)."
     */
    @Test
    void b27TokenIsInTheHeaderOrNowhere() {
        String token = connect(backend, ben, calendar, "openid").accessToken();
        for (Answer refused : List.of(
                userInfo(null),
                send(HttpRequest.newBuilder(uri("/v1/oauth2/userinfo?access_token=" + token))),
                form("/v1/oauth2/userinfo", Map.of("access_token", token)))) {
            assertThat(refused.status()).isEqualTo(401);
            assertThat(challenge(refused)).startsWith("Bearer").doesNotContain("error");
        }
        assertThat(challenge(userInfo("Bearer x"))).contains("error=\"invalid_token\"");
        userInfo("Bearer " + token).ok();
    }

    private static String challenge(Answer answer) {
        return answer.response().headers().firstValue("WWW-Authenticate").orElse("");
    }

    /**
     * OpenID Connect Core §2: the sub is a "locally unique and never reassigned identifier within the Issuer for the End-User", and
     * "Authorization Servers MUST include a nonce Claim in the ID Token with the Claim Value being the nonce value sent in the
     * Authentication Request". Nimbus' validator has its word in {@link OpenIdTest}.
     */
    @Test
    void b28IdTokenEchoesTheNonceAndSaysWhen() throws Exception {
        Map<String, String> asked = asking(calendar, Map.of("max_age", "3600"), "openid");
        Connection connection = redeem(surfer(ben).allow(asked));
        JWTClaimsSet claims =
                SignedJWT.parse(connection.answer().text("id_token")).getJWTClaimsSet();
        assertThat(claims.getIssuer()).isEqualTo(issuer());
        assertThat(claims.getSubject()).isEqualTo(ben.get("member_id"));
        assertThat(claims.getAudience()).contains(calendar.id());
        assertThat(claims.getStringClaim("nonce")).isEqualTo("nonce-1");
        assertThat(claims.getDateClaim("auth_time")).isBeforeOrEqualTo(claims.getIssueTime());
        assertThat(claims.getExpirationTime()).isAfter(claims.getIssueTime());
    }

    /**
     * OpenID Connect Core §3.1.2.1: "Authorization Servers MUST support the use of the HTTP GET and POST methods [...] at the
     * Authorization Endpoint." §3.1.2.6: "The Authorization Server requires End-User consent." §5.3.2: "The sub (subject) Claim
     * MUST always be returned in the UserInfo Response."
     */
    @Test
    void b29GetAndPostAndSilence() {
        for (String prompt : List.of("login_required", "consent_required")) {
            Surfer browser = prompt.startsWith("login") ? surfer() : surfer(ben);
            refusedToApp(browser.open(asking(calendar, Map.of("prompt", "none"), "openid")), prompt);
        }
        HttpResponse<String> byPost = surfer(ben).post("/oauth2/authorize", asking(calendar, "openid"), "cross-site");
        assertThat(byPost.statusCode()).isEqualTo(303);
        Connection connection = redeem(surfer(ben).allow(asking(calendar, "openid")));
        assertThat(userInfo("Bearer " + connection.accessToken()).ok().text("sub"))
                .isEqualTo(ben.get("member_id"));
    }

    /**
     * RFC 7517 §4.5: "When kid values are used within a JWK Set, different keys within the JWK Set SHOULD use distinct kid values."
     * §9.2: no private part is published. The overlap of old and new is in {@code KeyRotationTest}.
     */
    @Test
    void b30PublishedKeysArePublicAndNamedOnce() throws Exception {
        JWKSet keys = keys();
        assertThat(keys.getKeys()).isNotEmpty().noneMatch(JWK::isPrivate);
        assertThat(keys.getKeys().stream().map(JWK::getKeyID))
                .doesNotHaveDuplicates()
                .doesNotContainNull();
    }

    private JWKSet keys() throws Exception {
        return JWKSet.parse(
                sendRaw(HttpRequest.newBuilder(uri("/.well-known/jwks.json"))).body());
    }

    /**
     * RFC 9068 §5: "The JWT access token data layout described here is very similar to that of the id_token as defined by [OpenID.Core].
     * The explicit typing required in this profile, in line with the recommendations in [RFC8725], helps the resource server to
     * distinguish between JWT access tokens and OpenID Connect ID Tokens." The contract wants another typ; here what has no row
     * is no access token, however it is typed.
     */
    @Test
    void b31IdTokenIsNoAccessToken() {
        Client client = app(backend, "third_party", Map.of("access_token_format", "jwt"));
        Connection connection = connect(backend, ben, client, "openid");
        String idToken = connection.answer().text("id_token");
        assertThat(challenge(userInfo("Bearer " + idToken))).contains("invalid_token");
        assertThat(isActive(client, idToken)).isFalse();
        userInfo("Bearer " + connection.accessToken()).ok();
    }

    /**
     * RFC 6749 §5.1: "The authorization server MUST include the HTTP Cache-Control response header field [RFC2616] with a value of
     * no-store in any response containing tokens". §5.2: to a client that tried the header it "MUST respond with an HTTP 401 (Unauthorized)
     * status code and include the WWW-Authenticate response header field matching the authentication scheme used by the client".
     */
    @ParameterizedTest
    @ValueSource(strings = {"token", "introspect", "revoke", "par"})
    void b32NothingIsKeptAndBasicIsAnsweredWithBasic(String endpoint) {
        Answer refused = send(formRequest("/v1/oauth2/" + endpoint, Map.of("token", "x", "grant_type", "x"))
                .header("Authorization", basic(calendar.id(), "wrong")));
        refusedAs(refused, 401, "invalid_client");
        assertThat(challenge(refused)).startsWith("Basic");
        assertThat(refused.response().headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    /**
     * RFC 6749 §10.2: "The authorization server SHOULD enforce explicit resource owner authentication and provide the resource owner
     * with information about the client and the requested authorization scope and lifetime." ASVS 10.7.2 and 10.4.7 too, and that an
     * app is not verified.
     */
    @Test
    void b33ConsentSaysWhoWhatAndHowLong() {
        Document page = surfer(ben).consent(asking(calendar, "openid", "email"));
        assertThat(page.getElementById("consent-title").text()).contains("Calendar");
        assertThat(page.getElementById("consent-publisher").text()).contains("Not verified");
        assertThat(page.getElementById("consent-permits").select("li")).hasSize(2);
        assertThat(page.getElementById("consent-duration").text()).isNotBlank();
        refusedToApp(surfer().open(asking(calendar, Map.of("prompt", "none"), "openid", "email")), "login_required");
    }

    /**
     * RFC 8725 §3.2: "applications MUST only allow the use of cryptographically current algorithms that meet the security requirements
     * of the application". §3.5: keys of enough bits.
     */
    @Test
    void b34KeysAreStrongAndNothingIsUnsigned() throws Exception {
        assertThat(discovery().list("id_token_signing_alg_values_supported"))
                .containsExactlyInAnyOrder("RS256", "ES256");
        for (JWK key : keys().getKeys()) {
            switch (key) {
                case RSAKey rsa -> assertThat(rsa.size()).isGreaterThanOrEqualTo(3072);
                case ECKey ec -> assertThat(ec.getCurve().getName()).isEqualTo("P-256");
                default -> throw new AssertionError(key.getKeyType());
            }
        }
    }
}
