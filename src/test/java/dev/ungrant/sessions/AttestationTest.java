package dev.ungrant.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.ungrant.ApiTest;
import dev.ungrant.SdkPage;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Via;
import dev.ungrant.web.Problem;
import io.micronaut.context.annotation.Property;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose word counts about who somebody is, and about whom. */
@Property(name = "ungrant.fetching.loopback", value = "true")
final class AttestationTest extends ApiTest {
    private static final String ISSUER = "https://host.example";
    private static final String ATTEST = "/sdk/v1/b2b/sessions/attest";

    @Inject
    TrustedIssuers issuers;

    private Backend backend;
    private ProjectCaller operator;
    private Map<String, Object> acme;
    private Map<String, Object> globex;
    private Map<String, Object> ben;
    private SdkPage page;
    private ECKey key;
    private String profile;

    @BeforeEach
    void cast() throws JOSEException {
        backend = b2b();
        operator = new ProjectCaller(backend.project().projectId(), new Via(Via.Door.COMMAND, "request-id-test", ""));
        acme = backend.organization("Acme");
        globex = backend.organization("Globex");
        ben = person(acme, "ben@acme.example", "host|ben");
        page(backend, ben);
        page = anonymous(backend);
        key = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
        profile = trust("sub", "org", key);
    }

    private SdkPage anonymous(Backend project) {
        return SdkPage.of(this, project.project().publicToken(), null).with("Origin", "https://host.example");
    }

    private Map<String, Object> person(Map<String, Object> organization, String address, String externalId) {
        Map<String, Object> member = backend.member(organization, address);
        return backend.put(
                        "/v1/b2b/organizations/" + organization.get("organization_id") + "/members/"
                                + member.get("member_id"),
                        Map.of("external_id", externalId))
                .ok()
                .object("member");
    }

    private String trust(String personClaim, String organizationClaim, ECKey by) {
        return issuers.add(
                        operator,
                        ISSUER,
                        "ungrant",
                        personClaim,
                        organizationClaim,
                        new JWKSet(by.toPublicJWK()).toString(),
                        null)
                .wireId();
    }

