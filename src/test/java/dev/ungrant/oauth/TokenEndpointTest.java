package dev.ungrant.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.OAuthTest;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Codes and tokens at the wire. The cases of an attacker's list are named by what is tried. */
final class TokenEndpointTest extends OAuthTest {
    private Backend backend;
    private Map<String, Object> ben;

    @BeforeEach
    void cast() {
        backend = b2b();
        ben = backend.member(backend.organization("Acme"), "ben@acme.example");
    }

    @Test
    void confidentialClientKeepsItsRefreshToken() {
        Connection connection = connect(backend, ben, app(backend, "third_party"), "openid", "offline_access");
        assertThat(connection.answer().text("token_type")).isEqualTo("bearer");
        assertThat(connection.answer().body()).containsEntry("expires_in", 3600).containsKey("id_token");
        assertThat(connection.accessToken()).startsWith("cpat_");
        Answer refreshed = refresh(connection).ok();
        assertThat(refreshed.text("refresh_token")).isEqualTo(connection.refreshToken());
        assertThat(isActive(connection.client(), refreshed.text("access_token")))
                .isTrue();
        refresh(connection).ok();
    }

    @Test
    void withoutOfflineAccessThereIsNoRefreshToken() {
        Connection connection = connect(backend, ben, app(backend, "third_party"), "email");
        assertThat(connection.answer().body()).doesNotContainKeys("refresh_token", "id_token");
    }

    @Test
    void publicClientGetsTheSameSuccessorWithinTheGrace() {
        Connection connection = connect(backend, ben, app(backend, "third_party_public"), "offline_access");
        Answer first = refresh(connection).ok();
        Answer second = refresh(connection).ok();
        assertThat(first.text("refresh_token")).isNotEqualTo(connection.refreshToken());
        assertThat(second.text("refresh_token")).isEqualTo(first.text("refresh_token"));
        assertThat(second.text("access_token")).isNotEqualTo(first.text("access_token"));
    }

    @Test
    void refreshTokenUsedAgainAfterItsSuccessorEndsTheFamily() {
        Connection connection = connect(backend, ben, app(backend, "third_party_public"), "offline_access");
        Answer second = refresh(connection).ok();
        Answer third =
                refresh(connection.client(), second.text("refresh_token")).ok();
        refusedAs(refresh(connection), 400, "invalid_grant");
        refusedAs(refresh(connection.client(), third.text("refresh_token")), 400, "invalid_grant");
        assertThat(isActive(connection.client(), third.text("access_token"))).isFalse();
        assertThat(backend.get(appsOf(ben)).ok().list("connected_apps"))
                .as("the consent stays")
                .hasSize(1);
    }

    @Test
    void codeRedeemedTwiceEndsWhatTheFirstTimeGave() {
        Pending pending = consent(backend, ben, app(backend, "third_party"), "offline_access");
        Connection connection = redeem(pending);
        refusedAs(tryRedeem(pending), 400, "invalid_grant");
        assertThat(isActive(connection.client(), connection.accessToken())).isFalse();
        refusedAs(refresh(connection), 400, "invalid_grant");
    }

    @Test
    void whoeverHoldsOnlyALeakedCodeCannotEndItsTokens() {
        Pending pending = consent(backend, ben, app(backend, "third_party"), "offline_access");
        Connection connection = redeem(pending);
        refusedAs(tryRedeem(new Pending(pending.client(), pending.code(), verifier())), 400, "invalid_grant");
        Client other = app(backend, "third_party");
        refusedAs(tryRedeem(new Pending(other, pending.code(), pending.verifier())), 400, "invalid_grant");
        assertThat(isActive(connection.client(), connection.accessToken())).isTrue();
    }

    @Test
    void pkceIsNotOptional() {
        Client client = app(backend, "third_party");
        Map<String, Object> body = new java.util.HashMap<>(authorization(ben, client, "email"));
        body.put("consent_granted", true);
        backend.post(idp(ben, ""), body).refused(400, "pkce_required_for_idp_authorization_flow");
        body.put("code_challenge", "plain-and-short");
        backend.post(idp(ben, ""), body).refused(400, "pkce_required_for_idp_authorization_flow");

        Pending pending = consent(backend, ben, client, "email");
        Map<String, String> form = client.credentials();
        form.put("grant_type", "authorization_code");
        form.put("code", pending.code());
        form.put("redirect_uri", REDIRECT);
        refusedAs(form("/v1/oauth2/token", form), 400, "invalid_request");
        form.put("code_verifier", "short");
        refusedAs(form("/v1/oauth2/token", form), 400, "invalid_grant");
        redeem(pending);
    }

