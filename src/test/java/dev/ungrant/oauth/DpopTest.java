package dev.ungrant.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.dpop.DPoPUtils;
import com.nimbusds.oauth2.sdk.token.DPoPAccessToken;
import dev.ungrant.OAuthTest;
import io.micronaut.core.annotation.Nullable;
import java.net.http.HttpRequest;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that are bound to a key of the app (RFC 9449). Rule B26: each field of a proof that is wrong has it refused. */
final class DpopTest extends OAuthTest {
    private static ECKey key;
    private static ECKey stranger;

    private Backend backend;
    private Map<String, Object> ben;

    @BeforeAll
    static void keys() throws JOSEException {
        key = new ECKeyGenerator(Curve.P_256).generate();
        stranger = new ECKeyGenerator(Curve.P_256).generate();
    }

    @BeforeEach
    void cast() {
        backend = b2b();
        ben = backend.member(backend.organization("Acme"), "ben@acme.example");
    }

    @ParameterizedTest
    @ValueSource(strings = {"opaque", "jwt"})
    void b26TokenIsBoundAndSaysSo(String format) throws Exception {
        Client client = app(backend, "third_party", Map.of("access_token_format", format));
        Connection bound = bound(client);
        assertThat(bound.answer().text("token_type")).isEqualTo("DPoP");
        Map<String, Object> confirmation = Map.of("jkt", key.computeThumbprint().toString());
        assertThat(introspect(client, bound.accessToken()).body()).containsEntry("cnf", confirmation);
        if (format.equals("jwt")) {
            assertThat(SignedJWT.parse(bound.accessToken()).getJWTClaimsSet().getClaim("cnf"))
                    .isEqualTo(confirmation);
        }
        assertThat(userInfo("DPoP", bound.accessToken(), atUserInfo(bound.accessToken(), claims -> {}))
                        .ok()
                        .text("sub"))
                .isEqualTo(ben.get("member_id"));
    }

    /** RFC 9449 §7.2: a bound token that is shown as a bearer token is refused, and one that is not bound is no DPoP token. */
    @Test
    void b26BoundTokenIsNoBearerToken() {
        Client client = app(backend, "third_party");
        Connection bound = bound(client);
        Connection plain = connect(backend, ben, client, "openid");
        challenged(userInfo("Bearer", bound.accessToken(), null), "Bearer", "invalid_token");
        challenged(
                userInfo("Bearer", bound.accessToken(), atUserInfo(bound.accessToken(), claims -> {})),
                "Bearer",
                "invalid_token");
        challenged(
                userInfo("DPoP", plain.accessToken(), atUserInfo(plain.accessToken(), claims -> {})),
                "DPoP",
                "invalid_token");
        challenged(userInfo("DPoP", bound.accessToken(), null), "DPoP", "invalid_dpop_proof");
    }

    @Test
    void b26EachFieldOfAProofIsChecked() throws Exception {
        String token = bound(app(backend, "third_party")).accessToken();
        Instant now = Instant.now();
        userInfo("DPoP", token, atUserInfo(token, claims -> {})).ok();
        wrong(token, atUserInfo(token, claims -> claims.claim("htm", "POST")));
        wrong(token, atUserInfo(token, claims -> claims.claim("htm", null)));
        wrong(token, atUserInfo(token, claims -> claims.claim("htu", base() + "/v1/oauth2/token")));
        wrong(token, atUserInfo(token, claims -> claims.claim("htu", "https://other.example/v1/oauth2/userinfo")));
        wrong(token, atUserInfo(token, claims -> claims.claim("htu", null)));
        wrong(token, atUserInfo(token, claims -> claims.jwtID(null)));
        wrong(token, atUserInfo(token, claims -> claims.issueTime(null)));
        wrong(token, atUserInfo(token, claims -> claims.issueTime(Date.from(now.minusSeconds(120)))));
        wrong(token, atUserInfo(token, claims -> claims.issueTime(Date.from(now.plusSeconds(120)))));
        wrong(token, atUserInfo(token, claims -> claims.claim("ath", null)));
        JWTClaimsSet good = claims("GET", "/v1/oauth2/userinfo", token, claims -> {});
        wrong(token, sign(good, key, key.toPublicJWK(), "jwt"));
        wrong(token, sign(good, key, null, "dpop+jwt"));
        wrong(token, sign(good, key, stranger.toPublicJWK(), "dpop+jwt"));
        wrong(token, "nonsense");
        wrong(token, new com.nimbusds.jwt.PlainJWT(good).serialize());
    }

