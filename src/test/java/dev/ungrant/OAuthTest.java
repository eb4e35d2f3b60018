package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.core.annotation.Nullable;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Apps that get real codes and tokens, the way the contract says, for tests that then take them away. */
public abstract class OAuthTest extends ApiTest {
    protected static final String REDIRECT = "https://app.example/callback";
    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * An app, as it is known to itself.
     *
     * @param secret null for a public client
     */
    public record Client(String id, @Nullable String secret) {
        public Map<String, String> credentials() {
            Map<String, String> credentials = new LinkedHashMap<>();
            credentials.put("client_id", id);
            if (secret != null) {
                credentials.put("client_secret", secret);
            }
            return credentials;
        }
    }

    /** A code that was not redeemed yet, and what is needed to do so. */
    public record Pending(Client client, String code, String verifier) {}

    /** What an app holds after it was let in. */
    public record Connection(
            Client client, String accessToken, @Nullable String refreshToken, Answer answer) {}

    protected Client app(Backend backend, String type) {
        return app(backend, type, Map.of());
    }

    protected Client app(Backend backend, String type, Map<String, Object> more) {
        Map<String, Object> body = new HashMap<>(more);
        body.put("client_type", type);
        body.putIfAbsent("client_name", "App " + type);
        body.putIfAbsent("redirect_urls", List.of(REDIRECT));
        Map<String, Object> app =
                backend.post("/v1/connected_apps/clients", body).ok().object("connected_app");
        return new Client((String) app.get("client_id"), (String) app.get("client_secret"));
    }

    /** Consents and redeems the code. */
    protected Connection connect(Backend backend, Map<String, Object> person, Client client, String... scopes) {
        return redeem(consent(backend, person, client, scopes));
    }

    /** Consents, and stops there. */
    protected Pending consent(Backend backend, Map<String, Object> person, Client client, String... scopes) {
        String verifier = verifier();
        Map<String, Object> body = new HashMap<>(authorization(person, client, scopes));
        body.put("consent_granted", true);
        body.put("code_challenge", challenge(verifier));
        Answer answer = backend.post(idp(person, ""), body).ok();
        assertThat(answer.body()).as("%s", answer.body()).containsKey("authorization_code");
        return new Pending(client, answer.text("authorization_code"), verifier);
    }

    protected Answer start(Backend backend, Map<String, Object> person, Client client, String... scopes) {
        return backend.post(idp(person, "/start"), authorization(person, client, scopes));
    }

    protected static String idp(Map<String, Object> person, String more) {
        return (person.containsKey("member_id") ? "/v1/b2b" : "/v1") + "/idp/oauth/authorize" + more;
    }

    protected static Map<String, Object> authorization(Map<String, Object> person, Client client, String... scopes) {
        Map<String, Object> body = new HashMap<>();
        if (person.containsKey("member_id")) {
            body.put("organization_id", person.get("organization_id"));
            body.put("member_id", person.get("member_id"));
        } else {
            body.put("user_id", person.get("user_id"));
        }
        body.put("client_id", client.id());
        body.put("redirect_uri", REDIRECT);
        body.put("response_type", "code");
        body.put("scopes", List.of(scopes));
        return body;
    }

    protected Connection redeem(Pending pending) {
        Answer answer = tryRedeem(pending).ok();
        return new Connection(pending.client(), answer.text("access_token"), answer.text("refresh_token"), answer);
    }

    protected Answer tryRedeem(Pending pending) {
        Map<String, String> form = pending.client().credentials();
        form.put("grant_type", "authorization_code");
        form.put("code", pending.code());
        form.put("redirect_uri", REDIRECT);
        form.put("code_verifier", pending.verifier());
        return form("/v1/oauth2/token", form);
    }

    protected Answer refresh(Connection connection) {
        return refresh(connection.client(), connection.refreshToken());
    }

    protected Answer refresh(Client client, String refreshToken) {
        Map<String, String> form = client.credentials();
        form.put("grant_type", "refresh_token");
        form.put("refresh_token", refreshToken);
        return form("/v1/oauth2/token", form);
    }

    protected Answer introspect(Client client, String token) {
        Map<String, String> form = client.credentials();
        form.put("token", token);
        return form("/v1/oauth2/introspect", form).ok();
    }

    protected boolean isActive(Client client, String token) {
        return (Boolean) introspect(client, token).body().get("active");
    }

    /** The form posted, without any header but its content type. */
    protected Answer form(String path, Map<String, String> form) {
        return send(formRequest(path, form));
    }

    protected HttpRequest.Builder formRequest(String path, Map<String, String> form) {
        List<String> pairs = new ArrayList<>();
        form.forEach((name, value) -> pairs.add(encode(name) + '=' + encode(value)));
        return HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(String.join("&", pairs)));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** RFC 6749 §5.2. */
    protected static void refusedAs(Answer answer, int status, String error) {
        assertThat(answer.body().get("error")).as("%s", answer.body()).isEqualTo(error);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body()).containsKeys("error_description", "error_type", "error_message", "error_url");
        assertThat(answer.body()).doesNotContainKeys("access_token", "refresh_token");
    }

    protected static String verifier() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    protected static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The parameters of a redirect URI, which are encoded like a form (RFC 6749 §4.1.2). */
    protected static Map<String, String> query(String uri) {
        Map<String, String> parameters = new HashMap<>();
        Arrays.stream(URI.create(uri).getRawQuery().split("&"))
                .forEach(pair -> parameters.put(
                        pair.substring(0, pair.indexOf('=')),
                        URLDecoder.decode(pair.substring(pair.indexOf('=') + 1), StandardCharsets.UTF_8)));
        return parameters;
    }

    /** The path of a person's Connected Apps at the backend API. */
    protected static String appsOf(Map<String, Object> person) {
        return person.containsKey("member_id")
                ? "/v1/b2b/organizations/" + person.get("organization_id") + "/members/" + person.get("member_id")
                        + "/connected_apps"
                : "/v1/users/" + person.get("user_id") + "/connected_apps";
    }

    protected static String revokeOf(Map<String, Object> person, Client client) {
        return appsOf(person) + "/" + client.id() + "/revoke";
    }
}
