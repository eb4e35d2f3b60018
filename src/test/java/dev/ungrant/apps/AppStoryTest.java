package dev.ungrant.apps;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.ungrant.JarTest;
import dev.ungrant.Node;
import dev.ungrant.projects.Vertical;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;

/** A project with a page of ours, Ben, who is signed in there, and what apps of several kinds know of themselves. */
abstract class AppStoryTest extends JarTest {
    protected static final String GOODBYE = "https://app.example/goodbye";

    protected Backend backend;
    protected Map<String, Object> ben;

    @BeforeEach
    void cast() {
        backend = hosted(Vertical.B2B);
        ben = backend.member(backend.organization("Acme"), "ben@acme.example");
    }

    /** As the project's metadata says. */
    protected String issuer() {
        return baseUrl() + "/v1/public/" + backend.project().wireId();
    }

    /** An app as it came back, with its secret when it has one. */
    protected Map<String, Object> registered(String type, String name, Map<String, Object> more) {
        Map<String, Object> body = new HashMap<>(more);
        body.put("client_type", type);
        body.put("client_name", name);
        body.putIfAbsent("redirect_urls", List.of(REDIRECT));
        body.put("post_logout_redirect_urls", List.of(GOODBYE));
        return backend.post("/v1/connected_apps/clients", body).ok().object("connected_app");
    }

    /** An app that signs assertions, with its private key as {@code key}. */
    protected Map<String, Object> signing(String name, Map<String, Object> more) {
        try {
            ECKey key = new ECKeyGenerator(Curve.P_256).keyID(name).generate();
            Map<String, Object> body = new HashMap<>(more);
            body.put("token_endpoint_auth_method", "private_key_jwt");
            body.put("jwks", Map.of("keys", List.of(key.toPublicJWK().toJSONObject())));
            Map<String, Object> app = new HashMap<>(registered("third_party", name, body));
            app.put("key", key.toJSONObject());
            return app;
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a client does at the end of its story, and what it sees then. */
    interface Ending {
        /** The error of refreshing. */
        String refresh() throws Exception;

        /** The error of using an access token. */
        String userInfo(String accessToken) throws Exception;

        boolean isActive(String accessToken) throws Exception;

        /** The error of asking without showing anything. */
        String silently() throws Exception;

        /** Where it would send the person. */
        URI link() throws Exception;
    }

    /** How every story ends: the access was taken back, and the client finds out in each way that there is. As ending.mjs. */
    protected static void findsItselfOut(PlainBrowser browser, Ending client, String... accessTokens) throws Exception {
        assertThat(client.refresh()).isEqualTo("invalid_grant");
        for (String token : accessTokens) {
            assertThat(client.userInfo(token)).contains("invalid_token");
            assertThat(client.isActive(token)).isFalse();
        }
        assertThat(client.silently()).isEqualTo("consent_required");
        browser.asked(client.link());
    }

    /** Runs a script of {@code src/test/node} with Ben, and with what it is about under names. */
    protected void run(String script, Map<String, Object> more) {
        Map<String, Object> cast = new HashMap<>(more);
        cast.put("ben", ben);
        cast.put("portal_session", portalSession(backend, ben));
        cast.put("session_token", begin(backend.project(), ben).token().reveal());
        cast.put("issuer", issuer());
        Node.run(
                        script,
                        Map.of(
                                "BASE_URL",
                                baseUrl(),
                                "PROJECT_ID",
                                backend.project().wireId(),
                                "SECRET",
                                backend.secret(),
                                "CAST",
                                json.write(cast)))
                .orFail();
    }
}