    private JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience("ungrant")
                .subject("host|ben")
                .claim("org", acme.get("organization_id"))
                .issueTime(new Date())
                .expirationTime(Date.from(Instant.now().plusSeconds(300)));
    }

    private static String signed(JWTClaimsSet claims, ECKey by) {
        try {
            return signed(claims, JWSAlgorithm.ES256, by.getKeyID(), new ECDSASigner(by));
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static String signed(JWTClaimsSet claims, JWSAlgorithm algorithm, String keyId, JWSSigner signer)
            throws JOSEException {
        SignedJWT jwt =
                new SignedJWT(new JWSHeader.Builder(algorithm).keyID(keyId).build(), claims);
        jwt.sign(signer);
        return jwt.serialize();
    }

    private Answer attest(String token) {
        return attest(profile, token, null);
    }

    private Answer attest(String profileId, String token, Object organization) {
        Map<String, Object> body = new HashMap<>(Map.of("profile_id", profileId, "token", token));
        body.put("organization_id", organization);
        return page.post(ATTEST, body);
    }

    @Test
    void hostSaysWhoItIs() {
        Answer answer = page.post(
                        ATTEST,
                        Map.of(
                                "profile_id",
                                profile,
                                "token",
                                signed(claims().build(), key),
                                "session_duration_minutes",
                                15))
                .ok();
        assertThat(answer.text("member_id")).isEqualTo(ben.get("member_id"));
        Answer known = backend.post(
                        "/v1/b2b/sessions/authenticate", Map.of("session_token", answer.text("session_token")))
                .ok();
        assertThat(json.write(known.object("member_session")))
                .contains("\"type\":\"trusted_auth_token\"", "\"delivery_method\":\"trusted_token_exchange\"");
        for (Object organization : new Object[] {"acme", acme.get("organization_slug")}) {
            attest(signed(claims().claim("org", organization).build(), key)).ok();
        }
        attest(profile, signed(claims().claim("org", "acme").build(), key), acme.get("organization_id"))
                .ok();
        attest(profile, signed(claims().claim("org", null).build(), key), acme.get("organization_id"))
                .ok();
    }

    @Test
    void nobodyElsesWordCounts() throws JOSEException {
        ECKey forged = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
        JWTClaimsSet claims = claims().build();
        Date past = Date.from(Instant.now().minusSeconds(120));
        for (String token : new String[] {
            signed(claims, forged),
            signed(claims().issuer("https://evil.example").build(), key),
            signed(claims().audience("somebody-else").build(), key),
            signed(claims().expirationTime(past).build(), key),
            signed(claims().expirationTime(null).build(), key),
            signed(
                    claims().notBeforeTime(Date.from(Instant.now().plusSeconds(120)))
                            .build(),
                    key),
            signed(claims().subject(null).build(), key),
            signed(claims().subject("host|nobody").build(), key),
            signed(claims().claim("org", "nowhere").build(), key),
            new PlainJWT(claims).serialize(),
            signed(
                    claims,
                    JWSAlgorithm.HS256,
                    "k1",
                    new MACSigner(key.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8))),
            "nonsense",
            "a.b.c"
        }) {
            attest(token).refused(401, "invalid_trusted_auth_token");
        }
        attest(signed(claims().claim("org", null).build(), key)).refused(400, "token_missing_organization_id_claim");
        attest("trusted-token-profile-test-00000000-0000-0000-0000-000000000000", signed(claims, key), null)
                .refused(404, "trusted_token_profile_not_found");
    }

    /** The same external id is somebody else in another organization, and the page cannot choose against the token. */
    @Test
    void tokenForOneOrganizationIsNoneForAnother() {
        Map<String, Object> other = person(globex, "ben@globex.example", "host|ben");
        String forAcme = signed(claims().build(), key);
        assertThat(attest(forAcme).ok().text("member_id")).isEqualTo(ben.get("member_id"));
        attest(profile, forAcme, globex.get("organization_id")).refused(401, "invalid_trusted_auth_token");
        assertThat(attest(signed(
                                claims().claim("org", globex.get("organization_id"))
                                        .build(),
                                key))
                        .ok()
                        .text("member_id"))
                .isEqualTo(other.get("member_id"));
    }

    @Test
    void profileOfAnotherProjectIsUnknown() {
        Backend stranger = b2b();
        Map<String, Object> sam = stranger.member(stranger.organization("Strangers"), "sam@strangers.example");
        page(stranger, sam);
        anonymous(stranger)
                .post(ATTEST, Map.of("profile_id", profile, "token", signed(claims().build(), key)))
                .refused(404, "trusted_token_profile_not_found");
        issuers.remove(operator, issuers.find(backend.project().projectId(), profile));
        attest(signed(claims().build(), key)).refused(404, "trusted_token_profile_not_found");
    }

    @Test
    void addressCountsWhenTheHostHasVerifiedIt() {
        String byMail = trust("email", "org", key);
        JWTClaimsSet.Builder claims = claims().subject("x").claim("email", "BEN@acme.example");
        attest(byMail, signed(claims.build(), key), null).refused(401, "invalid_trusted_auth_token");
        attest(byMail, signed(claims.claim("email_verified", "true").build(), key), null)
                .refused(401, "invalid_trusted_auth_token");
        assertThat(attest(byMail, signed(claims.claim("email_verified", true).build(), key), null)
                        .ok()
                        .text("member_id"))
                .isEqualTo(ben.get("member_id"));
    }

    @Test
    void whoIsDeactivatedDoesNotGetIn() {
        backend.delete("/v1/b2b/organizations/" + acme.get("organization_id") + "/members/" + ben.get("member_id"))
                .ok();
        attest(signed(claims().build(), key)).refused(401, "invalid_trusted_auth_token");
    }

    @Test
    void usersAreSignedInToo() {
        Backend shop = consumer();
        Map<String, Object> uma = shop.user("uma@shop.example");
        shop.put("/v1/users/" + uma.get("user_id"), Map.of("external_id", "host|uma"))
                .ok();
        page(shop, uma);
        ProjectCaller shopkeeper = new ProjectCaller(shop.project().projectId(), operator.via());
        String theirs = issuers.add(
                        shopkeeper, ISSUER, "ungrant", "sub", null, new JWKSet(key.toPublicJWK()).toString(), null)
                .wireId();
        assertThat(anonymous(shop)
                        .post(
                                "/sdk/v1/sessions/attest",
                                Map.of(
                                        "profile_id",
                                        theirs,
                                        "token",
                                        signed(claims().subject("host|uma").build(), key)))
                        .ok()
                        .text("user_id"))
                .isEqualTo(uma.get("user_id"));
    }

    @Test
    void keysThatAreNoPublicKeysAreRefused() throws JOSEException {
        for (String keys : new String[] {
            new JWKSet(key).toString(false),
            new JWKSet(new OctetSequenceKeyGenerator(256).generate()).toString(false),
            "{\"keys\":[]}",
            "nonsense"
        }) {
            Assertions.assertThatThrownBy(() -> issuers.add(operator, ISSUER, "ungrant", "sub", null, keys, null))
                    .isInstanceOf(Problem.class);
        }
    }

    /** Fetched once, kept, and fetched again when a new key shows up, but not for each token that nobody signed. */
    @Test
    void keysAreFetchedAndRenewed() throws IOException, JOSEException, SQLException {
        AtomicReference<String> published = new AtomicReference<>(new JWKSet(key.toPublicJWK()).toString());
        AtomicInteger asked = new AtomicInteger();
        HttpServer host = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        host.createContext("/", exchange -> {
            asked.incrementAndGet();
            byte[] body = published.get().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        host.start();
        try {
            String url = "http://127.0.0.1:" + host.getAddress().getPort() + "/jwks.json";
            String fetched = issuers.add(operator, ISSUER, "ungrant", "sub", "org", null, url)
                    .wireId();
            attest(fetched, signed(claims().build(), key), null).ok();
            attest(fetched, signed(claims().build(), key), null).ok();
            assertThat(asked).hasValue(1);

            ECKey next = new ECKeyGenerator(Curve.P_256).keyID("k2").generate();
            for (int i = 0; i < 5; i++) {
                attest(fetched, signed(claims().build(), next), null).refused(401, "invalid_trusted_auth_token");
            }
            assertThat(asked).as("once a minute at most").hasValue(1);
            aMinuteLater();
            published.set(new JWKSet(next.toPublicJWK()).toString());
            attest(fetched, signed(claims().build(), next), null).ok();
            assertThat(asked).hasValue(2);
            attest(fetched, signed(claims().build(), key), null).refused(401, "invalid_trusted_auth_token");
        } finally {
            host.stop(0);
        }
    }

    private void aMinuteLater() throws SQLException {
        try (Connection connection = database();
                PreparedStatement statement = connection.prepareStatement(
                        "UPDATE trusted_issuers SET tried_at = tried_at - INTERVAL 2 MINUTE WHERE project_id = UUID_TO_BIN(?)")) {
            statement.setString(1, backend.project().projectId().toString());
            statement.executeUpdate();
        }
    }
}
