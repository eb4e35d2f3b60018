package dev.ungrant.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.OAuthTest;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.Policy;
import dev.ungrant.rbac.Role;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a person is asked, and what their answer does (contract §8.1, §8.4). */
final class AuthorizationApiTest extends OAuthTest {
    @Inject
    Policies policies;

    private Backend backend;
    private Map<String, Object> ada;
    private Map<String, Object> ben;

    @BeforeEach
    void cast() {
        backend = b2b();
        Map<String, Object> acme = backend.organization("Acme");
        ada = backend.member(acme, "ada@acme.example", "stytch_admin");
        ben = backend.member(acme, "ben@acme.example");
    }

    @Test
    void startSaysWhoAsksForWhat() {
        Client client =
                app(backend, "third_party", Map.of("client_name", "Calendar", "client_description", "Finds time"));
        Answer answer = start(backend, ben, client, "openid", "email").ok();
        assertThat(answer.body())
                .containsEntry("member_id", ben.get("member_id"))
                .containsEntry("consent_required", true)
                .containsKeys("member", "organization");
        assertThat(answer.object("client"))
                .containsEntry("client_id", client.id())
                .containsEntry("client_type", "third_party")
                .containsEntry("client_name", "Calendar")
                .containsEntry("client_description", "Finds time")
                .containsKeys("logo_url", "client_logo_url");
        assertThat(answer.objects("scope_results"))
                .extracting(scope -> scope.get("scope") + " " + scope.get("is_grantable"))
                .containsExactly("openid true", "email true");
        assertThat(answer.objects("scope_results"))
                .allSatisfy(
                        scope -> assertThat((String) scope.get("description")).isNotBlank());
    }

    @Test
    void thirdPartyIsAskedOnceForTheSameScopes() {
        Client client = app(backend, "third_party");
        connect(backend, ben, client, "openid", "email");
        assertThat(required(ben, client, "openid", "email")).isFalse();
        assertThat(required(ben, client, "email")).isFalse();
        assertThat(required(ben, client, "openid", "email", "phone")).isTrue();
        assertThat(required(ada, client, "email")).isTrue();
    }

    @Test
    void offlineAccessAsksEveryTimeUnlessAFirstPartyMaySkipIt() {
        Client third = app(backend, "third_party");
        connect(backend, ben, third, "offline_access");
        assertThat(required(ben, third, "offline_access")).isTrue();
        assertThat(required(ben, app(backend, "first_party"), "offline_access")).isTrue();
        Client trusted = app(backend, "first_party", Map.of("bypass_consent_for_offline_access", true));
        assertThat(required(ben, trusted, "offline_access")).isFalse();
    }

    @Test
    void firstPartyIsLetInSilentlyUntilAccessWasTakenBack() {
        Client client = app(backend, "first_party");
        assertThat(required(ben, client, "openid")).isFalse();
        assertThat(submit(ben, client, false, "openid").body()).containsKey("authorization_code");
        backend.post(revokeOf(ben, client), "{}").ok();
        assertThat(required(ben, client, "openid")).isTrue();
        Answer refused = submit(ben, client, false, "openid").ok();
        assertThat(refused.body()).doesNotContainKey("authorization_code");
        assertThat(query(refused.text("redirect_uri"))).containsEntry("error", "access_denied");
    }

    @Test
    void noSendsTheBrowserBackWithTheReasonAndLeavesNoGrant() {
        Client client = app(backend, "third_party");
        Answer answer = submit(ben, client, false, "openid").ok();
        assertThat(query(answer.text("redirect_uri")))
                .containsEntry("error", "access_denied")
                .containsEntry("state", "the state")
                .containsKey("iss");
        assertThat(backend.get(appsOf(ben)).ok().list("connected_apps")).isEmpty();
    }

    @Test
    void yesCarriesCodeStateAndIssuer() {
        Client client = app(backend, "third_party");
        Answer answer = submit(ben, client, true, "openid").ok();
        Map<String, String> query = query(answer.text("redirect_uri"));
        assertThat(query)
                .containsEntry("code", answer.text("authorization_code"))
                .containsEntry("state", "the state")
                .containsKey("iss");
        assertThat(answer.text("redirect_uri")).startsWith(REDIRECT + "?");
    }

