package dev.ungrant.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.ungrant.OAuthTest;
import java.net.http.HttpRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where a token may be used (RFC 8707), and who may ask about it (RFC 7662, RFC 9701). Rules B8, B20, B24 and B32. */
final class ResourceTest extends OAuthTest {
    private static final String FILES = "https://files.example/mcp";
    private static final String NOTES = "https://notes.example/mcp";

    private Backend backend;
    private Map<String, Object> ben;
    private Client client;

    @BeforeEach
    void cast() {
        backend = b2b();
        ben = backend.member(backend.organization("Acme"), "ben@acme.example");
        client = app(backend, "third_party_public");
    }

    /** RFC 8707 §2.2: fewer than were granted, never others; a refresh may ask for the rest again. */
    @Test
    void b24TokenIsForTheResourcesAskedForAndNoneThatWereNotGranted() {
        Answer first = redeem(granted(FILES, NOTES), "resource", FILES).ok();
        assertThat(audience(first)).containsExactly(backend.project().wireId(), FILES);
        Answer second = refresh(first.text("refresh_token"), "resource", NOTES).ok();
        assertThat(audience(second)).containsExactly(backend.project().wireId(), NOTES);
        Answer third = refresh(second.text("refresh_token")).ok();
        assertThat(audience(third)).containsExactly(backend.project().wireId(), FILES, NOTES);
        refusedAs(refresh(third.text("refresh_token"), "resource", "https://other.example"), 400, "invalid_target");
        refresh(third.text("refresh_token"), "resource", FILES).ok();
    }

    @Test
    void b24CodeSurvivesARequestForWhatWasNotGranted() {
        Pending pending = granted(FILES);
        refusedAs(redeem(pending, "resource", NOTES), 400, "invalid_target");
        refusedAs(redeem(pending, "resource", FILES + "/"), 400, "invalid_target");
        assertThat(audience(redeem(pending).answer()))
                .containsExactly(backend.project().wireId(), FILES);
        Pending without = consent(backend, ben, client, "offline_access");
        refusedAs(redeem(without, "resource", FILES), 400, "invalid_target");
        redeem(without);
    }

    @Test
    void b24ResourceIsBoundIntoAJwt() throws Exception {
        client = app(backend, "third_party_public", Map.of("access_token_format", "jwt"));
        Answer answer = redeem(granted(FILES, NOTES), "resource", NOTES).ok();
        assertThat(SignedJWT.parse(answer.text("access_token"))
                        .getJWTClaimsSet()
                        .getAudience())
                .containsExactly(backend.project().wireId(), NOTES);
    }

    /** B8: a resource server that says which one it is sees the tokens that are for it and no others. */
    @Test
    void b8TokenForOneResourceIsNoneAtAnother() {
        String token = redeem(granted(FILES)).accessToken();
        assertThat(asProject(token, FILES)).containsEntry("active", true);
        assertThat(asProject(token, NOTES)).containsEntry("active", false).containsOnlyKeys(ONLY_INACTIVE);
        String everywhere =
                redeem(consent(backend, ben, client, "offline_access")).accessToken();
        assertThat(asProject(everywhere, FILES)).containsEntry("active", false);
    }

    /** B20, C21: whoever it is not for learns nothing. */
    @Test
    void b20AnotherAppAndAnotherProjectSeeNothing() {
        Connection connection = connect(backend, ben, client, "openid", "offline_access");
        for (String token : List.of(connection.accessToken(), connection.refreshToken(), "cpat_unknown")) {
            assertThat(introspect(app(backend, "third_party"), token).body()).containsOnlyKeys(ONLY_INACTIVE);
            assertThat(introspect(app(b2b(), "third_party"), token).body()).containsOnlyKeys(ONLY_INACTIVE);
        }
        refusedAs(form("/v1/oauth2/introspect", Map.of("token", connection.accessToken())), 401, "invalid_client");
    }

