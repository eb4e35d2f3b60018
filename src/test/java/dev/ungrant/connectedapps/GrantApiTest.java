package dev.ungrant.connectedapps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.OAuthTest;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class GrantApiTest extends OAuthTest {
    private Backend backend;
    private Map<String, Object> acme;
    private Map<String, Object> globex;
    private Map<String, Object> ada;
    private Map<String, Object> ben;
    private Map<String, Object> cleo;
    private Map<String, Object> gil;

    @BeforeEach
    void cast() {
        backend = b2b();
        acme = backend.organization("Acme");
        globex = backend.organization("Globex");
        ada = backend.member(acme, "ada@acme.example", "stytch_admin");
        ben = backend.member(acme, "ben@acme.example");
        cleo = backend.member(acme, "cleo@acme.example");
        gil = backend.member(globex, "gil@globex.example", "stytch_admin");
    }

    @Test
    void listShowsEveryFieldOfTheContractAndOurs() {
        Client client =
                app(backend, "third_party", Map.of("client_name", "Calendar", "logo_url", "https://x.example/l.png"));
        connect(backend, ben, client, "openid", "email");
        Map<String, Object> item =
                backend.get(appsOf(ben)).ok().objects("connected_apps").getFirst();
        assertThat(item)
                .containsEntry("connected_app_id", client.id())
                .containsEntry("name", "Calendar")
                .containsEntry("description", "")
                .containsEntry("client_type", "third_party")
                .containsEntry("scopes_granted", "openid email")
                .containsEntry("logo_url", "https://x.example/l.png")
                .containsKeys("grant_id", "granted_at", "last_used_at", "expires_at");
        assertThat(backend.get(appsOf(cleo)).ok().list("connected_apps")).isEmpty();
    }

    @Test
    void receiptSaysWhatEndedAndRepeatingItSaysTheSame() {
        Client client = app(backend, "third_party");
        connect(backend, ben, client, "offline_access");
        connect(backend, ben, client, "offline_access");
        consent(backend, ben, client, "offline_access");
        Answer first = backend.post(revokeOf(ben, client), "{}").ok();
        assertThat(first.body())
                .containsEntry("authorization_codes_ended", 1)
                .containsEntry("access_tokens_ended", 2)
                .containsEntry("refresh_tokens_ended", 2);
        assertThat(first.text("effective_by")).isEqualTo(first.text("revoked_at"));
        Answer second = backend.post(revokeOf(ben, client), "{}").ok();
        Map<String, Object> same = new HashMap<>(second.body());
        same.put("request_id", first.text("request_id"));
        assertThat(same).isEqualTo(first.body());
        assertThat(audited("grant.revoked", ben)).isEqualTo(1);
        assertThat(outboxOf(acme)).isLessThanOrEqualTo(1);
    }

    @Test
    void appThatWasNeverConnectedIsRevokedWithSuccess() {
        Answer answer =
                backend.post(revokeOf(ben, app(backend, "third_party")), "{}").ok();
        assertThat(answer.body()).containsEntry("grant_id", null).containsEntry("access_tokens_ended", 0);
        assertThat(audited("grant.revoked", ben)).isZero();
    }

    @Test
    void memberMayRevokeOwnAppsOnly() {
        Client client = app(backend, "third_party");
        connect(backend, cleo, client, "email");
        backend.as(ben).post(revokeOf(cleo, client), "{}").refused(403, "session_authorization_error");
        backend.as(ben).get(appsOf(cleo)).refused(403, "session_authorization_error");
        assertThat(backend.get(appsOf(cleo)).ok().list("connected_apps")).hasSize(1);
        backend.as(cleo).post(revokeOf(cleo, client), "{}").ok();
    }

    @Test
    void sessionOfAnotherOrganizationIsRefused() {
        Client client = app(backend, "third_party");
        connect(backend, ben, client, "email");
        backend.as(gil).post(revokeOf(ben, client), "{}").refused(403, "session_authorization_tenancy_error");
        backend.as(gil).get(appsOf(ben)).refused(403, "session_authorization_tenancy_error");
        // In his own organization there is no Ben.
        String wrongPlace = "/v1/b2b/organizations/" + globex.get("organization_id") + "/members/"
                + ben.get("member_id") + "/connected_apps";
        backend.as(gil).post(wrongPlace + "/" + client.id() + "/revoke", "{}").refused(404, "member_not_found");
        backend.post(wrongPlace + "/" + client.id() + "/revoke", "{}").refused(404, "member_not_found");
        assertThat(backend.get(appsOf(ben)).ok().list("connected_apps")).hasSize(1);
    }

    @Test
    void anotherProjectFindsNothing() {
        Client client = app(backend, "third_party");
        connect(backend, ben, client, "email");
        Backend stranger = b2b();
        stranger.post(revokeOf(ben, client), "{}").refused(404, "organization_not_found");
        Map<String, Object> theirs = stranger.member(stranger.organization("Acme"), "ben@acme.example");
        stranger.post(revokeOf(theirs, client), "{}").refused(404, "connected_app_not_found");
        assertThat(backend.get(appsOf(ben)).ok().list("connected_apps")).hasSize(1);
    }

    @Test
    void idsThatDoNotExistAreNotFound() {
        Client client = app(backend, "third_party");
        String base = "/v1/b2b/organizations/";
        String organization = (String) acme.get("organization_id");
        backend.post(base + "organization-test-" + UUID.randomUUID() + "/members/x/connected_apps/y/revoke", "{}")
                .refused(404, "organization_not_found");
        backend.post(base + organization + "/members/nobody/connected_apps/" + client.id() + "/revoke", "{}")
                .refused(404, "member_not_found");
        backend.post(revokeOf(ben, new Client("connected-app-test-" + UUID.randomUUID(), null)), "{}")
                .refused(404, "connected_app_not_found");
        backend.post(revokeOf(ben, new Client("nonsense", null)), "{}").refused(404, "connected_app_not_found");
    }

    @Test
    void bothSessionHeadersMustNameTheSameSession() {
        Client client = app(backend, "third_party");
        connect(backend, ben, client, "email");
        var one = begin(backend.project(), ben);
        var two = begin(backend.project(), ben);
        backend.withSession(one.token().reveal(), sessions.jwt(two.session()))
                .post(revokeOf(ben, client), "{}")
                .refused(400, "too_many_session_arguments");
        backend.withSession(one.token().reveal(), sessions.jwt(one.session()))
                .post(revokeOf(ben, client), "{}")
                .ok();
        backend.withSession("nonsense", null).get(appsOf(ben)).refused(404, "session_not_found");
        backend.withSession(null, "nonsense").get(appsOf(ben)).refused(401, "unable_to_parse_session_jwt");
    }

    @Test
    void organizationSeesWhatIsInstalledAndByWhom() {
        Client client = app(backend, "third_party", Map.of("client_name", "Calendar"));
        connect(backend, ben, client, "openid", "email");
        connect(backend, cleo, client, "openid");
        String path = "/v1/b2b/organizations/" + acme.get("organization_id") + "/connected_apps";
        assertThat(backend.get(path).ok().objects("connected_apps"))
                .hasSize(1)
                .first()
                .satisfies(app -> assertThat(app)
                        .containsOnlyKeys("connected_app_id", "name", "description", "client_type", "logo_url"));
        Answer detail = backend.as(ada).get(path + "/" + client.id()).ok();
        assertThat(detail.body())
                .containsEntry("name", "Calendar")
                .containsKeys("description", "client_type", "logo_url");
        assertThat(detail.objects("active_members"))
                .containsExactlyInAnyOrder(
                        Map.of("member_id", ben.get("member_id"), "granted_scopes", List.of("openid", "email")),
                        Map.of("member_id", cleo.get("member_id"), "granted_scopes", List.of("openid")));
        backend.as(ben).get(path).refused(403, "session_authorization_error");
        backend.as(gil).get(path).refused(403, "session_authorization_tenancy_error");
        backend.post(revokeOf(ben, client), "{}").ok();
        backend.post(revokeOf(cleo, client), "{}").ok();
        assertThat(backend.get(path).ok().list("connected_apps")).isEmpty();
    }

    @Test
    void tighterPolicyEndsWhatItForbidsAndAllowingItAgainBringsNothingBack() {
        Client client = app(backend, "third_party");
        Client mine = app(backend, "first_party");
        Connection third = connect(backend, ben, client, "offline_access");
        Connection first = connect(backend, ben, mine, "offline_access");
        Connection elsewhere = connect(backend, gil, client, "offline_access");
        String path = "/v1/b2b/organizations/" + acme.get("organization_id");

        backend.put(
                        path,
                        Map.of(
                                "third_party_connected_apps_allowed_type",
                                "RESTRICTED",
                                "allowed_third_party_connected_apps",
                                List.of(client.id())))
                .ok();
        assertThat(isActive(client, third.accessToken())).isTrue();
        backend.put(path, Map.of("third_party_connected_apps_allowed_type", "NOT_ALLOWED"))
                .ok();
        assertThat(isActive(client, third.accessToken())).isFalse();
        refusedAs(refresh(third), 400, "invalid_grant");
        assertThat(isActive(mine, first.accessToken())).isTrue();
        assertThat(isActive(client, elsewhere.accessToken())).isTrue();
        assertThat(backend.get(appsOf(ben)).ok().list("connected_apps")).hasSize(1);
        start(backend, ben, client, "email").refused(400, "connected_app_not_allowed_for_org");

        backend.put(path, Map.of("third_party_connected_apps_allowed_type", "ALL_ALLOWED"))
                .ok();
        assertThat(isActive(client, third.accessToken())).isFalse();
        refusedAs(refresh(third), 400, "invalid_grant");
        assertThat(start(backend, ben, client, "offline_access").ok().body()).containsEntry("consent_required", true);
        assertThat(audited("grant.revoked", ben)).isEqualTo(1);
    }

    @Test
    void deactivatingAMemberEndsItsGrantsForGood() {
        Client client = app(backend, "third_party");
        Connection connection = connect(backend, ben, client, "offline_access");
        String path = "/v1/b2b/organizations/" + acme.get("organization_id") + "/members/" + ben.get("member_id");
        backend.delete(path).ok();
        assertThat(isActive(client, connection.accessToken())).isFalse();
        refusedAs(refresh(connection), 400, "invalid_grant");
        assertThat(backend.get(appsOf(ben)).ok().list("connected_apps")).isEmpty();
        backend.put(path + "/reactivate", null).ok();
        assertThat(isActive(client, connection.accessToken())).isFalse();
        assertThat(backend.get(appsOf(ben)).ok().list("connected_apps")).isEmpty();
    }

    @Test
    void deletingAnAppOrAnOrganizationEndsTheirGrants() {
        Client client = app(backend, "third_party");
        Client gone = app(backend, "third_party");
        Connection kept = connect(backend, ben, client, "offline_access");
        Connection lost = connect(backend, ben, gone, "offline_access");
        Connection elsewhere = connect(backend, gil, client, "offline_access");
        backend.delete("/v1/connected_apps/clients/" + gone.id()).ok();
        refusedAs(refresh(lost), 401, "invalid_client");
        assertThat(isActive(client, kept.accessToken())).isTrue();
        assertThat(audited("grant.revoked", ben)).isEqualTo(1);
        backend.delete("/v1/b2b/organizations/" + acme.get("organization_id")).ok();
        assertThat(isActive(client, kept.accessToken())).isFalse();
        refusedAs(refresh(kept), 400, "invalid_grant");
        assertThat(isActive(client, elsewhere.accessToken())).isTrue();
    }

    @Test
    void narrowerAuthorizationNarrowsOlderTokensToo() {
        Client client = app(backend, "third_party");
        Connection wide = connect(backend, ben, client, "email", "profile");
        connect(backend, ben, client, "email");
        assertThat(introspect(client, wide.accessToken()).text("scope")).isEqualTo("email");
        assertThat(backend.get(appsOf(ben)).ok().objects("connected_apps").getFirst())
                .containsEntry("scopes_granted", "email");
    }

    @Test
    void useOfATokenIsNotedSoonAndCounted() throws InterruptedException {
        Client client = app(backend, "third_party");
        Connection connection = connect(backend, ben, client, "email");
        assertThat(backend.get(appsOf(ben)).ok().objects("connected_apps").getFirst())
                .containsEntry("last_used_at", null);
        isActive(client, connection.accessToken());
        isActive(client, connection.accessToken());
        Object lastUsed = null;
        for (int i = 0; i < 50 && lastUsed == null; i++) {
            Thread.sleep(200);
            lastUsed = backend.get(appsOf(ben))
                    .ok()
                    .objects("connected_apps")
                    .getFirst()
                    .get("last_used_at");
        }
        assertThat(lastUsed).isNotNull();
    }

    @Test
    void listCostsTheSameWhateverItsLength() {
        Client first = app(backend, "third_party");
        connect(backend, ben, first, "email");
        backend.get(appsOf(ben)).ok();
        long one = statementsOf(() -> backend.get(appsOf(ben)).ok());
        for (int i = 0; i < 12; i++) {
            connect(backend, ben, app(backend, "third_party"), "email");
        }
        backend.get(appsOf(ben)).ok();
        long many = statementsOf(() ->
                assertThat(backend.get(appsOf(ben)).ok().list("connected_apps")).hasSize(13));
        assertThat(many).isLessThanOrEqualTo(one + 1);
    }

    private static int audited(String action, Map<String, Object> member) {
        return count(
                "SELECT COUNT(*) FROM audit_events WHERE tenant_id = UUID_TO_BIN(?) AND subject_id = UUID_TO_BIN(?) AND action = ?",
                uuid("organization", member.get("organization_id")).toString(),
                uuid("member", member.get("member_id")).toString(),
                action);
    }

    private static int outboxOf(Map<String, Object> organization) {
        return count(
                "SELECT COUNT(*) FROM outbox WHERE tenant_id = UUID_TO_BIN(?) AND kind = 'grant.ended'",
                uuid("organization", organization.get("organization_id")).toString());
    }

    private static int count(String query, String... parameters) {
        try (java.sql.Connection connection = database();
                PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
