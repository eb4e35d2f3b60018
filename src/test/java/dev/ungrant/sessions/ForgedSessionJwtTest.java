package dev.ungrant.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.ungrant.OAuthTest;
import dev.ungrant.secrets.SigningKeys;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** O14: session JWTs that are not what they say. Each is offered at every place that takes one. */
final class ForgedSessionJwtTest extends OAuthTest {
    private static final String REFUSED = "unable_to_parse_session_jwt";

    @Inject
    SigningKeys keys;

    private Backend backend;
    private Map<String, Object> ben;
    private SignedJWT real;
    private JWTClaimsSet claims;
    private RSAKey published;
    private RSAKey attackers;

    @BeforeEach
    void cast() throws Exception {
        backend = b2b();
        ben = backend.member(backend.organization("Acme"), "ben@acme.example", "stytch_admin");
        real = SignedJWT.parse(sessions.jwt(begin(backend.project(), ben).session()));
        claims = real.getJWTClaimsSet();
        published = RSAKey.parse(keys.jwks().stream()
                .filter(jwk -> jwk.get("kid").equals(real.getHeader().getKeyID()))
                .findFirst()
                .orElseThrow());
        attackers = new RSAKeyGenerator(2048).keyID("attacker").generate();
    }

    @Test
    void realOneIsTaken() {
        offer(real.serialize(), null);
    }

    @Test
    void unsignedOnesAreRefused() throws ParseException {
        offer(new PlainJWT(claims).serialize(), REFUSED);
        for (String algorithm : List.of("none", "None", "nOnE", "")) {
            String header = encode("{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\",\"kid\":\"" + kid() + "\"}");
            for (String signature : List.of("", real.getSignature().toString())) {
                offer(header + '.' + real.getPayload().toBase64URL() + '.' + signature, REFUSED);
            }
        }
        offer(real.getHeader().toBase64URL() + "." + real.getPayload().toBase64URL() + ".", REFUSED);
    }