    @Test
    void b26ProofOfAnotherKeyOrForAnotherTokenIsRefused() throws Exception {
        Client client = app(backend, "third_party");
        String token = bound(client).accessToken();
        JWTClaimsSet good = claims("GET", "/v1/oauth2/userinfo", token, claims -> {});
        challenged(
                userInfo("DPoP", token, sign(good, stranger, stranger.toPublicJWK(), "dpop+jwt")),
                "DPoP",
                "invalid_token");
        String another = bound(client).accessToken();
        challenged(userInfo("DPoP", token, atUserInfo(another, claims -> {})), "DPoP", "invalid_token");
    }

    /** RFC 9449 §11.1: what was seen once is refused, at the token endpoint too. */
    @Test
    void b26ProofCountsOnce() {
        Client client = app(backend, "third_party");
        String token = bound(client).accessToken();
        String proof = atUserInfo(token, claims -> {});
        userInfo("DPoP", token, proof).ok();
        wrong(token, proof);
        String atToken = atToken(claims -> {});
        redeem(consent(backend, ben, client, "openid"), atToken).ok();
        refusedAs(redeem(consent(backend, ben, client, "openid"), atToken), 400, "invalid_dpop_proof");
        refusedAs(
                send(request(client, consent(backend, ben, client, "openid"))
                        .header("DPoP", atToken(claims -> {}))
                        .header("DPoP", atToken(claims -> {}))),
                400,
                "invalid_dpop_proof");
    }

    /**
     * RFC 9449 §5: "To request an access token that is bound to a public key using DPoP, the client MUST provide a valid DPoP
     * proof JWT in a DPoP header when making an access token request to the authorization server's token endpoint."
     */
    @Test
    void b26AppThatMustProveItsKeyGetsNothingWithout() {
        Client client = app(backend, "third_party", Map.of("dpop_bound_access_tokens", true));
        Pending pending = consent(backend, ben, client, "openid", "offline_access");
        refusedAs(tryRedeem(pending), 400, "invalid_dpop_proof");
        refusedAs(
                redeem(pending, atToken(claims -> claims.claim("htu", base() + "/v1/oauth2/userinfo"))),
                400,
                "invalid_dpop_proof");
        Answer answer = redeem(pending, atToken(claims -> {})).ok();
        refusedAs(refresh(client, answer.text("refresh_token")), 400, "invalid_dpop_proof");
        refresh(client, answer.text("refresh_token"), atToken(claims -> {})).ok();
    }

    /** RFC 9449 §5: refresh tokens of public clients are bound to the key, those of confidential ones to the client. */
    @Test
    void b26RefreshTokenOfAPublicAppWantsTheSameKey() throws Exception {
        Client open = app(backend, "third_party_public");
        Connection bound = bound(open);
        refusedAs(refresh(bound), 400, "invalid_dpop_proof");
        refusedAs(refresh(open, bound.refreshToken(), ofAStranger()), 400, "invalid_dpop_proof");
        Answer second =
                refresh(open, bound.refreshToken(), atToken(claims -> {})).ok();
        assertThat(second.text("token_type")).isEqualTo("DPoP");
        refusedAs(refresh(open, second.text("refresh_token")), 400, "invalid_dpop_proof");
        refresh(open, second.text("refresh_token"), atToken(claims -> {})).ok();

        Client confidential = app(backend, "third_party");
        Connection other = bound(confidential);
        assertThat(refresh(other).ok().text("token_type")).isEqualTo("bearer");
        assertThat(refresh(confidential, other.refreshToken(), ofAStranger())
                        .ok()
                        .text("token_type"))
                .isEqualTo("DPoP");
    }

    /** RFC 9449 §10: a code whose request named a key is redeemed with that key only, and is not used up by a thief's try. */
    @Test
    void b26CodeThatIsForAKeyWantsThatKey() throws Exception {
        Client client = app(backend, "third_party");
        Pending pending = consent(backend, ben, client, "openid");
        bindCodes(uuid("organization", ben.get("organization_id")), key);
        refusedAs(tryRedeem(pending), 400, "invalid_dpop_proof");
        refusedAs(redeem(pending, ofAStranger()), 400, "invalid_dpop_proof");
        redeem(pending, atToken(claims -> {})).ok();
    }

    /** The address is the one that people use; a header cannot make it another. */
    @Test
    void b13ForwardedHeadersDoNotChangeTheAddressOfAProof() {
        Client client = app(backend, "third_party");
        String token = bound(client).accessToken();
        String proof = atUserInfo(token, claims -> claims.claim("htu", "https://evil.example/v1/oauth2/userinfo"));
        HttpRequest.Builder request = HttpRequest.newBuilder(uri("/v1/oauth2/userinfo"))
                .header("Authorization", "DPoP " + token)
                .header("DPoP", proof)
                .header("X-Forwarded-Host", "evil.example")
                .header("X-Forwarded-Proto", "https")
                .header("Forwarded", "host=evil.example;proto=https");
        challenged(send(request), "DPoP", "invalid_dpop_proof");
    }