    /** RFC 9701 §5: the answer is a JWT for the one who asked, of a type of its own. */
    @Test
    void introspectionIsSignedForWhoeverAsksForThat() throws Exception {
        Connection connection = connect(backend, ben, client, "openid");
        Map<String, String> form = client.credentials();
        form.put("token", connection.accessToken());
        var answer = sendRaw(
                formRequest("/v1/oauth2/introspect", form).header("Accept", "application/token-introspection+jwt"));
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/token-introspection+jwt");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        SignedJWT jwt = SignedJWT.parse(answer.body());
        assertThat(jwt.getHeader().getType().getType()).isEqualTo("token-introspection+jwt");
        String jwks =
                sendRaw(HttpRequest.newBuilder(uri("/.well-known/jwks.json"))).body();
        assertThat(jwt.verify(new RSASSAVerifier(JWKSet.parse(jwks)
                        .getKeyByKeyId(jwt.getHeader().getKeyID())
                        .toRSAKey())))
                .isTrue();
        JWTClaimsSet claims = jwt.getJWTClaimsSet();
        assertThat(claims.getAudience()).containsExactly(client.id());
        assertThat(claims.getSubject()).isNull();
        assertThat(claims.getJSONObjectClaim("token_introspection"))
                .containsEntry("active", true)
                .containsEntry("sub", ben.get("member_id"));
        form.put("token", "nonsense");
        var dead = sendRaw(
                formRequest("/v1/oauth2/introspect", form).header("Accept", "application/token-introspection+jwt"));
        assertThat(SignedJWT.parse(dead.body()).getJWTClaimsSet().getJSONObjectClaim("token_introspection"))
                .containsOnlyKeys("active");
    }

    /** B32: RFC 6749 §5.1 and RFC 7662 §4 keep answers out of caches, refusals too. */
    @Test
    void b32NoAnswerOfTheseEndpointsIsKept() {
        for (String path : List.of("token", "introspect", "revoke", "userinfo")) {
            for (String credentials : List.of(basic(client.id(), "x"), basic("nobody", "x"))) {
                Answer refused = send(formRequest("/v1/oauth2/" + path, Map.of("token", "x", "grant_type", "x"))
                        .header("Authorization", credentials));
                assertThat(refused.status()).as(path).isEqualTo(401);
                assertThat(refused.response().headers().firstValue("Cache-Control"))
                        .as(path)
                        .hasValue("no-store");
                assertThat(refused.response().headers().firstValue("WWW-Authenticate"))
                        .as(path)
                        .hasValueSatisfying(
                                value -> assertThat(value).startsWith(path.equals("userinfo") ? "Bearer" : "Basic"));
            }
        }
        Connection connection = connect(backend, ben, client, "openid");
        Map<String, String> form = client.credentials();
        form.put("token", connection.accessToken());
        for (String path : List.of("introspect", "revoke")) {
            assertThat(form("/v1/oauth2/" + path, form).response().headers().firstValue("Cache-Control"))
                    .hasValue("no-store");
        }
    }

    /** The way is short for apps that use none of this: one query for an introspection. */
    @Test
    void introspectionIsStillOneQuery() {
        Client confidential = app(backend, "third_party");
        Connection connection = connect(backend, ben, confidential, "openid", "offline_access");
        introspect(confidential, connection.accessToken());
        long ofTheCount = statementsOf(() -> {});
        assertThat(statementsOf(() -> introspect(confidential, connection.accessToken())) - ofTheCount)
                .isEqualTo(1);
    }

    private static final String[] ONLY_INACTIVE = {"active", "request_id", "status_code"};

    private Pending granted(String... resources) {
        String verifier = verifier();
        Map<String, Object> body = new HashMap<>(authorization(ben, client, "offline_access"));
        body.put("consent_granted", true);
        body.put("code_challenge", challenge(verifier));
        body.put("resources", List.of(resources));
        String code = backend.post(idp(ben, ""), body).ok().text("authorization_code");
        return new Pending(client, code, verifier);
    }

    private Answer redeem(Pending pending, String... more) {
        Map<String, String> form = pending.client().credentials();
        form.put("grant_type", "authorization_code");
        form.put("code", pending.code());
        form.put("redirect_uri", REDIRECT);
        form.put("code_verifier", pending.verifier());
        form.put(more[0], more[1]);
        return form("/v1/oauth2/token", form);
    }

    private Answer refresh(String refreshToken, String... more) {
        Map<String, String> form = client.credentials();
        form.put("grant_type", "refresh_token");
        form.put("refresh_token", refreshToken);
        if (more.length > 0) {
            form.put(more[0], more[1]);
        }
        return form("/v1/oauth2/token", form);
    }

    private List<Object> audience(Answer answer) {
        return introspect(client, answer.text("access_token")).list("aud");
    }

    private Map<String, Object> asProject(String token, String resource) {
        return send(formRequest("/v1/oauth2/introspect", Map.of("token", token, "resource", resource))
                        .header("Authorization", basic(backend.project().wireId(), backend.secret())))
                .ok()
                .body();
    }
}