    @Test
    void promptsOfTheProtocol() {
        Client client = app(backend, "third_party");
        connect(backend, ben, client, "email");
        Map<String, Object> body = authorization(ben, client, "email");
        body.put("prompt", "consent");
        assertThat(backend.post(idp(ben, "/start"), body).ok().body()).containsEntry("consent_required", true);
        body.put("prompt", "none consent");
        backend.post(idp(ben, "/start"), body).refused(400, "oidc_prompt_none_must_be_exclusive");
        body.put("prompt", "none");
        body.put("consent_granted", false);
        body.put("code_challenge", challenge(verifier()));
        assertThat(backend.post(idp(ben, ""), body).ok().body()).containsKey("authorization_code");
        backend.post(revokeOf(ben, client), "{}").ok();
        assertThat(query(backend.post(idp(ben, ""), body).ok().text("redirect_uri")))
                .containsEntry("error", "consent_required");
        body.put("response_type", "token");
        assertThat(query(backend.post(idp(ben, ""), body).ok().text("redirect_uri")))
                .containsEntry("error", "unsupported_response_type");
    }

    @Test
    void nobodyGivesAwayMoreThanTheirRolesAllow() {
        policies.replace(
                backend.project().projectId(),
                new Policy(
                        List.of(new Role(
                                "stytch_admin", "", List.of(new Role.ResourceActions("invoices", List.of("write"))))),
                        List.of(new Policy.Resource("invoices", "", List.of("write"))),
                        List.of(new Policy.Scope(
                                "invoices:write",
                                "Change invoices",
                                List.of(new Role.ResourceActions("invoices", List.of("write")))))));
        Client client = app(backend, "third_party");
        assertThat(grantable(ada, client, "email", "invoices:write")).containsExactly("email", "invoices:write");
        assertThat(grantable(ben, client, "email", "invoices:write")).containsExactly("email");
        Connection connection = connect(backend, ben, client, "email", "invoices:write");
        assertThat(introspect(client, connection.accessToken()).text("scope")).isEqualTo("email");
        assertThat(query(submit(ben, client, true, "invoices:write").text("redirect_uri")))
                .containsEntry("error", "invalid_scope");
        start(backend, ben, client, "no:such").refused(400, "oauth_invalid_scope_requested");
        assertThat(grantable(ben, client, "full_access")).isEmpty();
        assertThat(grantable(ben, app(backend, "first_party", Map.of("full_access_allowed", true)), "full_access"))
                .containsExactly("full_access");
    }

