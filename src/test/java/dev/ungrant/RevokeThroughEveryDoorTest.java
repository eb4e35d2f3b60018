package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.portal.PortalDoor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The promise, once per door: after the answer to a revoke no code, access token or refresh token of the grant works, the
 * app is not listed, the next authorization asks for consent, and nobody else's access is touched.
 */
final class RevokeThroughEveryDoorTest extends OAuthTest {
    private Backend backend;
    private Map<String, Object> acme;
    private Map<String, Object> ada;
    private Map<String, Object> ben;
    private Map<String, Object> cleo;

    @BeforeEach
    void cast() {
        backend = b2b();
        acme = backend.organization("Acme");
        ada = backend.member(acme, "ada@acme.example", "stytch_admin");
        ben = backend.member(acme, "ben@acme.example");
        cleo = backend.member(acme, "cleo@acme.example");
    }

    @Test
    void backendWithTheProjectSecret() {
        revokedThrough(
                backend,
                ben,
                client -> backend.post(revokeOf(ben, client), "{}").ok());
    }

    @Test
    void backendWithTheMembersOwnSession() {
        revokedThrough(
                backend,
                ben,
                client -> backend.as(ben).post(revokeOf(ben, client), null).ok());
    }

    @Test
    void backendWithTheMembersOwnSessionJwt() {
        String jwt = sessions.jwt(begin(backend.project(), ben).session());
        revokedThrough(
                backend,
                ben,
                client -> backend.withSession(null, jwt)
                        .post(revokeOf(ben, client), "{}")
                        .ok());
    }

    @Test
    void backendWithAnAdminsSession() {
        revokedThrough(
                backend,
                ben,
                client -> backend.as(ada).post(revokeOf(ben, client), "{}").ok());
    }

    @Test
    void backendThatNamesOrganizationAndMemberByTheirOtherNames() {
        backend.put(
                        "/v1/b2b/organizations/" + acme.get("organization_id"),
                        Map.of("organization_external_id", "acme-ext"))
                .ok();
        backend.put(
                        "/v1/b2b/organizations/" + acme.get("organization_id") + "/members/" + ben.get("member_id"),
                        Map.of("external_id", "ben-ext"))
                .ok();
        for (String organization : List.of((String) acme.get("organization_slug"), "acme-ext")) {
            String path = "/v1/b2b/organizations/" + organization + "/members/ben-ext/connected_apps/";
            revokedThrough(
                    backend,
                    ben,
                    client -> backend.post(path + client.id() + "/revoke", "{}").ok());
        }
    }

    @Test
    void backendOfAConsumerProject() {
        Backend shop = consumer();
        Map<String, Object> uma = shop.user("uma@shop.example");
        revokedThrough(
                shop, uma, client -> shop.post(revokeOf(uma, client), "{}").ok());
    }

    @Test
    void memberOnTheirOwnPageWithoutScript() {
        revokedThrough(
                backend,
                ben,
                client -> PortalDoor.revoke(server.getPort(), portalSession(backend, ben), client.id(), false));
    }

    @Test
    void memberOnTheirOwnPageWithScript() {
        revokedThrough(
                backend,
                ben,
                client -> PortalDoor.revoke(server.getPort(), portalSession(backend, ben), client.id(), true));
    }

    @Test
    void adminOnTheOrganizationsPages() {
        revokedThrough(
                backend,
                ben,
                client -> PortalDoor.revokeFor(
                        server.getPort(), portalSession(backend, ada), (String) ben.get("member_id"), client.id()));
    }

    @Test
    void userOnTheirOwnPage() {
        Backend shop = consumer();
        Map<String, Object> uma = shop.user("uma@shop.example");
        revokedThrough(
                shop, uma, client -> PortalDoor.revoke(server.getPort(), portalSession(shop, uma), client.id(), false));
    }

    @Test
    void memberInAPageWithTheBrowserSdk() {
        String own = "/sdk/v1/b2b/organizations/members/connected_apps/";
        revokedThrough(
                backend,
                ben,
                client -> page(backend, ben)
                        .post(own + client.id() + "/revoke", null)
                        .ok());
    }

    @Test
    void adminInAPageWithTheBrowserSdk() {
        String bens = "/sdk/v1/b2b/organizations/members/" + ben.get("member_id") + "/connected_apps/";
        revokedThrough(
                backend,
                ben,
                client -> page(backend, ada)
                        .post(bens + client.id() + "/revoke", null)
                        .ok());
    }