    @Test
    void publicKeyIsNoSharedSecret() throws JOSEException {
        for (byte[] secret : List.of(
                published.toRSAPublicKey().getEncoded(),
                published.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8),
                published.getModulus().toString().getBytes(StandardCharsets.UTF_8),
                pem().getBytes(StandardCharsets.US_ASCII))) {
            SignedJWT forged = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(kid()).build(), claims);
            forged.sign(new MACSigner(secret));
            offer(forged.serialize(), REFUSED);
        }
    }

    @Test
    void keysThatTheTokenItselfBringsAreNotLookedAt() throws Exception {
        List<JWSHeader> headers = new ArrayList<>();
        headers.add(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(kid()).build());
        headers.add(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("attacker").build());
        headers.add(new JWSHeader.Builder(JWSAlgorithm.RS256).build());
        for (String kid : List.of("../../../../dev/null", "' OR '1'='1", "jwk-test-" + UUID.randomUUID(), "")) {
            headers.add(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(kid).build());
        }
        headers.add(new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID(kid())
                .jwk(attackers.toPublicJWK())
                .build());
        headers.add(new JWSHeader.Builder(JWSAlgorithm.RS256)
                .jwk(attackers.toPublicJWK())
                .build());
        headers.add(new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID("attacker")
                .jwkURL(server.getURI().resolve("/health"))
                .build());
        headers.add(new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID(kid())
                .x509CertURL(URI.create("http://127.0.0.1:9/x"))
                .build());
        headers.add(new JWSHeader.Builder(JWSAlgorithm.PS256).keyID(kid()).build());
        headers.add(new JWSHeader.Builder(JWSAlgorithm.RS512).keyID(kid()).build());
        for (JWSHeader header : headers) {
            SignedJWT forged = new SignedJWT(header, claims);
            forged.sign(new RSASSASigner(attackers));
            offer(forged.serialize(), REFUSED);
        }
    }

    @Test
    void changedOnesAreRefused() {
        String[] parts = real.serialize().split("\\.");
        String admin =
                encode(claims.toString().replace(ben.get("member_id").toString(), "member-test-" + UUID.randomUUID()));
        offer(parts[0] + '.' + admin + '.' + parts[2], REFUSED);
        offer(parts[0] + '.' + parts[1] + '.' + parts[2].substring(2), REFUSED);
        offer(parts[0] + '.' + parts[1], REFUSED);
        offer(real.serialize() + ".x", REFUSED);
        offer("..", REFUSED);
        offer("x", REFUSED);
    }

    /** What only our own keys could make, but which is not for here. */
    @Test
    void otherThingsThatOurKeysSignedAreRefused() {
        JWTClaimsSet.Builder changed = new JWTClaimsSet.Builder(claims);
        String project = claims.getAudience().getFirst();
        offer(keys.sign(changed.audience("project-test-" + UUID.randomUUID()).build()), "jwt_invalid_audience");
        offer(keys.sign(changed.audience(List.of(project, "another")).build()), "jwt_invalid_audience");
        offer(keys.sign(changed.audience((String) null).build()), "jwt_invalid_audience");
        offer(
                keys.sign(new JWTClaimsSet.Builder()
                        .audience(project)
                        .expirationTime(soon())
                        .build()),
                REFUSED);
        for (Object id : List.of("nonsense", 7, "member-test-" + UUID.randomUUID(), List.of())) {
            Map<String, Object> session = new HashMap<>(Map.of("id", id));
            offer(
                    keys.sign(new JWTClaimsSet.Builder(claims)
                            .claim(SessionJwts.SESSION_CLAIM, session)
                            .build()),
                    REFUSED);
        }
        offer(
                keys.sign(new JWTClaimsSet.Builder(claims)
                        .claim(SessionJwts.SESSION_CLAIM, Map.of())
                        .build()),
                null,
                401,
                404);
        offer(
                keys.sign(new JWTClaimsSet.Builder(claims)
                        .claim(SessionJwts.SESSION_CLAIM, "text")
                        .build()),
                REFUSED);
        offer(
                keys.sign(new JWTClaimsSet.Builder(claims)
                        .claim(SessionJwts.ORGANIZATION_CLAIM, null)
                        .build()),
                null,
                404);
        Connection app =
                connect(backend, ben, app(backend, "third_party", Map.of("access_token_format", "jwt")), "openid");
        offer(app.accessToken(), null, 401);
        offer(app.answer().text("id_token"), null, 401);
        // And the other way round: a session is no access token.
        assertThat(isActive(app.client(), real.serialize())).isFalse();
        assertThat(isActive(app.client(), app.answer().text("id_token"))).isFalse();
    }

    @Test
    void expiredOneActsNoMore() {
        String old = keys.sign(new JWTClaimsSet.Builder(claims)
                .expirationTime(Date.from(Instant.now().minusSeconds(1)))
                .build());
        backend.withSession(null, old).get(appsOf(ben)).refused(401, "jwt_invalid_claims");
        String endless =
                keys.sign(new JWTClaimsSet.Builder(claims).expirationTime(null).build());
        backend.withSession(null, endless).get(appsOf(ben)).refused(401, "jwt_invalid_claims");
        // Only to ask for a fresh one it may be used, as long as its session lives (contract §6.2).
        backend.post("/v1/b2b/sessions/authenticate", Map.of("session_jwt", old))
                .ok();
        backend.post("/v1/b2b/sessions/revoke", Map.of("member_id", ben.get("member_id")))
                .ok();
        backend.post("/v1/b2b/sessions/authenticate", Map.of("session_jwt", old))
                .refused(404, "session_not_found");
        backend.withSession(null, real.serialize()).get(appsOf(ben)).refused(404, "session_not_found");
    }

    /** Another project's session, with a JWT and with a token. */
    @Test
    void sessionOfAnotherProjectIsRefused() {
        Backend other = b2b();
        Map<String, Object> theirs = other.member(other.organization("Acme"), "ben@acme.example");
        var session = begin(other.project(), theirs);
        offer(sessions.jwt(session.session()), "jwt_invalid_audience");
        backend.withSession(session.token().reveal(), null).get(appsOf(ben)).refused(404, "session_not_found");
    }

    /** @param errorType null: it is taken */
    private void offer(String jwt, String errorType) {
        offer(jwt, errorType, errorType == null ? 200 : 401);
    }

    private void offer(String jwt, String errorType, Integer... statuses) {
        for (Answer answer : List.of(
                backend.withSession(null, jwt).get(appsOf(ben)),
                backend.post("/v1/b2b/sessions/authenticate", Map.of("session_jwt", jwt)))) {
            assertThat(answer.status()).as("%s: %s", jwt, answer.body()).isIn((Object[]) statuses);
            if (errorType != null) {
                answer.refused(401, errorType);
            }
        }
    }

    private String kid() {
        return real.getHeader().getKeyID();
    }

    private String pem() throws JOSEException {
        return "-----BEGIN PUBLIC KEY-----\n"
                + java.util.Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(published.toRSAPublicKey().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    private static Date soon() {
        return Date.from(Instant.now().plusSeconds(60));
    }

    private static String encode(String text) {
        return Base64URL.encode(text).toString();
    }
}