    @Test
    void refreshHandsOnNothingThatCouldNotBeGrantedToday() {
        policies.replace(
                backend.project().projectId(),
                new Policy(
                        List.of(new Role(
                                "stytch_admin", "", List.of(new Role.ResourceActions("invoices", List.of("write"))))),
                        List.of(new Policy.Resource("invoices", "", List.of("write"))),
                        List.of(new Policy.Scope(
                                "invoices:write",
                                "Change invoices",
                                List.of(new Role.ResourceActions("invoices", List.of("write")))))));
        Client client = app(backend, "third_party");
        Connection connection = connect(backend, ada, client, "email", "invoices:write", "offline_access");
        assertThat(refresh(connection).ok().text("scope")).isEqualTo("email invoices:write offline_access");
        String path = "/v1/b2b/organizations/" + ada.get("organization_id") + "/members/" + ada.get("member_id");
        backend.put(path, Map.of("roles", List.of("stytch_member"))).ok();
        assertThat(refresh(connection).ok().text("scope"))
                .as("she is no admin any more")
                .isEqualTo("email offline_access");
        backend.put(path, Map.of("roles", List.of("stytch_admin"))).ok();
        assertThat(refresh(connection).ok().text("scope")).isEqualTo("email invoices:write offline_access");
        policies.replace(backend.project().projectId(), Policy.EMPTY);
        assertThat(refresh(connection).ok().text("scope"))
                .as("there is no such scope any more")
                .isEqualTo("email offline_access");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example/callback/",
                "https://app.example/Callback",
                "https://APP.example/callback",
                "https://app.example:443/callback",
                "https://app.example./callback",
                "https://app.example/x/../callback",
                "https://app.example/callback#x",
                "https://user@app.example/callback",
                "https://app.example/callback?x=1",
                "https://app.example/callback%2f",
                "http://app.example/callback",
                "javascript:alert(1)",
                "https://evil.example/callback",
                "https://app.example/callback https://evil.example",
                "//app.example/callback",
                ""
            })
    void redirectUriThatIsNotRegisteredToTheLetterIsRefusedWithoutRedirect(String uri) {
        Client client = app(backend, "third_party");
        Map<String, Object> body = authorization(ben, client, "email");
        body.put("redirect_uri", uri);
        Answer answer = backend.post(idp(ben, "/start"), body);
        if (uri.isEmpty()) {
            answer.refused(400, "bad_request");
        } else {
            answer.refused(401, "connected_app_supplied_redirect_url_not_found_in_client");
        }
    }

    @Test
    void nativeAppMayUseAnyPortOfLoopbackAndNothingElseDiffers() {
        Client client =
                app(backend, "third_party_public", Map.of("redirect_urls", List.of("http://127.0.0.1/callback")));
        Map<String, Object> body = authorization(ben, client, "email");
        for (String good : List.of("http://127.0.0.1/callback", "http://127.0.0.1:51004/callback")) {
            body.put("redirect_uri", good);
            backend.post(idp(ben, "/start"), body).ok();
        }
        for (String bad : List.of(
                "http://127.0.0.1:51004/other",
                "http://localhost:51004/callback",
                "http://127.0.0.1.evil.example:80/callback",
                "http://127.0.0.1:51004@evil.example/callback",
                "https://127.0.0.1/callback")) {
            body.put("redirect_uri", bad);
            backend.post(idp(ben, "/start"), body)
                    .refused(401, "connected_app_supplied_redirect_url_not_found_in_client");
        }
    }

    @Test
    void nativeAppThatOnlySaysWhoItIsIsAskedEveryTime() {
        Client client = app(
                backend, "third_party_public", Map.of("redirect_urls", List.of("http://127.0.0.1/callback", REDIRECT)));
        connect(backend, ben, client, "email");
        assertThat(required(ben, client, "email"))
                .as("its https address assures who it is")
                .isFalse();
        Map<String, Object> body = authorization(ben, client, "email");
        body.put("redirect_uri", "http://127.0.0.1:5000/callback");
        assertThat(backend.post(idp(ben, "/start"), body).ok().body()).containsEntry("consent_required", true);
    }

    @Test
    void personIsNamedInExactlyOneWay() {
        Client client = app(backend, "third_party");
        Map<String, Object> body = new HashMap<>(authorization(ben, client, "email"));
        var session = begin(backend.project(), ben);
        body.put("session_token", session.token().reveal());
        backend.post(idp(ben, "/start"), body).refused(400, "no_oauth_authorize_member_selector");
        body.remove("organization_id");
        body.remove("member_id");
        assertThat(backend.post("/v1/b2b/idp/oauth/authorize/start", body).ok().body())
                .containsEntry("member_id", ben.get("member_id"));
        body.remove("session_token");
        body.put("session_jwt", sessions.jwt(session.session()));
        backend.post("/v1/b2b/idp/oauth/authorize/start", body).ok();
        body.remove("session_jwt");
        backend.post("/v1/b2b/idp/oauth/authorize/start", body).refused(400, "no_oauth_authorize_member_selector");
    }

    private boolean required(Map<String, Object> person, Client client, String... scopes) {
        return (Boolean) start(backend, person, client, scopes).ok().body().get("consent_required");
    }

    private List<Object> grantable(Map<String, Object> person, Client client, String... scopes) {
        return start(backend, person, client, scopes).ok().objects("scope_results").stream()
                .filter(result -> (Boolean) result.get("is_grantable"))
                .map(result -> result.get("scope"))
                .toList();
    }

    private Answer submit(Map<String, Object> person, Client client, boolean consent, String... scopes) {
        Map<String, Object> body = new HashMap<>(authorization(person, client, scopes));
        body.put("consent_granted", consent);
        body.put("code_challenge", challenge(verifier()));
        body.put("state", "the state");
        return backend.post(idp(person, ""), body);
    }
}
