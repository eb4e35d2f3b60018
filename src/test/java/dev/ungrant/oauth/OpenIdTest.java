package dev.ungrant.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.claims.AccessTokenHash;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.validators.AccessTokenValidator;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import dev.ungrant.OAuthTest;
import dev.ungrant.secrets.SigningKeys;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Inject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ID tokens and UserInfo as OpenID Connect Core has them. Rules B27, B28, B31 and B34. */
final class OpenIdTest extends OAuthTest {
    private static final String USER_INFO = "/v1/oauth2/userinfo";

    @Inject
    SigningKeys keysOfOurs;

    private Backend backend;
    private Map<String, Object> ben;

    @BeforeEach
    void cast() {
        backend = b2b();
        ben = backend.member(backend.organization("Acme"), "ben@acme.example");
    }

    /** OpenID Connect Core §3.1.3.7, by a validator that is not ours. */
    @ParameterizedTest
    @ValueSource(strings = {"RS256", "ES256"})
    void b28IdTokenPassesAStrictValidator(String algorithm) throws Exception {
        Client client = app(backend, "third_party", Map.of("id_token_signed_response_alg", algorithm));
        Instant before = Instant.now();
        Answer answer = withNonce(client, "n-0S6_WzA2Mj", "openid", "email");
        JWT idToken = JWTParser.parse(answer.text("id_token"));
        assertThat(idToken.getHeader().getAlgorithm().getName()).isEqualTo(algorithm);
        IDTokenClaimsSet claims = validator(client, algorithm).validate(idToken, new Nonce("n-0S6_WzA2Mj"));
        assertThat(claims.getSubject().getValue()).isEqualTo(ben.get("member_id"));
        assertThat(claims.getAudience()).hasSize(1);
        assertThat(claims.getAuthenticationTime().toInstant().getEpochSecond())
                .isCloseTo(before.getEpochSecond(), within(5L));
        // §3.1.3.6: the access token beside it is the one it was issued with.
        AccessTokenValidator.validate(
                new BearerAccessToken(answer.text("access_token")),
                JWSAlgorithm.parse(algorithm),
                claims.getAccessTokenHash());
        assertThat(claims.getAccessTokenHash())
                .isNotEqualTo(
                        AccessTokenHash.compute(new BearerAccessToken("another"), JWSAlgorithm.parse(algorithm), null));
        assertThat(claims.getStringClaim("email")).isEqualTo("ben@acme.example");
    }

    /** §12.2: the same iss, sub and aud, the auth_time of the original authentication, and no nonce is needed. */
    @Test
    void b28RefreshedIdTokenSpeaksOfTheFirstAuthentication() throws Exception {
        Client client = app(backend, "third_party_public");
        Answer first = withNonce(client, "once", "openid", "offline_access");
        JWTClaimsSet before = JWTParser.parse(first.text("id_token")).getJWTClaimsSet();
        Thread.sleep(1100);
        Answer second = refresh(client, first.text("refresh_token")).ok();
        JWTClaimsSet after = JWTParser.parse(second.text("id_token")).getJWTClaimsSet();
        assertThat(after.getIssuer()).isEqualTo(before.getIssuer());
        assertThat(after.getSubject()).isEqualTo(before.getSubject());
        assertThat(after.getAudience()).isEqualTo(before.getAudience());
        assertThat(after.getClaim("auth_time")).isEqualTo(before.getClaim("auth_time"));
        assertThat(after.getIssueTime()).isAfter(before.getIssueTime());
        assertThat(after.getClaim("nonce")).isNull();
        assertThat(after.getClaim("at_hash")).isNotEqualTo(before.getClaim("at_hash"));
        validator(client, "RS256").validate(JWTParser.parse(second.text("id_token")), null);
        // Narrowed to what has no openid, there is none.
        Answer third = narrowed(client, second.text("refresh_token"), "offline_access");
        assertThat(third.body()).doesNotContainKey("id_token");
    }

    @Test
    void b28WithoutOpenidThereIsNoIdToken() {
        Connection connection = connect(backend, ben, app(backend, "third_party"), "email", "offline_access");
        assertThat(connection.answer().body()).doesNotContainKey("id_token");
        assertThat(refresh(connection).ok().body()).doesNotContainKey("id_token");
    }