    /** B3, RFC 9700 §4.8.2: an app that may leave PKCE out either uses it or does not; half of it is a downgrade. */
    @Test
    void pkceIsWholeOrNotAtAllWhereItIsOptional() {
        Client client = app(backend, "third_party", Map.of("pkce_optional", true));
        Map<String, Object> body = new java.util.HashMap<>(authorization(ben, client, "email"));
        body.put("consent_granted", true);
        String code = backend.post(idp(ben, ""), body).ok().text("authorization_code");
        Map<String, String> form = client.credentials();
        form.put("grant_type", "authorization_code");
        form.put("code", code);
        form.put("redirect_uri", REDIRECT);
        form.put("code_verifier", verifier());
        refusedAs(form("/v1/oauth2/token", form), 400, "invalid_grant");
        form.remove("code_verifier");
        form("/v1/oauth2/token", form).ok();
        Pending with = consent(backend, ben, client, "email");
        form.put("code", with.code());
        refusedAs(form("/v1/oauth2/token", form), 400, "invalid_grant");
        redeem(with);
        backend.post("/v1/connected_apps/clients", Map.of("client_type", "third_party_public", "pkce_optional", true))
                .refused(400, "bad_request");
    }

    @Test
    void anotherRedirectUriIsRefused() {
        Pending pending = consent(backend, ben, app(backend, "third_party"), "email");
        Map<String, String> form = pending.client().credentials();
        form.putAll(Map.of(
                "grant_type",
                "authorization_code",
                "code",
                pending.code(),
                "code_verifier",
                pending.verifier(),
                "redirect_uri",
                REDIRECT + "/x"));
        refusedAs(form("/v1/oauth2/token", form), 400, "invalid_grant");
    }

    @Test
    void clientThatIsNotWhoItSaysIsRefused() {
        Client confidential = app(backend, "third_party");
        Connection connection = connect(backend, ben, confidential, "offline_access");
        String token = connection.refreshToken();
        refusedAs(refresh(new Client(confidential.id(), null), token), 401, "invalid_client");
        refusedAs(refresh(new Client(confidential.id(), "cpcs_wrong"), token), 401, "invalid_client");
        refusedAs(
                refresh(new Client("connected-app-test-" + java.util.UUID.randomUUID(), "cpcs_x"), token),
                401,
                "invalid_client");
        refusedAs(refresh(new Client("nonsense", null), token), 401, "invalid_client");
        refusedAs(refresh(app(backend, "third_party"), token), 400, "invalid_grant");
        refresh(connection).ok();
    }

    @Test
    void secretInTheAuthorizationHeaderIsWelcomeAndAWrongOneIsAnsweredThere() {
        Client client = app(backend, "third_party");
        Connection connection = connect(backend, ben, client, "offline_access");
        Map<String, String> form = Map.of("grant_type", "refresh_token", "refresh_token", connection.refreshToken());
        send(formRequest("/v1/oauth2/token", form).header("Authorization", basic(client.id(), client.secret())))
                .ok();
        Answer wrong = send(formRequest("/v1/oauth2/token", form).header("Authorization", basic(client.id(), "x")));
        refusedAs(wrong, 401, "invalid_client");
        assertThat(wrong.response().headers().firstValue("WWW-Authenticate"))
                .hasValueSatisfying(value -> assertThat(value).startsWith("Basic"));
    }

    @Test
    void otherGrantTypesAreNotSupported() {
        Client client = app(backend, "third_party");
        for (String type : java.util.List.of(
                "password",
                "implicit",
                "client-credentials",
                "Refresh_Token",
                "urn:ietf:params:oauth:grant-type:jwt-bearer")) {
            Map<String, String> form = client.credentials();
            form.put("grant_type", type);
            refusedAs(form("/v1/oauth2/token", form), 400, "unsupported_grant_type");
        }
    }

    @Test
    void oneKindOfSecretIsNeverTakenForAnother() {
        Pending pending = consent(backend, ben, app(backend, "third_party"), "offline_access");
        Connection connection = redeem(consent(backend, ben, pending.client(), "offline_access"));
        String session = begin(backend.project(), ben).token().reveal();
        for (String wrong : java.util.List.of(connection.accessToken(), connection.refreshToken(), session)) {
            refusedAs(tryRedeem(new Pending(pending.client(), wrong, pending.verifier())), 400, "invalid_grant");
        }
        for (String wrong : java.util.List.of(connection.accessToken(), pending.code(), session)) {
            refusedAs(refresh(pending.client(), wrong), 400, "invalid_grant");
        }
        for (String wrong : java.util.List.of(pending.code(), session, "", "x".repeat(10_000))) {
            if (!wrong.isEmpty()) {
                assertThat(isActive(pending.client(), wrong)).isFalse();
            }
        }
        backend.withSession(connection.accessToken(), null).get(appsOf(ben)).refused(404, "session_not_found");
    }

    @Test
    void jwtAccessTokenIsCheckedInTheDatabaseToo() {
        Client client = app(backend, "third_party", Map.of("access_token_format", "jwt"));
        Connection connection = connect(backend, ben, client, "openid", "offline_access");
        assertThat(connection.accessToken()).startsWith("ey");
        Answer introspection = introspect(client, connection.accessToken());
        assertThat(introspection.body())
                .containsEntry("active", true)
                .containsEntry("client_id", client.id())
                .containsEntry("sub", ben.get("member_id"))
                .containsEntry("token_type", "access_token")
                .containsKeys("exp", "iat", "nbf", "iss", "aud", "scope", "https://stytch.com/organization");
        assertThat((Integer) introspection.body().get("exp")
                        - (Integer) introspection.body().get("iat"))
                .isEqualTo(300);
        Answer receipt = backend.post(revokeOf(ben, client), null).ok();
        assertThat(receipt.text("effective_by")).isGreaterThan(receipt.text("revoked_at"));
        assertThat(introspect(client, connection.accessToken()).body())
                .containsOnlyKeys("active", "request_id", "status_code")
                .containsEntry("active", false);
    }

