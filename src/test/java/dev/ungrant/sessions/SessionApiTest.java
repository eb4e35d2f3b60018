package dev.ungrant.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.ungrant.ApiTest;
import dev.ungrant.secrets.SigningKeys;
import jakarta.inject.Inject;
import java.net.http.HttpRequest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionApiTest extends ApiTest {
    private static final String AUTHENTICATE = "/v1/b2b/sessions/authenticate";
    private static final String REVOKE = "/v1/b2b/sessions/revoke";

    @Inject
    SigningKeys keys;

    private Backend backend;
    private Map<String, Object> acme;
    private Map<String, Object> ben;

    @BeforeEach
    void makeMember() {
        backend = b2b();
        acme = backend.organization("Acme");
        ben = backend.member(acme, "ben@acme.example");
    }

    @Test
    void memberSessionIsAuthenticatedWithEveryFieldOfTheContract() {
        String token = begin(backend.project(), ben).token().reveal();

        Answer answer = backend.post(AUTHENTICATE, Map.of("session_token", token, "session_custom_claims", Map.of()))
                .ok();

        assertThat(answer.body())
                .containsOnlyKeys(
                        "request_id",
                        "status_code",
                        "member_session",
                        "session_token",
                        "session_jwt",
                        "member",
                        "organization");
        assertThat(answer.text("session_token")).isEqualTo(token);
        assertThat(answer.object("member")).isEqualTo(ben);
        assertThat(answer.object("organization")).isEqualTo(acme);
        assertThat(answer.object("member_session"))
                .containsOnlyKeys(
                        "member_session_id",
                        "member_id",
                        "organization_id",
                        "organization_slug",
                        "started_at",
                        "last_accessed_at",
                        "expires_at",
                        "authentication_factors",
                        "roles",
                        "custom_claims")
                .containsEntry("member_id", ben.get("member_id"))
                .containsEntry("organization_id", acme.get("organization_id"))
                .containsEntry("organization_slug", "acme")
                .containsEntry("roles", List.of("stytch_member"))
                .containsEntry("custom_claims", Map.of());
        assertThat(answer.object("member_session").get("authentication_factors").toString())
                .contains("type=magic_link", "delivery_method=email");
    }

    @Test
    void jwtHoldsTheClaimsOfTheContractAndTheKeysCheckIt() throws Exception {
        Sessions.Begun begun = begin(backend.project(), ben);
        Answer answer = backend.post(
                        AUTHENTICATE,
                        Map.of(
                                "session_token", begun.token().reveal(),
                                "session_duration_minutes", 120,
                                "session_custom_claims", Map.of("tier", "gold")))
                .ok();
        assertThat(answer.object("member_session")).containsEntry("custom_claims", Map.of("tier", "gold"));
        assertThat(Duration.between(Instant.now(), Instant.parse((String)
                        answer.object("member_session").get("expires_at"))))
                .isBetween(Duration.ofMinutes(119), Duration.ofMinutes(121));

        Answer jwks = send(HttpRequest.newBuilder(
                                uri("/v1/b2b/sessions/jwks/" + backend.project().wireId()))
                        .header("Accept", "text/html, image/gif, image/jpeg"))
                .ok();
        assertThat(jwks.response().headers().firstValue("Cache-Control")).contains("public, max-age=900");
        assertThat(jwks.objects("keys").getFirst())
                .containsKeys("kty", "use", "key_ops", "alg", "kid", "x5c", "x5tS256", "x5t#S256", "n", "e")
                .doesNotContainKeys("d", "p", "q");

        SignedJWT jwt = SignedJWT.parse(answer.text("session_jwt"));
        assertThat(jwt.getHeader().getType().toString()).isEqualTo("JWT");
        RSAKey key = (RSAKey) JWKSet.parse(jwks.response().body())
                .getKeyByKeyId(jwt.getHeader().getKeyID());
        assertThat(jwt.verify(new RSASSAVerifier(key))).isTrue();
        assertThat(jwt.getJWTClaimsSet().getAudience())
                .containsExactly(backend.project().wireId());
        assertThat(jwt.getJWTClaimsSet().getSubject()).isEqualTo(ben.get("member_id"));
        assertThat(jwt.getJWTClaimsSet().getStringClaim("tier")).isEqualTo("gold");
        assertThat(jwt.getJWTClaimsSet().getJSONObjectClaim("https://stytch.com/organization"))
                .containsEntry("organization_id", acme.get("organization_id"))
                .containsEntry("slug", "acme");
        assertThat(jwt.getJWTClaimsSet().getJSONObjectClaim("https://stytch.com/session"))
                .containsKeys("id", "started_at", "last_accessed_at", "expires_at", "authentication_factors", "roles");

        Answer byJwt = backend.post(
                        AUTHENTICATE,
                        Map.of(
                                "session_jwt", answer.text("session_jwt"),
                                "session_custom_claims", Collections.singletonMap("tier", null)))
                .ok();
        assertThat(byJwt.text("session_token")).isEmpty();
        assertThat(byJwt.object("member_session")).containsEntry("custom_claims", Map.of());

        send(HttpRequest.newBuilder(uri("/v1/b2b/sessions/jwks/project-test-" + UUID.randomUUID())))
                .refused(404, "project_not_found");
    }

    @Test
    void expiredJwtIsTakenWhileItsSessionLivesButNotAsAHeader() throws Exception {
        Sessions.Begun begun = begin(backend.project(), ben);
        JWTClaimsSet claims = SignedJWT.parse(sessions.jwt(begun.session())).getJWTClaimsSet();
        String old = keys.sign(new JWTClaimsSet.Builder(claims)
                .expirationTime(Date.from(Instant.now().minusSeconds(3600)))
                .build());

        assertThat(backend.post(AUTHENTICATE, Map.of("session_jwt", old)).ok().object("member"))
                .isEqualTo(ben);
        backend.withSession(null, old).get("/v1/b2b/organizations/acme").refused(401, "jwt_invalid_claims");
        backend.post(REVOKE, Map.of("session_jwt", old)).ok();
        backend.post(AUTHENTICATE, Map.of("session_jwt", old)).refused(404, "session_not_found");
    }

    @Test
    void wrongArgumentsAreRefused() {
        Sessions.Begun begun = begin(backend.project(), ben);
        String token = begun.token().reveal();
        backend.post(AUTHENTICATE, Map.of()).refused(400, "no_session_arguments");
        backend.post(AUTHENTICATE, Map.of("session_token", token, "session_jwt", sessions.jwt(begun.session())))
                .refused(400, "too_many_session_arguments");
        for (int minutes : new int[] {0, 4, 527_041}) {
            backend.post(AUTHENTICATE, Map.of("session_token", token, "session_duration_minutes", minutes))
                    .refused(400, "invalid_session_duration");
        }
        backend.post(AUTHENTICATE, Map.of("session_token", token, "session_duration_minutes", "60"))
                .refused(400, "bad_request");
        for (String reserved : List.of("sub", "aud", "https://stytch.com/organization")) {
            backend.post(AUTHENTICATE, Map.of("session_token", token, "session_custom_claims", Map.of(reserved, "x")))
                    .refused(400, "bad_request");
        }
        backend.post(
                        AUTHENTICATE,
                        Map.of("session_token", token, "session_custom_claims", Map.of("x", "y".repeat(5000))))
                .refused(400, "bad_request");
        backend.post(AUTHENTICATE, Map.of("session_token", "nonsense")).refused(404, "session_not_found");
        backend.post(AUTHENTICATE, Map.of("session_jwt", "a.b.c")).refused(401, "unable_to_parse_session_jwt");
        b2b().post(AUTHENTICATE, Map.of("session_token", token)).refused(404, "session_not_found");
        b2b().post(AUTHENTICATE, Map.of("session_jwt", sessions.jwt(begun.session())))
                .refused(401, "jwt_invalid_audience");
    }

    @Test
    void permissionIsCheckedAgainstTheRolesOfNow() {
        String token = begin(backend.project(), ben).token().reveal();
        Map<String, Object> self = check(acme, "stytch.self", "revoke.connected-app");
        Map<String, Object> other = check(acme, "stytch.member", "revoke.connected-app");

        assertThat(authenticate(token, self).ok().object("verdict"))
                .isEqualTo(Map.of("authorized", true, "granting_roles", List.of("stytch_member")));
        authenticate(token, other).refused(403, "session_authorization_error");
        authenticate(token, check(acme, "documents", "read")).refused(403, "session_authorization_error");
        authenticate(token, check(backend.organization("Globex"), "stytch.self", "delete"))
                .refused(403, "session_authorization_tenancy_error");
        authenticate(token, Map.of("resource_id", "stytch.self", "action", "delete"))
                .refused(400, "bad_request");

        backend.put(
                        "/v1/b2b/organizations/acme/members/" + ben.get("member_id"),
                        Map.of("roles", List.of("stytch_admin")))
                .ok();
        assertThat(authenticate(token, other).ok().object("verdict"))
                .isEqualTo(Map.of("authorized", true, "granting_roles", List.of("stytch_admin")));
    }

    @Test
    void endedAndExpiredSessionsAreNotFoundAndRevokingAgainChangesNothing() throws SQLException {
        Sessions.Begun first = begin(backend.project(), ben);
        Sessions.Begun second = begin(backend.project(), ben);
        Sessions.Begun third = begin(backend.project(), ben);
        String list = "/v1/b2b/sessions?organization_id=acme&member_id=" + ben.get("member_id");
        assertThat(backend.get(list).ok().list("member_sessions")).hasSize(3);

        for (int time = 0; time < 2; time++) {
            assertThat(backend.post(REVOKE, Map.of("member_session_id", wireId(first)))
                            .ok()
                            .body())
                    .containsOnlyKeys("request_id", "status_code");
            backend.post(REVOKE, Map.of("session_token", second.token().reveal()))
                    .ok();
        }
        backend.post(AUTHENTICATE, Map.of("session_token", first.token().reveal()))
                .refused(404, "session_not_found");
        backend.post(AUTHENTICATE, Map.of("session_jwt", sessions.jwt(second.session())))
                .refused(404, "session_not_found");
        assertThat(backend.get(list).ok().objects("member_sessions"))
                .extracting(session -> session.get("member_session_id"))
                .containsExactly(wireId(third));

        backend.post(REVOKE, Map.of("session_jwt", sessions.jwt(third.session())))
                .ok();
        backend.post(AUTHENTICATE, Map.of("session_token", third.token().reveal()))
                .refused(404, "session_not_found");

        Sessions.Begun fourth = begin(backend.project(), ben);
        expire(fourth);
        backend.post(AUTHENTICATE, Map.of("session_token", fourth.token().reveal()))
                .refused(404, "session_not_found");

        backend.post(REVOKE, Map.of()).refused(400, "no_session_revoke_arguments");
        backend.post(REVOKE, Map.of("session_token", "x", "member_id", "y"))
                .refused(400, "too_many_session_revoke_arguments");
        backend.post(REVOKE, Map.of("member_session_id", "session-test-" + UUID.randomUUID()))
                .refused(404, "session_not_found");
        backend.post(REVOKE, Map.of("member_id", "member-test-" + UUID.randomUUID()))
                .refused(404, "member_not_found");
        b2b().post(REVOKE, Map.of("member_session_id", wireId(first))).refused(404, "session_not_found");
        backend.get("/v1/b2b/sessions?organization_id=acme").refused(400, "bad_request");
    }

    @Test
    void memberRevokesOwnSessionsAndAnAdminEverybodysInTheOrganization() {
        Map<String, Object> ada = backend.member(acme, "ada@acme.example", "stytch_admin");
        Map<String, Object> gil = backend.member(backend.organization("Globex"), "gil@globex.example", "stytch_admin");
        Sessions.Begun adas = begin(backend.project(), ada);
        Backend asAda = backend.withSession(adas.token().reveal(), null);
        Backend asGil = backend.as(gil);
        Sessions.Begun bens = begin(backend.project(), ben);
        Backend asBen = backend.withSession(bens.token().reveal(), null);

        asBen.post(REVOKE, Map.of("member_session_id", wireId(adas))).refused(403, "session_authorization_error");
        asBen.post(REVOKE, Map.of("member_id", ada.get("member_id"))).refused(403, "session_authorization_error");
        asGil.post(REVOKE, Map.of("member_session_id", wireId(bens)))
                .refused(403, "session_authorization_tenancy_error");
        asGil.post(REVOKE, Map.of("member_id", ben.get("member_id")))
                .refused(403, "session_authorization_tenancy_error");

        Sessions.Begun another = begin(backend.project(), ben);
        asBen.post(REVOKE, Map.of("member_session_id", wireId(another))).ok();
        asAda.post(REVOKE, Map.of("member_id", ben.get("member_id"))).ok();
        asBen.post(REVOKE, Map.of("member_session_id", wireId(bens))).refused(404, "session_not_found");
        asAda.post(REVOKE, Map.of("member_id", ada.get("member_id"))).ok();
        backend.post(AUTHENTICATE, Map.of("session_token", adas.token().reveal()))
                .refused(404, "session_not_found");
    }

    @Test
    void consumerSessionsAreTheTwin() throws Exception {
        Backend consumer = consumer();
        Map<String, Object> uma = consumer.user("uma@people.example");
        Sessions.Begun begun = begin(consumer.project(), uma);
        String token = begun.token().reveal();

        Answer answer = consumer.post(
                        "/v1/sessions/authenticate",
                        Map.of(
                                "session_token",
                                token,
                                "authorization_check",
                                Map.of("resource_id", "stytch.self", "action", "delete")))
                .ok();
        assertThat(answer.body())
                .containsOnlyKeys(
                        "request_id", "status_code", "session", "session_token", "session_jwt", "user", "verdict");
        assertThat(answer.object("user")).isEqualTo(uma);
        assertThat(answer.object("session"))
                .containsOnlyKeys(
                        "session_id",
                        "user_id",
                        "started_at",
                        "last_accessed_at",
                        "expires_at",
                        "authentication_factors",
                        "roles",
                        "attributes",
                        "custom_claims")
                .containsEntry("user_id", uma.get("user_id"))
                .containsEntry("roles", List.of("stytch_user"));
        assertThat(SignedJWT.parse(answer.text("session_jwt")).getJWTClaimsSet().getSubject())
                .isEqualTo(uma.get("user_id"));
        consumer.post(
                        "/v1/sessions/authenticate",
                        Map.of(
                                "session_token",
                                token,
                                "authorization_check",
                                Map.of("resource_id", "documents", "action", "read")))
                .refused(403, "consumer_session_authorization_error");
        consumer.post("/v1/sessions/authenticate", Map.of("session_jwt", answer.text("session_jwt")))
                .ok();

        assertThat(consumer.get("/v1/sessions?user_id=" + uma.get("user_id"))
                        .ok()
                        .list("sessions"))
                .hasSize(1);
        consumer.get("/v1/sessions?user_id=nobody").refused(404, "user_not_found");
        send(HttpRequest.newBuilder(
                        uri("/v1/sessions/jwks/" + consumer.project().wireId())))
                .ok();

        consumer.post(
                        "/v1/sessions/revoke",
                        Map.of("session_id", answer.object("session").get("session_id")))
                .ok();
        consumer.post("/v1/sessions/revoke", Map.of("session_token", token)).ok();
        consumer.post("/v1/sessions/revoke", Map.of()).refused(400, "no_session_revoke_arguments");
        consumer.post("/v1/sessions/authenticate", Map.of("session_token", token))
                .refused(404, "session_not_found");
        assertThat(consumer.get("/v1/sessions?user_id=" + uma.get("user_id"))
                        .ok()
                        .list("sessions"))
                .isEmpty();
    }

    private Answer authenticate(String token, Map<String, Object> check) {
        return backend.post(AUTHENTICATE, Map.of("session_token", token, "authorization_check", check));
    }

    private static Map<String, Object> check(Map<String, Object> organization, String resource, String action) {
        return Map.of(
                "organization_id", organization.get("organization_id"), "resource_id", resource, "action", action);
    }

    private static String wireId(Sessions.Begun begun) {
        return "session-test-" + begun.session().sessionId();
    }

    private static void expire(Sessions.Begun begun) throws SQLException {
        try (Connection connection = database();
                PreparedStatement statement = connection.prepareStatement(
                        "UPDATE sessions SET expires_at = UTC_TIMESTAMP(6) WHERE session_id = UUID_TO_BIN(?)")) {
            statement.setString(1, begun.session().sessionId().toString());
            assertThat(statement.executeUpdate()).isEqualTo(1);
        }
    }
}