    /** B29, §5.3.2: the sub of UserInfo is exactly the one of the ID token; claims come with their scopes. */
    @Test
    void b29UserInfoSaysWhatWasGranted() throws Exception {
        Client client = app(backend, "third_party");
        Connection all = connect(backend, ben, client, "openid", "email", "profile");
        Answer answer = userInfo("GET", "Bearer " + all.accessToken()).ok();
        assertThat(answer.body())
                .containsEntry("sub", ben.get("member_id"))
                .containsEntry("email", "ben@acme.example")
                .containsKey("email_verified");
        assertThat(answer.text("sub"))
                .isEqualTo(JWTParser.parse(all.answer().text("id_token"))
                        .getJWTClaimsSet()
                        .getSubject());
        assertThat(userInfo("POST", "bearer " + all.accessToken()).ok().body())
                .containsEntry("email", "ben@acme.example");
        Connection little = connect(backend, ben, app(backend, "third_party"), "openid");
        assertThat(userInfo("GET", "Bearer " + little.accessToken()).ok().body())
                .containsOnlyKeys("sub", "https://stytch.com/organization", "request_id", "status_code");
        assertThat(answer.response().headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    /**
     * Core §5.3.2: "If signed, the UserInfo Response MUST contain the Claims iss (issuer) and aud (audience) as members." Module
     * oidcc-userinfo-rs256.
     */
    @ParameterizedTest
    @ValueSource(strings = {"RS256", "ES256"})
    void b29UserInfoIsSignedForAnAppThatWantsItSo(String algorithm) throws Exception {
        Client client = app(backend, "third_party", Map.of("userinfo_signed_response_alg", algorithm));
        Connection connection = connect(backend, ben, client, "openid", "email");
        HttpResponse<String> response = sendRaw(
                HttpRequest.newBuilder(uri(USER_INFO)).header("Authorization", "Bearer " + connection.accessToken()));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/jwt");
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
        SignedJWT said = SignedJWT.parse(response.body());
        assertThat(said.getHeader().getAlgorithm().getName()).isEqualTo(algorithm);
        JWKSet keys = JWKSet.parse(
                sendRaw(HttpRequest.newBuilder(uri("/.well-known/jwks.json"))).body());
        JWK key = keys.getKeyByKeyId(said.getHeader().getKeyID());
        assertThat(said.verify(new DefaultJWSVerifierFactory()
                        .createJWSVerifier(said.getHeader(), ((AsymmetricJWK) key).toPublicKey())))
                .isTrue();
        JWTClaimsSet idToken =
                JWTParser.parse(connection.answer().text("id_token")).getJWTClaimsSet();
        JWTClaimsSet claims = said.getJWTClaimsSet();
        assertThat(claims.getIssuer()).isEqualTo(idToken.getIssuer());
        assertThat(claims.getAudience()).containsExactly(client.id());
        assertThat(claims.getSubject()).isEqualTo(ben.get("member_id")).isEqualTo(idToken.getSubject());
        assertThat(claims.getStringClaim("email")).isEqualTo("ben@acme.example");
        // It cannot be taken for an ID token, by the app (Core §3.1.3.7) or by us.
        assertThat(claims.getExpirationTime()).isNull();
        assertThat(said.getHeader().getType()).isNull();
        assertThat(keysOfOurs.verify(response.body())).isEmpty();
        assertThat(keysOfOurs.verify(connection.answer().text("id_token"))).isPresent();
        backend.put("/v1/connected_apps/clients/" + client.id(), Map.of("userinfo_signed_response_alg", ""))
                .ok();
        assertThat(userInfo("GET", "Bearer " + connection.accessToken()).ok().body())
                .containsEntry("email", "ben@acme.example");
        backend.post(revokeOf(ben, client), null).ok();
        challenged(userInfo("GET", "Bearer " + connection.accessToken()), 401, "invalid_token");
    }

    @Test
    void userOfAConsumerProjectHasNamesAndAPhone() {
        Backend shop = consumer();
        Map<String, Object> uma = shop.post(
                        "/v1/users",
                        Map.of(
                                "email",
                                "uma@example.com",
                                "phone_number",
                                "+15555550123",
                                "name",
                                Map.of("first_name", "Uma", "middle_name", "Q", "last_name", "Urban")))
                .ok()
                .object("user");
        Connection connection = connect(shop, uma, app(shop, "third_party"), "openid", "profile", "phone");
        String path = "/v1/public/" + shop.project().wireId() + "/oauth2/userinfo";
        assertThat(send(HttpRequest.newBuilder(uri(path)).header("Authorization", "Bearer " + connection.accessToken()))
                        .ok()
                        .body())
                .containsEntry("name", "Uma Urban")
                .containsEntry("given_name", "Uma")
                .containsEntry("middle_name", "Q")
                .containsEntry("family_name", "Urban")
                .containsEntry("phone_number", "+15555550123")
                .containsEntry("phone_number_verified", false)
                .doesNotContainKey("email");
        String elsewhere = "/v1/public/" + backend.project().wireId() + "/oauth2/userinfo";
        challenged(
                send(HttpRequest.newBuilder(uri(elsewhere))
                        .header("Authorization", "Bearer " + connection.accessToken())),
                401,
                "invalid_token");
    }

    /** RFC 6750 §2: header, form or query; here the header alone (RFC 9700 §4.3.2). */
    @Test
    void b27TokenIsTakenFromTheHeaderAlone() {
        String token =
                connect(backend, ben, app(backend, "third_party"), "openid").accessToken();
        Answer inQuery = send(HttpRequest.newBuilder(uri(USER_INFO + "?access_token=" + token)));
        unasked(inQuery);
        unasked(form(USER_INFO, Map.of("access_token", token)));
        unasked(userInfo("GET", "Basic " + token));
        unasked(userInfo("GET", null));
    }

    /** RFC 6750 §3.1. */
    @Test
    void b27RefusalsSayWhy() {
        Client client = app(backend, "third_party");
        Connection connection = connect(backend, ben, client, "openid", "offline_access");
        for (String wrong : List.of(
                "nonsense", connection.refreshToken(), connection.answer().text("id_token"))) {
            challenged(userInfo("GET", "Bearer " + wrong), 401, "invalid_token");
        }
        Connection without = connect(backend, ben, app(backend, "third_party"), "email");
        challenged(userInfo("GET", "Bearer " + without.accessToken()), 403, "insufficient_scope");
        backend.post(revokeOf(ben, client), "{}").ok();
        challenged(userInfo("GET", "Bearer " + connection.accessToken()), 401, "invalid_token");
    }

    /** B31, RFC 9068 §5: neither kind of JWT passes for the other, and a signed introspection for none. */
    @Test
    void b31IdTokenIsNoAccessTokenAndTheOtherWayRound() throws Exception {
        Client client = app(backend, "third_party", Map.of("access_token_format", "jwt"));
        Connection connection = connect(backend, ben, client, "openid", "offline_access");
        String idToken = connection.answer().text("id_token");
        userInfo("GET", "Bearer " + connection.accessToken()).ok();
        challenged(userInfo("GET", "Bearer " + idToken), 401, "invalid_token");
        assertThat(isActive(client, connection.accessToken())).isTrue();
        assertThat(isActive(client, idToken)).isFalse();
        assertThat(validator(client, "RS256").validate(JWTParser.parse(idToken), null))
                .isNotNull();
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> validator(client, "RS256").validate(JWTParser.parse(connection.accessToken()), null))
                .hasMessageContaining("aud");
        // And no session of a member.
        backend.withSession(null, idToken).get(appsOf(ben)).refused(401, "jwt_invalid_audience");
    }

    /** B34: no algorithm but these two, and nothing unsigned. */
    @Test
    void b34OtherAlgorithmsCannotBeChosen() {
        for (String algorithm : List.of("none", "HS256", "RS384", "ES512")) {
            backend.post(
                            "/v1/connected_apps/clients",
                            Map.of("client_type", "third_party_public", "id_token_signed_response_alg", algorithm))
                    .refused(400, "bad_request");
        }
    }

    private IDTokenValidator validator(Client client, String algorithm) throws Exception {
        Answer jwks = send(HttpRequest.newBuilder(uri("/.well-known/jwks.json")));
        return new IDTokenValidator(
                new Issuer(server.getApplicationContext().getRequiredProperty("ungrant.base-url", String.class)),
                new ClientID(client.id()),
                JWSAlgorithm.parse(algorithm),
                JWKSet.parse(jwks.response().body()));
    }

    private Answer withNonce(Client client, String nonce, String... scopes) {
        String verifier = verifier();
        Map<String, Object> body = new HashMap<>(authorization(ben, client, scopes));
        body.put("consent_granted", true);
        body.put("code_challenge", challenge(verifier));
        body.put("nonce", nonce);
        String code = backend.post(idp(ben, ""), body).ok().text("authorization_code");
        return redeem(new Pending(client, code, verifier)).answer();
    }

    private Answer narrowed(Client client, String refreshToken, String scope) {
        Map<String, String> form = client.credentials();
        form.put("grant_type", "refresh_token");
        form.put("refresh_token", refreshToken);
        form.put("scope", scope);
        return form("/v1/oauth2/token", form).ok();
    }

    private Answer userInfo(String method, @Nullable String authorization) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(USER_INFO)).method(method, BodyPublishers.noBody());
        return send(authorization == null ? request : request.header("Authorization", authorization));
    }

    private static void challenged(Answer answer, int status, String error) {
        refusedAs(answer, status, error);
        assertThat(answer.response().headers().firstValue("WWW-Authenticate").orElse(""))
                .startsWith("Bearer ")
                .contains("error=\"" + error + "\"");
        assertThat(answer.body()).doesNotContainKey("sub");
    }

    /** RFC 6750 §3.1: if the request lacks authentication, "the resource server SHOULD NOT include an error code or other error information". */
    private static void unasked(Answer answer) {
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.response().headers().firstValue("WWW-Authenticate").orElse(""))
                .startsWith("Bearer")
                .doesNotContain("error");
        assertThat(answer.body()).doesNotContainKey("sub");
    }
}
