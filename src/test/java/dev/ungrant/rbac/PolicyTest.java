package dev.ungrant.rbac;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.OAuthTest;
import dev.ungrant.SdkPage;
import dev.ungrant.projects.Project;
import dev.ungrant.projects.Projects;
import dev.ungrant.projects.TokenFormat;
import dev.ungrant.projects.Vertical;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may do what to whom: the table that every door obeys, and a reader who is stopped at the doors. */
final class PolicyTest extends OAuthTest {
    private static final Via VIA = new Via(Via.Door.API, "request-id-test", "");

    private static final Map<String, Permission> PERMISSIONS = Map.of(
            "see", Permission.GET_CONNECTED_APPS,
            "revoke", Permission.REVOKE_CONNECTED_APP,
            "rename", Permission.onMember("update.info.name"),
            "promote", Permission.onMember("update.settings.roles"),
            "delete", Permission.onMember("delete"),
            "inventory", Permission.GET_ORGANIZATION_CONNECTED_APPS,
            "policy", Permission.UPDATE_CONNECTED_APP_POLICY);

    /** What Acme's own policy defines. */
    private static final List<Role> CUSTOM = List.of(
            role("reader", "stytch.member", "get.connected-apps"),
            new Role(
                    "helpdesk",
                    "",
                    List.of(
                            new Role.ResourceActions(
                                    "stytch.member", List.of("get.connected-apps", "revoke.connected-app")),
                            new Role.ResourceActions("stytch.organization", List.of("get.connected-apps")))),
            role("all-self", "stytch.self", "*"),
            role("elsewhere", "stytch.sso", "*"));

    /** What the project adds: a role of its own, and more for a built-in one where the table says "generous". */
    private static final List<Role> ADDED = List.of(role("auditor", "stytch.organization", "get.connected-apps"));

    @Inject
    Policies policies;

    private UUID project;
    private UUID generous;
    private UUID shop;
    private final UUID acme = UUID.randomUUID();
    private final UUID globex = UUID.randomUUID();

    @BeforeEach
    void setUp() {
        project = make(Vertical.B2B);
        generous = make(Vertical.B2B);
        shop = make(Vertical.CONSUMER);
        policies.replace(project, new Policy(ADDED, List.of(), List.of()));
        policies.replace(
                generous,
                new Policy(
                        List.of(role("stytch_member", "stytch.member", "get.connected-apps")), List.of(), List.of()));
        policies.replace(
                shop,
                new Policy(List.of(role("support", "stytch.self", "revoke.connected-app")), List.of(), List.of()));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    # the session's roles         | to do     | self | other | in another organization
                    stytch_member                 | see       | yes  | no    | no
                    stytch_member                 | revoke    | yes  | no    | no
                    stytch_member                 | rename    | yes  | no    | no
                    stytch_member                 | delete    | yes  | no    | no
                    stytch_member                 | promote   | no   | no    | no
                    stytch_member                 | inventory | no   | no    | no
                    stytch_member                 | policy    | no   | no    | no
                    stytch_member,stytch_admin    | see       | yes  | yes   | no
                    stytch_member,stytch_admin    | revoke    | yes  | yes   | no
                    stytch_member,stytch_admin    | rename    | yes  | yes   | no
                    stytch_member,stytch_admin    | promote   | yes  | yes   | no
                    stytch_member,stytch_admin    | delete    | yes  | yes   | no
                    stytch_admin                  | revoke    | yes  | yes   | no
                    # without any role, and with roles that nobody defines
                    nothing                       | see       | no   | no    | no
                    nothing                       | revoke    | no   | no    | no
                    STYTCH_ADMIN                  | revoke    | no   | no    | no
                    support                       | revoke    | no   | no    | no
                    # the organization's own roles
                    stytch_member,reader          | see       | yes  | yes   | no
                    stytch_member,reader          | revoke    | yes  | no    | no
                    reader                        | revoke    | no   | no    | no
                    stytch_member,helpdesk        | see       | yes  | yes   | no
                    stytch_member,helpdesk        | revoke    | yes  | yes   | no
                    stytch_member,helpdesk        | rename    | yes  | no    | no
                    stytch_member,helpdesk        | promote   | no   | no    | no
                    all-self                      | revoke    | yes  | no    | no
                    all-self                      | promote   | no   | no    | no
                    elsewhere                     | revoke    | no   | no    | no
                    # a role that the project adds
                    stytch_member,auditor         | see       | yes  | no    | no
                    stytch_member,auditor         | revoke    | yes  | no    | no
                    """)
    void onAMember(String roles, String action, String self, String other, String elsewhere) {
        Subject ben = Subject.member(project, acme, UUID.randomUUID());
        SessionCaller caller = session(ben, roles);
        Permission permission = PERMISSIONS.get(action);
        assertThat(policies.permits(caller, permission, ben)).as("self").isEqualTo(self.equals("yes"));
        assertThat(policies.permits(caller, permission, Subject.member(project, acme, UUID.randomUUID())))
                .as("other")
                .isEqualTo(other.equals("yes"));
        // The same member id in another organization is somebody else.
        for (UUID member : List.of(ben.id(), UUID.randomUUID())) {
            assertThat(policies.permits(caller, permission, Subject.member(project, globex, member)))
                    .as("in another organization")
                    .isEqualTo(elsewhere.equals("yes"));
        }
        assertThat(policies.permits(caller, permission, Subject.user(shop, ben.id())))
                .as("a user")
                .isFalse();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    stytch_member                 | inventory | no
                    stytch_member                 | policy    | no
                    stytch_member,stytch_admin    | inventory | yes
                    stytch_member,stytch_admin    | policy    | yes
                    stytch_member,reader          | inventory | no
                    stytch_member,helpdesk        | inventory | yes
                    stytch_member,helpdesk        | policy    | no
                    stytch_member,auditor         | inventory | yes
                    stytch_member,auditor         | policy    | no
                    nothing                       | inventory | no
                    """)
    void onTheOrganization(String roles, String action, String own) {
        SessionCaller caller = session(Subject.member(project, acme, UUID.randomUUID()), roles);
        assertThat(policies.permits(caller, PERMISSIONS.get(action), acme)).isEqualTo(own.equals("yes"));
        assertThat(policies.permits(caller, PERMISSIONS.get(action), globex)).isFalse();
        assertThat(policies.permits(caller, PERMISSIONS.get(action), project)).isFalse();
    }