    @Test
    void userInAPageWithTheBrowserSdk() {
        Backend shop = consumer();
        Map<String, Object> uma = shop.user("uma@shop.example");
        revokedThrough(
                shop,
                uma,
                client -> page(shop, uma)
                        .post("/sdk/v1/users/connected_apps/" + client.id() + "/revoke", null)
                        .ok());
    }

    @Test
    void memberWhoTicksTheAppAmongOthersWithoutScript() {
        revokedThrough(
                backend,
                ben,
                client -> PortalDoor.revokeSelected(
                        server.getPort(), portalSession(backend, ben), List.of(client.id()), false));
    }

    @Test
    void memberWhoTicksTheAppAmongOthersWithScript() {
        revokedThrough(
                backend,
                ben,
                client -> PortalDoor.revokeSelected(
                        server.getPort(), portalSession(backend, ben), List.of(client.id()), true));
    }

    @Test
    void userWhoTicksTheAppAmongOthers() {
        Backend shop = consumer();
        Map<String, Object> uma = shop.user("uma@shop.example");
        revokedThrough(
                shop,
                uma,
                client -> PortalDoor.revokeSelected(
                        server.getPort(), portalSession(shop, uma), List.of(client.id()), false));
    }

    @Test
    void adminOnAMembersPagesWithoutScript() {
        revokedThrough(
                backend,
                ben,
                client -> PortalDoor.revokeFor(
                        server.getPort(),
                        portalSession(backend, ada),
                        (String) ben.get("member_id"),
                        client.id(),
                        false));
    }

    @Test
    void adminOnAMembersPagesWithScript() {
        revokedThrough(
                backend,
                ben,
                client -> PortalDoor.revokeFor(
                        server.getPort(),
                        portalSession(backend, ada),
                        (String) ben.get("member_id"),
                        client.id(),
                        true));
    }

    @Test
    void adminWhoTicksTheAppOnAMembersPages() {
        revokedThrough(
                backend,
                ben,
                client -> PortalDoor.revokeSelectedFor(
                        server.getPort(), portalSession(backend, ada), (String) ben.get("member_id"), client.id()));
    }

    private interface Revoke {
        void revoke(Client client);
    }

    private void revokedThrough(Backend project, Map<String, Object> person, Revoke door) {
        for (Map<String, Object> kind : List.<Map<String, Object>>of(
                Map.of("client_type", "third_party"),
                Map.of("client_type", "third_party_public"),
                Map.of("client_type", "first_party"),
                Map.of("client_type", "third_party", "access_token_format", "jwt"))) {
            Client client = app(project, (String) kind.get("client_type"), kind);
            Client other = app(project, "third_party");
            Connection connection = connect(project, person, client, "openid", "offline_access");
            Connection again = redeem(consent(project, person, client, "openid", "offline_access"));
            Connection ofOther = connect(project, person, other, "openid", "offline_access");
            Connection ofCleo =
                    project == backend ? connect(project, cleo, client, "openid", "offline_access") : ofOther;
            Pending pending = consent(project, person, client, "openid", "offline_access");

            door.revoke(client);

            for (Connection dead : List.of(connection, again)) {
                assertThat(isActive(client, dead.accessToken())).isFalse();
                assertThat(isActive(client, dead.refreshToken())).isFalse();
                refusedAs(refresh(dead), 400, "invalid_grant");
            }
            refusedAs(tryRedeem(pending), 400, "invalid_grant");
            assertThat(listed(project, person)).contains(other.id()).doesNotContain(client.id());
            assertThat(start(project, person, client, "openid").ok().body()).containsEntry("consent_required", true);
            for (Connection untouched : List.of(ofOther, ofCleo)) {
                assertThat(isActive(untouched.client(), untouched.accessToken()))
                        .isTrue();
                refresh(untouched).ok();
            }

            Connection anew = connect(project, person, client, "openid", "offline_access");
            assertThat(isActive(client, anew.accessToken())).isTrue();
            assertThat(isActive(client, connection.accessToken()))
                    .as("old tokens stay dead")
                    .isFalse();
            refusedAs(refresh(again), 400, "invalid_grant");
            refusedAs(tryRedeem(pending), 400, "invalid_grant");
        }
    }

    private static List<Object> listed(Backend project, Map<String, Object> person) {
        return project.get(appsOf(person)).ok().objects("connected_apps").stream()
                .map(app -> app.get("connected_app_id"))
                .toList();
    }
}