    @Test
    void tokensOfOneClientAreNoneOfAnothersBusiness() {
        Connection connection = connect(backend, ben, app(backend, "third_party"), "offline_access");
        Client other = app(backend, "third_party");
        assertThat(isActive(other, connection.accessToken())).isFalse();
        assertThat(isActive(other, connection.refreshToken())).isFalse();
        for (String token : java.util.List.of(connection.accessToken(), connection.refreshToken())) {
            Map<String, String> form = other.credentials();
            form.put("token", token);
            form("/v1/oauth2/revoke", form).ok();
            assertThat(isActive(connection.client(), token)).isTrue();
        }
    }

    @Test
    void appGivesItsTokensBackAndTheConsentStays() {
        Client client = app(backend, "third_party");
        Connection connection = connect(backend, ben, client, "offline_access");
        Map<String, String> form =
                new java.util.HashMap<>(Map.of("token", connection.accessToken(), "client_id", client.id()));
        refusedAs(form("/v1/oauth2/revoke", form), 401, "invalid_client");
        assertThat(isActive(client, connection.accessToken())).isTrue();

        form.put("client_secret", client.secret());
        form("/v1/oauth2/revoke", form).ok();
        assertThat(isActive(client, connection.accessToken())).isFalse();
        Answer refreshed = refresh(connection).ok();

        form.put("token", connection.refreshToken());
        form("/v1/oauth2/revoke", form).ok();
        assertThat(isActive(client, refreshed.text("access_token"))).isFalse();
        refusedAs(refresh(connection), 400, "invalid_grant");
        assertThat(backend.get(appsOf(ben)).ok().list("connected_apps")).hasSize(1);

        form.put("token", "cprt_unknown");
        form("/v1/oauth2/revoke", form).ok();
    }

    @Test
    void publicClientRevokesItsOwnToken() {
        Client client = app(backend, "third_party_public");
        Connection connection = connect(backend, ben, client, "offline_access");
        form("/v1/oauth2/revoke", Map.of("token", connection.refreshToken(), "client_id", client.id()))
                .ok();
        assertThat(isActive(client, connection.accessToken())).isFalse();
        refusedAs(refresh(connection), 400, "invalid_grant");
    }

    @Test
    void answersAreNotToBeStored() {
        Client client = app(backend, "third_party");
        Answer token = tryRedeem(consent(backend, ben, client, "email"));
        assertThat(token.response().headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(introspect(client, "cpat_x").response().headers().firstValue("Cache-Control"))
                .hasValue("no-store");
    }

    @Test
    void jsonBodyAndTheProjectsOwnPathWorkToo() {
        Client client = app(backend, "third_party");
        Pending pending = consent(backend, ben, client, "offline_access");
        String path = "/v1/public/" + backend.project().wireId() + "/oauth2/";
        Answer token = send(java.net.http.HttpRequest.newBuilder(uri(path + "token"))
                        .header("Content-Type", "application/json")
                        .POST(java.net.http.HttpRequest.BodyPublishers.ofString(json.write(Map.of(
                                "grant_type",
                                "authorization_code",
                                "code",
                                pending.code(),
                                "redirect_uri",
                                REDIRECT,
                                "code_verifier",
                                pending.verifier(),
                                "client_id",
                                client.id(),
                                "client_secret",
                                client.secret())))))
                .ok();
        Map<String, String> form = client.credentials();
        form.put("token", token.text("access_token"));
        assertThat(form(path + "introspect", form).ok().body()).containsEntry("active", true);
        Map<String, String> elsewhere = new java.util.HashMap<>(form);
        refusedAs(
                form("/v1/public/" + b2b().project().wireId() + "/oauth2/introspect", elsewhere),
                401,
                "invalid_client");
    }

    @Test
    void narrowerScopeOnRefreshIsAllowedAndAWiderOneIsNot() {
        Client client = app(backend, "third_party");
        Connection connection = connect(backend, ben, client, "email", "profile", "offline_access");
        Map<String, String> form = client.credentials();
        form.put("grant_type", "refresh_token");
        form.put("refresh_token", connection.refreshToken());
        form.put("scope", "email");
        assertThat(form("/v1/oauth2/token", form).ok().text("scope")).isEqualTo("email");
        form.put("scope", "email phone");
        refusedAs(form("/v1/oauth2/token", form), 400, "invalid_scope");
    }

    @Test
    void repeatedParameterIsRefused() {
        Answer answer = send(java.net.http.HttpRequest.newBuilder(uri("/v1/oauth2/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(
                        "grant_type=refresh_token&grant_type=password")));
        refusedAs(answer, 400, "invalid_request");
    }
}