    @Test
    void projectMayAddToABuiltInRoleForItsOwnMembersOnly() {
        Subject ben = Subject.member(generous, acme, UUID.randomUUID());
        Subject cleo = Subject.member(generous, acme, UUID.randomUUID());
        assertThat(policies.permits(session(ben, "stytch_member"), Permission.GET_CONNECTED_APPS, cleo))
                .isTrue();
        assertThat(policies.permits(session(ben, "stytch_member"), Permission.REVOKE_CONNECTED_APP, cleo))
                .isFalse();
    }

    /** Another organization's role of the same name gives nothing here. */
    @Test
    void roleOfAnotherOrganizationIsUnknownHere() {
        Subject gil = Subject.member(project, globex, UUID.randomUUID());
        SessionCaller caller = new SessionCaller(UUID.randomUUID(), gil, Set.of("helpdesk"), List.of(), VIA);
        assertThat(policies.permits(
                        caller, Permission.REVOKE_CONNECTED_APP, Subject.member(project, globex, UUID.randomUUID())))
                .isFalse();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    stytch_user  | see    | yes
                    stytch_user  | revoke | yes
                    stytch_admin | revoke | no
                    nothing      | revoke | no
                    support      | revoke | yes
                    support      | see    | no
                    """)
    void onAUser(String roles, String action, String self) {
        Subject uma = Subject.user(shop, UUID.randomUUID());
        SessionCaller caller = new SessionCaller(UUID.randomUUID(), uma, split(roles), List.of(), VIA);
        assertThat(policies.permits(caller, PERMISSIONS.get(action), uma)).isEqualTo(self.equals("yes"));
        assertThat(policies.permits(caller, PERMISSIONS.get(action), Subject.user(shop, UUID.randomUUID())))
                .isFalse();
        assertThat(policies.permits(caller, PERMISSIONS.get(action), Subject.user(project, uma.id())))
                .isFalse();
    }

    @Test
    void projectMayDoEverythingWithinItselfAndNothingBeyond() {
        ProjectCaller caller = new ProjectCaller(project, VIA);
        for (Permission permission : PERMISSIONS.values()) {
            assertThat(policies.permits(caller, permission, Subject.member(project, acme, UUID.randomUUID())))
                    .isTrue();
            assertThat(policies.permits(caller, permission, Subject.member(generous, acme, UUID.randomUUID())))
                    .isFalse();
            assertThat(policies.permits(caller, permission, Subject.user(shop, UUID.randomUUID())))
                    .isFalse();
        }
    }

    /** O06, O10 */
    @Test
    void readerSeesAndIsRefusedAndSoIsAnAdminWhoIsOneNoMore() {
        Backend backend = b2b();
        Map<String, Object> organization = backend.organization("Acme");
        String path = "/v1/b2b/organizations/" + organization.get("organization_id");
        backend.put(
                        "/v1/b2b/rbac/organizations/" + organization.get("organization_id"),
                        Map.of(
                                "org_policy",
                                Map.of(
                                        "roles",
                                        List.of(Map.of(
                                                "role_id", "reader",
                                                "description", "May look",
                                                "permissions",
                                                        List.of(
                                                                Map.of(
                                                                        "resource_id",
                                                                        "stytch.member",
                                                                        "actions",
                                                                        List.of("get.connected-apps", "search")),
                                                                Map.of(
                                                                        "resource_id",
                                                                        "stytch.organization",
                                                                        "actions",
                                                                        List.of("get.connected-apps"))))))))
                .ok();
        Map<String, Object> rita = backend.member(organization, "rita@acme.example", "reader");
        Map<String, Object> ada = backend.member(organization, "ada@acme.example", "stytch_admin");
        Map<String, Object> ben = backend.member(organization, "ben@acme.example");
        Client client = app(backend, "third_party");
        Connection connection = connect(backend, ben, client, "email");
        connect(backend, rita, client, "email");

        Backend asRita = backend.as(rita);
        assertThat(asRita.get(appsOf(ben)).ok().list("connected_apps")).hasSize(1);
        asRita.get(path + "/connected_apps").ok();
        asRita.post(revokeOf(ben, client), "{}").refused(403, "session_authorization_error");
        asRita.post(
                        "/v1/b2b/organizations/" + organization.get("organization_slug") + "/members/"
                                + ben.get("member_id") + "/connected_apps/" + client.id() + "/revoke",
                        null)
                .refused(403, "session_authorization_error");
        asRita.put(path, Map.of("third_party_connected_apps_allowed_type", "NOT_ALLOWED"))
                .refused(403, "session_authorization_error");
        asRita.put(path + "/members/" + rita.get("member_id"), Map.of("roles", List.of("stytch_admin")))
                .refused(403, "session_authorization_error");
        asRita.delete(path + "/members/" + ben.get("member_id")).refused(403, "session_authorization_error");
        SdkPage page = page(backend, rita);
        String members = "/sdk/v1/b2b/organizations/members/";
        assertThat(page.get(members + ben.get("member_id") + "/connected_apps")
                        .ok()
                        .list("connected_apps"))
                .hasSize(1);
        page.get("/sdk/v1/b2b/organizations/connected_apps").ok();
        page.post(members + ben.get("member_id") + "/connected_apps/" + client.id() + "/revoke", null)
                .refused(403, "session_authorization_error");
        page.post("/sdk/v1/b2b/sessions/revoke/" + ben.get("member_id"), null)
                .refused(403, "session_authorization_error");
        String mine = "/sdk/v1/b2b/organizations/me";
        page.post(mine + "/members/search", Map.of()).ok();
        page.put(mine, Map.of("third_party_connected_apps_allowed_type", "NOT_ALLOWED"))
                .refused(403, "session_authorization_error");
        page.delete(mine).refused(403, "session_authorization_error");
        page.put(members + "update", Map.of("roles", List.of("stytch_admin")))
                .refused(403, "session_authorization_error");
        page.put(members + rita.get("member_id"), Map.of("roles", List.of("stytch_admin")))
                .refused(403, "session_authorization_error");
        page.put(members + "update", Map.of("trusted_metadata", Map.of("plan", "gold")))
                .refused(401, "cannot_update_trusted_metadata");
        page.put(members + "update", Map.of("name", "Rita")).ok();
        page.put(members + ben.get("member_id"), Map.of("name", "Taken")).refused(403, "session_authorization_error");
        page.delete(members + ben.get("member_id")).refused(403, "session_authorization_error");
        page.put(members + ben.get("member_id") + "/reactivate", null).refused(403, "session_authorization_error");
        page.post("/sdk/v1/b2b/organizations/members", Map.of("email_address", "new@acme.example"))
                .refused(403, "session_authorization_error");
        page.post("/sdk/v1/b2b/magic_links/email/invite", Map.of("email_address", "new@acme.example"))
                .refused(403, "session_authorization_error");
        assertThat(isActive(client, connection.accessToken())).isTrue();
        asRita.post(revokeOf(rita, client), "{}").ok();

        // The session goes on; what it may do is asked anew each time.
        Backend asAda = backend.as(ada);
        asAda.get(appsOf(ben)).ok();
        backend.put(path + "/members/" + ada.get("member_id"), Map.of("roles", List.of(), "name", "Ada"))
                .ok();
        backend.put(path + "/members/" + ada.get("member_id"), Map.of("roles", List.of("reader")))
                .ok();
        asAda.post(revokeOf(ben, client), "{}").refused(403, "session_authorization_error");
        SdkPage adas = page(backend, ada);
        adas.post(members + ben.get("member_id") + "/connected_apps/" + client.id() + "/revoke", null)
                .refused(403, "session_authorization_error");
        assertThat(isActive(client, connection.accessToken())).isTrue();
    }

    private UUID make(Vertical vertical) {
        Projects.Created created = projects.create(vertical, "Test", null, TokenFormat.OPAQUE);
        Project made = created.project();
        return made.projectId();
    }

    private static SessionCaller session(Subject subject, String roles) {
        return new SessionCaller(UUID.randomUUID(), subject, split(roles), CUSTOM, VIA);
    }

    private static Set<String> split(String roles) {
        return roles.equals("nothing") ? Set.of() : Set.of(roles.split(","));
    }

    private static Role role(String id, String resource, String... actions) {
        return new Role(id, "", List.of(new Role.ResourceActions(resource, List.of(actions))));
    }
}