    @Test
    void revokedGrantEndsBoundTokensToo() {
        Client client = app(backend, "third_party_public");
        Connection bound = bound(client);
        backend.post(revokeOf(ben, client), "{}").ok();
        challenged(
                userInfo("DPoP", bound.accessToken(), atUserInfo(bound.accessToken(), claims -> {})),
                "DPoP",
                "invalid_token");
        refusedAs(refresh(client, bound.refreshToken(), atToken(claims -> {})), 400, "invalid_grant");
    }

    /** What the authorization endpoint writes for a request with dpop_jkt. */
    private static void bindCodes(UUID tenantId, ECKey key) throws SQLException, JOSEException {
        try (java.sql.Connection database = database();
                PreparedStatement statement = database.prepareStatement(
                        "UPDATE authorization_codes SET dpop_key = ? WHERE tenant_id = UUID_TO_BIN(?)")) {
            statement.setBytes(1, key.computeThumbprint().decode());
            statement.setString(2, tenantId.toString());
            assertThat(statement.executeUpdate()).isEqualTo(1);
        }
    }

    private Connection bound(Client client) {
        Answer answer = redeem(consent(backend, ben, client, "openid", "offline_access"), atToken(claims -> {}))
                .ok();
        return new Connection(client, answer.text("access_token"), answer.text("refresh_token"), answer);
    }

    private Answer redeem(Pending pending, String proof) {
        return send(request(pending.client(), pending).header("DPoP", proof));
    }

    private HttpRequest.Builder request(Client client, Pending pending) {
        Map<String, String> form = client.credentials();
        form.put("grant_type", "authorization_code");
        form.put("code", pending.code());
        form.put("redirect_uri", REDIRECT);
        form.put("code_verifier", pending.verifier());
        return formRequest("/v1/oauth2/token", form);
    }

    private Answer refresh(Client client, String refreshToken, String proof) {
        Map<String, String> form = new HashMap<>(client.credentials());
        form.put("grant_type", "refresh_token");
        form.put("refresh_token", refreshToken);
        return send(formRequest("/v1/oauth2/token", form).header("DPoP", proof));
    }

    private Answer userInfo(String scheme, String token, @Nullable String proof) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri("/v1/oauth2/userinfo")).header("Authorization", scheme + ' ' + token);
        return send(proof == null ? request : request.header("DPoP", proof));
    }

    private void wrong(String token, String proof) {
        challenged(userInfo("DPoP", token, proof), "DPoP", "invalid_dpop_proof");
    }

    private static void challenged(Answer answer, String scheme, String error) {
        refusedAs(answer, 401, error);
        assertThat(answer.response().headers().firstValue("WWW-Authenticate").orElse(""))
                .startsWith(scheme + ' ')
                .contains("error=\"" + error + "\"");
        assertThat(answer.body()).doesNotContainKey("sub");
    }

    private String atToken(Consumer<JWTClaimsSet.Builder> change) {
        return sign(claims("POST", "/v1/oauth2/token", null, change), key, key.toPublicJWK(), "dpop+jwt");
    }

    private String ofAStranger() {
        return sign(
                claims("POST", "/v1/oauth2/token", null, claims -> {}), stranger, stranger.toPublicJWK(), "dpop+jwt");
    }

    private String atUserInfo(String token, Consumer<JWTClaimsSet.Builder> change) {
        return sign(claims("GET", "/v1/oauth2/userinfo", token, change), key, key.toPublicJWK(), "dpop+jwt");
    }

    private JWTClaimsSet claims(
            String method, String path, @Nullable String token, Consumer<JWTClaimsSet.Builder> change) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .jwtID(UUID.randomUUID().toString())
                .claim("htm", method)
                .claim("htu", base() + path)
                .issueTime(new Date());
        try {
            if (token != null) {
                claims.claim(
                        "ath",
                        DPoPUtils.computeSHA256(new DPoPAccessToken(token)).toString());
            }
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        change.accept(claims);
        return claims.build();
    }

    private static String sign(JWTClaimsSet claims, ECKey with, @Nullable JWK shown, String type) {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(new JOSEObjectType(type))
                        .jwk(shown)
                        .build(),
                claims);
        try {
            jwt.sign(new ECDSASigner(with));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return jwt.serialize();
    }

    private String base() {
        return server.getApplicationContext().getRequiredProperty("ungrant.base-url", String.class);
    }
}
