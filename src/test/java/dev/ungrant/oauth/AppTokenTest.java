package dev.ungrant.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import dev.ungrant.OAuthTest;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.Policy;
import jakarta.inject.Inject;
import java.net.http.HttpRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that an app gets for itself (RFC 6749 §4.4). Case C17 and rule B6. */
final class AppTokenTest extends OAuthTest {
    @Inject
    Policies policies;

    private Backend backend;

    @BeforeEach
    void cast() {
        backend = b2b();
    }

    @Test
    void c17WhoIsNotAllowedGetsNone() {
        refusedAs(ask(app(backend, "third_party"), null), 400, "unauthorized_client");
        refusedAs(ask(app(backend, "third_party_public"), null), 400, "unauthorized_client");
        backend.post(
                        "/v1/connected_apps/clients",
                        Map.of("client_type", "third_party_public", "client_credentials_allowed", true))
                .refused(400, "bad_request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"opaque", "jwt"})
    void tokenIsAboutTheAppAndNobodyElse(String format) throws Exception {
        Client client = worker(format);
        Answer answer = ask(client, null).ok();
        String token = answer.text("access_token");
        assertThat(answer.body()).doesNotContainKeys("refresh_token", "id_token");
        assertThat(answer.text("scope")).isEqualTo("read:reports write:reports");
        Map<String, Object> described = introspect(client, token).body();
        assertThat(described)
                .containsEntry("active", true)
                .containsEntry("sub", client.id())
                .containsEntry("client_id", client.id())
                .containsEntry("aud", List.of(backend.project().wireId()))
                .doesNotContainKeys("grant_id", "https://stytch.com/organization");
        assertThat(isActiveForProject(token)).isTrue();
        if (format.equals("jwt")) {
            assertThat(SignedJWT.parse(token).getJWTClaimsSet().getSubject()).isEqualTo(client.id());
        } else {
            assertThat(token).startsWith("cpap_");
        }
        // It speaks for no person.
        Answer userInfo =
                send(HttpRequest.newBuilder(uri("/v1/oauth2/userinfo")).header("Authorization", "Bearer " + token));
        refusedAs(userInfo, 401, "invalid_token");
        assertThat(isActive(worker(format), token)).as("somebody else's").isFalse();
    }

    @Test
    void scopesAreTheOnesTheOperatorGaveAndNoMore() {
        Client client = worker("opaque");
        assertThat(ask(client, "read:reports").ok().text("scope")).isEqualTo("read:reports");
        refusedAs(ask(client, "read:reports admin"), 400, "invalid_scope");
        refusedAs(ask(client, "openid"), 400, "invalid_scope");
        backend.put("/v1/connected_apps/clients/" + client.id(), Map.of("own_scopes", List.of("openid")))
                .refused(400, "bad_request");
        String token = ask(client, null).ok().text("access_token");
        backend.put("/v1/connected_apps/clients/" + client.id(), Map.of("own_scopes", List.of("read:reports")))
                .ok();
        assertThat(introspect(client, token).body()).containsEntry("scope", "read:reports");
    }

    @Test
    void tokenDiesWithTheSecretItWasGotWith() {
        Client client = worker("opaque");
        String old = ask(client, null).ok().text("access_token");
        String path = "/v1/connected_apps/clients/" + client.id() + "/secrets/rotate";
        String next = (String)
                backend.post(path + "/start", "{}").ok().object("connected_app").get("next_client_secret");
        Client renewed = new Client(client.id(), next);
        String young = ask(renewed, null).ok().text("access_token");
        assertThat(isActive(renewed, old)).isTrue();
        backend.post(path, "{}").ok();
        assertThat(isActive(renewed, old)).isFalse();
        assertThat(isActive(renewed, young)).isTrue();
    }

    @Test
    void tokenDiesWithTheAppAndWithThePermission() {
        Client client = worker("jwt");
        String token = ask(client, null).ok().text("access_token");
        backend.put(
                        "/v1/connected_apps/clients/" + client.id(),
                        Map.of("client_credentials_allowed", false, "own_scopes", List.of()))
                .ok();
        assertThat(isActive(client, token)).isFalse();
        refusedAs(ask(client, null), 400, "unauthorized_client");
        Client other = worker("opaque");
        String second = ask(other, null).ok().text("access_token");
        assertThat(isActiveForProject(second)).isTrue();
        backend.delete("/v1/connected_apps/clients/" + other.id()).ok();
        assertThat(isActiveForProject(second)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"opaque", "jwt"})
    void appGivesItsOwnTokenBackAndNobodyElseDoes(String format) {
        Client client = worker(format);
        String token = ask(client, null).ok().text("access_token");
        Map<String, String> form = worker(format).credentials();
        form.put("token", token);
        form("/v1/oauth2/revoke", form).ok();
        assertThat(isActive(client, token)).isTrue();
        form.putAll(client.credentials());
        form("/v1/oauth2/revoke", form).ok();
        assertThat(isActive(client, token)).isFalse();
    }

    @Test
    void resourceIsTheOneOfTheAppOrNone() {
        Client client = app(
                backend,
                "first_party",
                Map.of(
                        "client_credentials_allowed",
                        true,
                        "access_token_custom_audience",
                        "https://reports.example/api"));
        Map<String, String> form = form(client, null);
        form.put("resource", "https://reports.example/api");
        String token = form("/v1/oauth2/token", form).ok().text("access_token");
        assertThat(introspect(client, token).list("aud"))
                .containsExactly(backend.project().wireId(), "https://reports.example/api");
        form.put("resource", "https://other.example/api");
        refusedAs(form("/v1/oauth2/token", form), 400, "invalid_target");
    }

    private Client worker(String format) {
        policies.replace(
                backend.project().projectId(),
                new Policy(
                        List.of(),
                        List.of(),
                        List.of(
                                new Policy.Scope("read:reports", "Read reports", List.of()),
                                new Policy.Scope("write:reports", "Write reports", List.of()))));
        return app(
                backend,
                "third_party",
                Map.of(
                        "client_credentials_allowed",
                        true,
                        "own_scopes",
                        List.of("read:reports", "write:reports"),
                        "access_token_format",
                        format));
    }

    private Answer ask(Client client, @io.micronaut.core.annotation.Nullable String scope) {
        return form("/v1/oauth2/token", form(client, scope));
    }

    private static Map<String, String> form(Client client, @io.micronaut.core.annotation.Nullable String scope) {
        Map<String, String> form = new HashMap<>(client.credentials());
        form.put("grant_type", "client_credentials");
        if (scope != null) {
            form.put("scope", scope);
        }
        return form;
    }

    private boolean isActiveForProject(String token) {
        return (Boolean) send(formRequest("/v1/oauth2/introspect", Map.of("token", token))
                        .header("Authorization", basic(backend.project().wireId(), backend.secret())))
                .ok()
                .body()
                .get("active");
    }
}
