package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.ungrant.projects.Origin;
import dev.ungrant.projects.SdkAccess;
import dev.ungrant.projects.SdkAccesses;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Via;
import dev.ungrant.sessions.TrustedIssuers;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The official browser packages, as npm has them, in Chromium, from a page of another site, against the running jar. What a
 * page revokes is asked about with the app's own credentials afterwards.
 */
class BrowserSdkTest extends JarTest {
    private static HostPages host;

    @Inject
    SdkAccesses accesses;

    @Inject
    TrustedIssuers issuers;

    private final List<String> complaints = new ArrayList<>();

    private Backend backend;
    private ProjectCaller operator;
    private Map<String, Object> acme;
    private Map<String, Object> ada;
    private Map<String, Object> ben;
    private Map<String, Object> cleo;

    @BeforeAll
    static void openHost() {
        host = HostPages.open();
    }

    @AfterAll
    static void closeHost() {
        host.close();
    }

    @BeforeEach
    void cast() {
        backend = b2b();
        operator = letIn(backend);
        acme = backend.organization("Acme");
        ada = backend.member(acme, "ada@acme.example", "stytch_admin");
        ben = backend.member(acme, "ben@acme.example");
        cleo = backend.member(acme, "cleo@acme.example");
    }

    private ProjectCaller letIn(Backend project) {
        ProjectCaller caller = new ProjectCaller(
                project.project().projectId(), new Via(Via.Door.COMMAND, "request-id-test-browser", ""));
        accesses.addOrigin(caller, Origin.require(host.origin()));
        return caller;
    }

    /** A page of the host with the package's client, and nobody signed in. */
    private Page page(BrowserContext context, String entry, Backend project) {
        Page page = context.newPage();
        page.onConsoleMessage(message -> complaints.add(message.type() + ": " + message.text()));
        page.onPageError(complaints::add);
        page.navigate(host.origin() + "/" + entry);
        page.evaluate(
                "([token, base]) => { window.stytch = new Client(token, {endpoints: {testAPIURL: base, liveAPIURL: base}}); }",
                List.of(project.project().publicToken(), baseUrl()));
        return page;
    }

    /** The same with the session of somebody whom the host's own backend has signed in. */
    private Page pageOf(BrowserContext context, String entry, Backend project, Map<String, Object> person) {
        Page page = page(context, entry, project);
        String token = begin(project.project(), person).token().reveal();
        page.evaluate(
                "async ([session_token, session_jwt]) => { stytch.session.updateSession({session_token, session_jwt});"
                        + " await stytch.session.authenticate(); }",
                List.of(token, sessionJwt(project, person, token)));
        return page;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> call(Page page, String expression, Object... arguments) {
        return (Map<String, Object>) page.evaluate("async (args) => " + expression, List.of(arguments));
    }

    /** What the promise was rejected with. */
    private static Map<String, Object> refusal(Page page, String expression, Object... arguments) {
        return call(
                page,
                "{ try { await " + expression + "; return {}; } catch (e) { return {name: e.name, ...e}; } }",
                arguments);
    }

    private static List<Object> ids(Map<String, Object> answer) {
        return column(answer, "connected_apps", "connected_app_id");
    }

    private static List<Object> column(Map<String, Object> answer, String list, String name) {
        List<Object> values = new ArrayList<>();
        ((List<?>) answer.get(list)).forEach(row -> values.add(((Map<?, ?>) row).get(name)));
        return values;
    }

    private void isDead(Connection connection) {
        assertThat(isActive(connection.client(), connection.accessToken())).isFalse();
        assertThat(isActive(connection.client(), connection.refreshToken())).isFalse();
        refusedAs(refresh(connection), 400, "invalid_grant");
    }

    private void isAlive(Connection connection) {
        assertThat(isActive(connection.client(), connection.accessToken())).isTrue();
    }

    @Test
    void memberSeesAndRevokesTheirApps() {
        Client calendar = app(backend, "third_party");
        Client notes = app(backend, "third_party_public");
        Connection dies = connect(backend, ben, calendar, "openid", "offline_access");
        Connection stays = connect(backend, ben, notes, "openid", "offline_access");
        Connection ofCleo = connect(backend, cleo, calendar, "openid", "offline_access");
        try (BrowserContext context = Browser.chromium().newContext()) {
            Page page = pageOf(context, "b2b", backend, ben);
            assertThat(ids(call(page, "stytch.self.getConnectedApps()")))
                    .containsExactlyInAnyOrder(calendar.id(), notes.id());
            Map<String, Object> receipt =
                    call(page, "stytch.self.revokeConnectedApp({connected_app_id: args[0]})", calendar.id());
            assertThat(receipt).containsEntry("status_code", 200);
            isDead(dies);
            isAlive(stays);
            isAlive(ofCleo);
            assertThat(ids(call(page, "stytch.self.getConnectedApps()"))).containsExactly(notes.id());
            assertThat(call(page, "stytch.self.revokeConnectedApp({connected_app_id: args[0]})", calendar.id()))
                    .as("repeat is success")
                    .containsEntry("status_code", 200);

            // §1.13: a refusal must not cost the page its session.
            Map<String, Object> refused = refusal(
                    page,
                    "stytch.organization.members.revokeConnectedApp({member_id: args[0], connected_app_id: args[1]})",
                    cleo.get("member_id"),
                    calendar.id());
            assertThat(refused).containsEntry("error_type", "session_authorization_error");
            assertThat(refusal(
                            page,
                            "stytch.organization.members.getConnectedApps({member_id: args[0]})",
                            cleo.get("member_id")))
                    .containsEntry("error_type", "session_authorization_error");
            isAlive(ofCleo);
            assertThat(call(page, "({member_id: stytch.self.getSync().member_id})"))
                    .containsEntry("member_id", ben.get("member_id"));
            assertThat(ids(call(page, "stytch.self.getConnectedApps()"))).containsExactly(notes.id());
        }
        assertThat(complaints).noneMatch(text -> text.contains("CORS"));
    }

    @Test
    void adminSeesAndRevokesForOthers() {
        Client calendar = app(backend, "third_party", Map.of("access_token_format", "jwt"));
        Connection ofBen = connect(backend, ben, calendar, "openid", "offline_access");
        Connection ofCleo = connect(backend, cleo, calendar, "openid", "offline_access");
        try (BrowserContext context = Browser.chromium().newContext()) {
            Page page = pageOf(context, "b2b", backend, ada);
            assertThat(ids(call(page, "stytch.organization.getConnectedApps()")))
                    .containsExactly(calendar.id());
            Map<String, Object> detail =
                    call(page, "stytch.organization.getConnectedApp({connected_app_id: args[0]})", calendar.id());
            assertThat(column(detail, "active_members", "member_id"))
                    .containsExactlyInAnyOrder(ben.get("member_id"), cleo.get("member_id"));
            assertThat(ids(call(
                            page,
                            "stytch.organization.members.getConnectedApps({member_id: args[0]})",
                            ben.get("member_id"))))
                    .containsExactly(calendar.id());
            call(
                    page,
                    "stytch.organization.members.revokeConnectedApp({member_id: args[0], connected_app_id: args[1]})",
                    ben.get("member_id"),
                    calendar.id());
            isDead(ofBen);
            isAlive(ofCleo);
        }
    }

    @Test
    void userSeesAndRevokesTheirApps() {
        Backend shop = consumer();
        letIn(shop);
        Map<String, Object> uma = shop.user("uma@shop.example");
        Map<String, Object> vic = shop.user("vic@shop.example");
        Client store = app(shop, "third_party");
        Connection dies = connect(shop, uma, store, "openid", "offline_access");
        Connection ofVic = connect(shop, vic, store, "openid", "offline_access");
        try (BrowserContext context = Browser.chromium().newContext()) {
            Page page = pageOf(context, "consumer", shop, uma);
            assertThat(ids(call(page, "stytch.user.getConnectedApps()"))).containsExactly(store.id());
            assertThat(call(page, "stytch.user.revokedConnectedApp(args[0])", store.id()))
                    .containsEntry("status_code", 200);
            isDead(dies);
            isAlive(ofVic);
            assertThat(ids(call(page, "stytch.user.getConnectedApps()"))).isEmpty();
            call(page, "stytch.session.revoke()");
            assertThat(call(page, "({user: stytch.user.getSync()})").get("user"))
                    .isNull();
        }
    }

    @Test
    @SuppressWarnings("unchecked")
    void packageJudgesByOurPolicy() {
        try (BrowserContext context = Browser.chromium().newContext()) {
            Page page = pageOf(context, "b2b", backend, ben);
            String asked = "(async () => ({own: await stytch.rbac.isAuthorized('stytch.self', 'revoke.connected-app'),"
                    + " others: await stytch.rbac.isAuthorized('stytch.member', 'revoke.connected-app'),"
                    + " sync: stytch.rbac.isAuthorizedSync('stytch.self', 'get.connected-apps'),"
                    + " all: await stytch.rbac.allPermissions()}))()";
            Map<String, Object> bens = call(page, asked);
            assertThat(bens)
                    .containsEntry("own", true)
                    .containsEntry("others", false)
                    .containsEntry("sync", true);
            Map<String, Map<String, Object>> all = (Map<String, Map<String, Object>>) bens.get("all");
            assertThat(all.get("stytch.member")).containsEntry("revoke.connected-app", false);
            assertThat(all.get("stytch.self")).containsEntry("revoke.connected-app", true);
        }
        try (BrowserContext context = Browser.chromium().newContext()) {
            Page page = pageOf(context, "b2b", backend, ada);
            assertThat(page.evaluate("() => stytch.rbac.isAuthorized('stytch.member', 'revoke.connected-app')"))
                    .isEqualTo(true);
        }
        // A role of the organization's own.
        backend.put(
                        "/v1/b2b/rbac/organizations/" + acme.get("organization_id"),
                        Map.of(
                                "org_policy",
                                Map.of(
                                        "roles",
                                        List.of(Map.of(
                                                "role_id",
                                                "helpdesk",
                                                "description",
                                                "Takes access back",
                                                "permissions",
                                                List.of(Map.of(
                                                        "resource_id",
                                                        "stytch.member",
                                                        "actions",
                                                        List.of("revoke.connected-app"))))))))
                .ok();
        Map<String, Object> dora = backend.member(acme, "dora@acme.example", "helpdesk");
        try (BrowserContext context = Browser.chromium().newContext()) {
            Page page = pageOf(context, "b2b", backend, dora);
            assertThat(page.evaluate("() => stytch.rbac.isAuthorized('stytch.member', 'revoke.connected-app')"))
                    .isEqualTo(true);
            assertThat(page.evaluate("() => stytch.rbac.isAuthorized('stytch.member', 'get.connected-apps')"))
                    .isEqualTo(false);
        }
    }

    @Test
    @SuppressWarnings("unchecked")
    void adminManagesMembersAndTheOrganization() {
        Client calendar = app(backend, "third_party");
        Connection ofBen = connect(backend, ben, calendar, "openid", "offline_access");
        Connection ofCleo = connect(backend, cleo, calendar, "openid", "offline_access");
        try (BrowserContext context = Browser.chromium().newContext()) {
            Page page = pageOf(context, "b2b", backend, ada);
            String members = "stytch.organization.members.";
            String id = (String) ((Map<String, Object>)
                            call(page, members + "create({email_address: 'dan@acme.example', name: 'Dan'})")
                                    .get("member"))
                    .get("member_id");
            assertThat(column(
                            call(
                                    page,
                                    members
                                            + "search({query: {operator: 'AND', operands: [{filter_name: 'member_emails',"
                                            + " filter_value: ['dan@acme.example']}]}})"),
                            "members",
                            "member_id"))
                    .containsExactly(id);
            Map<String, Object> updated =
                    call(page, members + "update({member_id: args[0], name: 'Daniel', roles: ['stytch_admin']})", id);
            assertThat((Map<String, Object>) updated.get("member"))
                    .containsEntry("name", "Daniel")
                    .containsEntry("is_admin", true);
            call(page, members + "delete(args[0])", id);
            assertThat((Map<String, Object>)
                            call(page, members + "reactivate(args[0])", id).get("member"))
                    .containsEntry("status", "active");

            call(page, members + "delete(args[0])", ben.get("member_id"));
            isDead(ofBen);
            isAlive(ofCleo);

            assertThat(call(page, "stytch.self.update({name: 'Ada Lovelace'})"))
                    .containsEntry("member_id", ada.get("member_id"));
            assertThat(call(page, "stytch.self.get()")).containsEntry("name", "Ada Lovelace");
            assertThat(call(page, "stytch.organization.get()"))
                    .containsEntry("organization_id", acme.get("organization_id"));
            call(
                    page,
                    "stytch.organization.update({third_party_connected_apps_allowed_type: 'RESTRICTED', allowed_third_party_connected_apps: []})");
            isDead(ofCleo);
            assertThat(call(page, "({type: stytch.organization.getSync().third_party_connected_apps_allowed_type})"))
                    .containsEntry("type", "RESTRICTED");
            Map<String, Object> face = (Map<String, Object>) call(
                            page,
                            "stytch.organization.getBySlug({organization_slug: args[0]})",
                            acme.get("organization_slug"))
                    .get("organization");
            assertThat(face).containsEntry("organization_name", "Acme").doesNotContainKey("trusted_metadata");
            assertThat(call(page, "stytch.organization.getBySlug({organization_slug: 'nobody'})")
                            .get("organization"))
                    .isNull();
            assertThat(refusal(page, members + "deleteMFATOTP(args[0])", cleo.get("member_id")))
                    .as("not to be had here")
                    .containsEntry("error_type", "route_not_found");

            call(page, "stytch.session.revokeForMember({member_id: args[0]})", cleo.get("member_id"));
            assertThat(call(page, "stytch.organization.delete()"))
                    .containsEntry("organization_id", acme.get("organization_id"));
            assertThat(call(page, "({member: stytch.self.getSync()})").get("member"))
                    .isNull();
        }
    }

    @Test
    @SuppressWarnings("unchecked")
    void invitedPersonJoinsByTheLink() {
        String address = "invited-" + UUID.randomUUID() + "@acme.example";
        backend.put("/v1/b2b/organizations/" + acme.get("organization_id"), Map.of("email_invites", "ALL_ALLOWED"))
                .ok();
        try (BrowserContext context = Browser.chromium().newContext()) {
            Page page = pageOf(context, "b2b", backend, ada);
            Map<String, Object> invited = call(
                    page,
                    "stytch.magicLinks.email.invite({email_address: args[0], name: 'Ida', invite_redirect_url: args[1]})",
                    address,
                    host.origin() + "/b2b/join");
            assertThat((Map<String, Object>) invited.get("member")).containsEntry("status", "invited");
        }
        String mail = textOfMail(address, 1);
        assertThat(mail).contains("invited to join Acme");
        try (BrowserContext context = Browser.chromium().newContext()) {
            Page page = open(context, linkIn(mail), backend);
            call(page, "stytch.authenticateByUrl({session_duration_minutes: 60})");
            assertThat(call(page, "stytch.self.get()"))
                    .containsEntry("status", "active")
                    .containsEntry("email_address", address)
                    .containsEntry("email_address_verified", true);
        }
    }

    @Test
    @SuppressWarnings("unchecked")
    void userChangesTheirName() {
        Backend shop = consumer();
        letIn(shop);
        Map<String, Object> uma = shop.user("uma@shop.example");
        try (BrowserContext context = Browser.chromium().newContext()) {
            Page page = pageOf(context, "consumer", shop, uma);
            assertThat(call(page, "stytch.user.get()")).containsEntry("user_id", uma.get("user_id"));
            call(page, "stytch.user.update({name: {first_name: 'Uma'}, untrusted_metadata: {colour: 'red'}})");
            assertThat((Map<String, Object>) call(page, "stytch.user.getSync()").get("name"))
                    .containsEntry("first_name", "Uma");
            assertThat(refusal(page, "stytch.user.update({trusted_metadata: {plan: 'gold'}})"))
                    .containsEntry("error_type", "cannot_update_trusted_metadata");
            call(page, "stytch.user.update({roles: ['support'], external_id: 'taken'})");
            assertThat(call(page, "stytch.user.get()"))
                    .containsEntry("roles", List.of("stytch_user"))
                    .containsEntry("external_id", "");
        }
    }

    @Test
    @SuppressWarnings("unchecked")
    void hostAsksForConsentAndLetsTheAppIn() {
        String bye = "https://app.example/bye";
        Client calendar = app(backend, "third_party_public", Map.of("post_logout_redirect_urls", List.of(bye)));
        try (BrowserContext context = Browser.chromium().newContext()) {
            Page page = pageOf(context, "b2b", backend, ben);
            Map<String, Object> request = Map.of(
                    "client_id",
                    calendar.id(),
                    "redirect_uri",
                    REDIRECT,
                    "response_type",
                    "code",
                    "scopes",
                    List.of("openid", "offline_access"));
            Map<String, Object> started = call(page, "stytch.idp.oauthAuthorizeStart(args[0])", request);
            assertThat(started).containsEntry("consent_required", true);
            assertThat((Map<String, Object>) started.get("client")).containsEntry("client_id", calendar.id());
            assertThat(column(started, "scope_results", "is_grantable")).containsExactly(true, true);

            Map<String, Object> denied =
                    call(page, "stytch.idp.oauthAuthorizeSubmit(args[0])", submitted(request, verifier(), false));
            assertThat(denied).doesNotContainKey("authorization_code");
            assertThat(query((String) denied.get("redirect_uri"))).containsEntry("error", "access_denied");

            String verifier = verifier();
            Map<String, Object> granted =
                    call(page, "stytch.idp.oauthAuthorizeSubmit(args[0])", submitted(request, verifier, true));
            assertThat(query((String) granted.get("redirect_uri")))
                    .containsEntry("code", (String) granted.get("authorization_code"))
                    .containsEntry("state", "s1");
            Connection connection = redeem(new Pending(calendar, (String) granted.get("authorization_code"), verifier));
            isAlive(connection);

            assertThat(refusal(
                            page,
                            "stytch.idp.oauthAuthorizeStart({...args[0], redirect_uri: 'https://evil.example/'})",
                            request))
                    .containsEntry("error_type", "connected_app_supplied_redirect_url_not_found_in_client");
            call(page, "stytch.self.revokeConnectedApp({connected_app_id: args[0]})", calendar.id());
            isDead(connection);
            assertThat(call(page, "stytch.idp.oauthAuthorizeStart(args[0])", request))
                    .as("asked again after a revoke")
                    .containsEntry("consent_required", true);

            String logout = "stytch.idp.oauthLogoutStart({client_id: args[0], post_logout_redirect_uri: args[1],"
                    + " state: 'x', id_token_hint: args[2]})";
            assertThat(call(page, logout, calendar.id(), bye, ""))
                    .containsEntry("consent_required", true)
                    .containsEntry("redirect_uri", bye + "?state=x");
            assertThat(call(
                            page,
                            logout,
                            calendar.id(),
                            bye,
                            connection.answer().text("id_token")))
                    .containsEntry("consent_required", false);
            assertThat(call(page, "stytch.session.revoke()")).containsEntry("status_code", 200);
            assertThat(call(page, "({member: stytch.self.getSync()})").get("member"))
                    .isNull();
        }
    }

    private static Map<String, Object> submitted(Map<String, Object> request, String verifier, boolean granted) {
        Map<String, Object> more = new HashMap<>(request);
        more.putAll(Map.of("state", "s1", "code_challenge", challenge(verifier), "consent_granted", granted));
        return more;
    }

    @Test
    @SuppressWarnings("unchecked")
    void hostOfUsersAsksForConsentToo() {
        Backend shop = consumer();
        letIn(shop);
        Map<String, Object> uma = shop.user("uma@shop.example");
        Client store =
                app(shop, "third_party", Map.of("post_logout_redirect_urls", List.of("https://app.example/bye")));
        try (BrowserContext context = Browser.chromium().newContext()) {
            Page page = pageOf(context, "consumer", shop, uma);
            Map<String, Object> request = Map.of(
                    "client_id",
                    store.id(),
                    "redirect_uri",
                    REDIRECT,
                    "response_type",
                    "code",
                    "scopes",
                    List.of("openid"));
            Map<String, Object> started = call(page, "stytch.idp.oauthAuthorizeStart(args[0])", request);
            assertThat(started).containsEntry("user_id", uma.get("user_id")).containsEntry("consent_required", true);
            String verifier = verifier();
            Map<String, Object> granted =
                    call(page, "stytch.idp.oauthAuthorizeSubmit(args[0])", submitted(request, verifier, true));
            Connection connection = redeem(new Pending(store, (String) granted.get("authorization_code"), verifier));
            isAlive(connection);

            String logout =
                    "stytch.idp.oauthLogoutStart({client_id: args[0], post_logout_redirect_uri: args[1], state: 'x',"
                            + " id_token_hint: args[2]})";
            String bye = "https://app.example/bye";
            assertThat(call(page, logout, store.id(), bye, ""))
                    .containsEntry("consent_required", true)
                    .containsEntry("redirect_uri", bye + "?state=x");
            assertThat(call(page, logout, store.id(), bye, connection.answer().text("id_token")))
                    .containsEntry("consent_required", false);
            assertThat(refusal(page, logout, store.id(), "https://evil.example/", ""))
                    .containsEntry("error_type", "logout_malformed");
            call(page, "stytch.session.revoke()");
            assertThat(call(page, logout, store.id(), bye, "")).containsEntry("consent_required", false);
        }
    }

    /** The consent page as the React package draws it, on a page that the app's authorization request leads to. */
    @Test
    void reactPackageDrawsTheConsentAndLetsTheAppIn() {
        Client calendar = app(backend, "third_party", Map.of("client_name", "Calendar of Ben"));
        String verifier = verifier();
        try (BrowserContext context = Browser.chromium().newContext()) {
            Page page = consentPage(context, calendar, verifier, null);
            String token = begin(backend.project(), ben).token().reveal();
            page.evaluate(
                    "async ([session_token, session_jwt]) => { stytch.session.updateSession({session_token, session_jwt});"
                            + " await stytch.session.authenticate(); }",
                    List.of(token, sessionJwt(backend, ben, token)));
            page.getByText("Calendar of Ben").first().waitFor();
            assertThat(page.locator("#who").innerText()).isEqualTo(ben.get("email_address"));
            assertThat(page.locator("#root").innerText()).contains("Maintain access to your data");
            page.getByText("Allow", new Page.GetByTextOptions().setExact(true)).click();
            page.waitForURL(url -> url.startsWith(REDIRECT));
            Map<String, String> answer = query(page.url());
            assertThat(answer).containsEntry("state", "s2");
            Connection connection = redeem(new Pending(calendar, answer.get("code"), verifier));
            isAlive(connection);
            page.navigate(host.origin() + "/b2b");
            page.evaluate(
                    "([token, base]) => { window.stytch = new Client(token, {endpoints: {testAPIURL: base, liveAPIURL: base}}); }",
                    List.of(backend.project().publicToken(), baseUrl()));
            call(page, "stytch.self.revokeConnectedApp({connected_app_id: args[0]})", calendar.id());
            isDead(connection);
        }
    }

    @Test
    void personSaysNoToTheReactPackage() {
        Client calendar = app(backend, "third_party");
        try (BrowserContext context = Browser.chromium().newContext()) {
            Page page = consentPage(context, calendar, verifier(), null);
            String token = begin(backend.project(), ben).token().reveal();
            page.evaluate(
                    "async ([session_token, session_jwt]) => { stytch.session.updateSession({session_token, session_jwt});"
                            + " await stytch.session.authenticate(); }",
                    List.of(token, sessionJwt(backend, ben, token)));
            page.getByText("Deny", new Page.GetByTextOptions().setExact(true)).click();
            page.waitForURL(url -> url.startsWith(REDIRECT));
            assertThat(query(page.url())).containsEntry("error", "access_denied");
        }
    }

    /** A host with a sign-in of its own: the package hands the host's token over and shows the consent at once. */
    @Test
    void hostWithItsOwnSignInGetsMemberSessions() throws JOSEException {
        RSAKey key = new RSAKeyGenerator(2048).keyID("host-1").generate();
        String profile = trust(key);
        backend.put(
                        "/v1/b2b/organizations/" + acme.get("organization_id") + "/members/" + ben.get("member_id"),
                        Map.of("external_id", "host|ben"))
                .ok();
        String token = hostToken(key, "host|ben", (String) acme.get("organization_slug"));
        try (BrowserContext context = Browser.chromium().newContext()) {
            Page page = page(context, "b2b", backend);
            Map<String, Object> attested = call(
                    page,
                    "stytch.session.attest({profile_id: args[0], token: args[1], organization_id: args[2], session_duration_minutes: 60})",
                    profile,
                    token,
                    acme.get("organization_id"));
            assertThat(attested).containsEntry("member_id", ben.get("member_id"));
            assertThat(ids(call(page, "stytch.self.getConnectedApps()"))).isEmpty();
            assertThat(refusal(
                            page,
                            "stytch.session.attest({profile_id: args[0], token: args[1]})",
                            profile,
                            hostToken(new RSAKeyGenerator(2048).keyID("host-1").generate(), "host|ben", "acme")))
                    .containsEntry("error_type", "invalid_trusted_auth_token");
            assertThat(call(page, "stytch.session.authenticate()"))
                    .as("and the session goes on")
                    .containsEntry("member_id", ben.get("member_id"));
        }
        Client calendar = app(backend, "third_party", Map.of("client_name", "Calendar of Ben"));
        try (BrowserContext context = Browser.chromium().newContext()) {
            Page page = consentPage(
                    context, calendar, verifier(), Map.of("trustedAuthToken", token, "tokenProfileID", profile));
            page.getByText("Calendar of Ben").first().waitFor();
            assertThat(page.locator("#who").innerText()).isEqualTo(ben.get("email_address"));
        }
    }

    private String trust(RSAKey key) {
        return issuers.add(
                        operator,
                        "https://host.example",
                        "ungrant",
                        "sub",
                        "org",
                        new JWKSet(key.toPublicJWK()).toString(),
                        null)
                .wireId();
    }

    private static String hostToken(RSAKey key, String subject, String organization) throws JOSEException {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(),
                new JWTClaimsSet.Builder()
                        .issuer("https://host.example")
                        .audience("ungrant")
                        .subject(subject)
                        .claim("org", organization)
                        .expirationTime(Date.from(Instant.now().plusSeconds(300)))
                        .build());
        jwt.sign(new RSASSASigner(key));
        return jwt.serialize();
    }

    private Page consentPage(BrowserContext context, Client client, String verifier, Map<String, Object> attested) {
        Page page = context.newPage();
        page.onConsoleMessage(message -> complaints.add(message.type() + ": " + message.text()));
        page.onPageError(complaints::add);
        // The app's own page, which is not there.
        page.route(
                url -> url.startsWith(REDIRECT),
                route -> route.fulfill(new com.microsoft.playwright.Route.FulfillOptions()
                        .setStatus(200)
                        .setBody("app")));
        page.navigate(host.origin() + "/react?client_id=" + client.id() + "&redirect_uri=" + REDIRECT
                + "&response_type=code&scope=openid+email+offline_access&state=s2&code_challenge=" + challenge(verifier)
                + "&code_challenge_method=S256");
        Map<String, Object> arguments = new HashMap<>();
        arguments.put("token", backend.project().publicToken());
        arguments.put("base", baseUrl());
        arguments.put("attested", attested);
        page.evaluate(
                "({token, base, attested}) => show(token, {endpoints: {testAPIURL: base, liveAPIURL: base}}, attested ?? undefined)",
                arguments);
        return page;
    }

    /** A page with nothing but the package signs a member in, by the link of a mail. */
    @Test
    void memberSignsInByALink() {
        String address = "link-" + UUID.randomUUID() + "@acme.example";
        Map<String, Object> lena = backend.member(acme, address);
        try (BrowserContext context = Browser.chromium().newContext()) {
            Page page = page(context, "b2b", backend);
            call(
                    page,
                    "stytch.magicLinks.email.loginOrSignup({email_address: args[0], organization_id: args[1], login_redirect_url: args[2]})",
                    address,
                    acme.get("organization_id"),
                    host.origin() + "/b2b/welcome");
            String link = linkIn(textOfMail(address, 1));
            assertThat(link).startsWith(host.origin() + "/b2b/welcome?");

            try (BrowserContext another = Browser.chromium().newContext()) {
                Page elsewhere = open(another, link, backend);
                assertThat(refusal(elsewhere, "stytch.authenticateByUrl({session_duration_minutes: 60})"))
                        .as("a link that was passed on")
                        .containsEntry("error_type", "pkce_mismatch");
            }
            Page landed = open(context, link, backend);
            Map<String, Object> signedIn = call(landed, "stytch.authenticateByUrl({session_duration_minutes: 60})");
            assertThat(signedIn).containsEntry("handled", true);
            assertThat(call(landed, "({id: stytch.self.getSync().member_id})"))
                    .containsEntry("id", lena.get("member_id"));
            assertThat(ids(call(landed, "stytch.self.getConnectedApps()"))).isEmpty();
            assertThat(refusal(
                            landed,
                            "stytch.magicLinks.authenticate({magic_links_token: args[0], session_duration_minutes: 60})",
                            query(link).get("token")))
                    .as("a link works once")
                    .containsEntry("error_type", "unable_to_auth_magic_link");
        }
    }

    @Test
    void memberSignsInByACode() {
        String address = "code-" + UUID.randomUUID() + "@acme.example";
        Map<String, Object> cora = backend.member(acme, address);
        try (BrowserContext context = Browser.chromium().newContext()) {
            Page page = page(context, "b2b", backend);
            call(
                    page,
                    "stytch.otps.email.loginOrSignup({email_address: args[0], organization_id: args[1]})",
                    address,
                    acme.get("organization_id"));
            String code = codeIn(textOfMail(address, 1));
            String authenticate =
                    "stytch.otps.email.authenticate({code: args[0], email_address: args[1], organization_id: args[2],"
                            + " session_duration_minutes: 60})";
            assertThat(refusal(page, authenticate, other(code), address, acme.get("organization_id")))
                    .containsEntry("error_type", "unable_to_auth_otp_code");
            assertThat(call(page, authenticate, code, address, acme.get("organization_id")))
                    .containsEntry("member_id", cora.get("member_id"))
                    .containsEntry("member_authenticated", true);
            assertThat(ids(call(page, "stytch.self.getConnectedApps()"))).isEmpty();
            assertThat(call(page, "stytch.session.authenticate()")).containsEntry("status_code", 200);
        }
    }

    @Test
    void userSignsInByALinkAndByACode() {
        Backend shop = consumer();
        letIn(shop);
        String address = "user-" + UUID.randomUUID() + "@shop.example";
        Map<String, Object> uma = shop.user(address);
        try (BrowserContext context = Browser.chromium().newContext()) {
            Page page = page(context, "consumer", shop);
            call(
                    page,
                    "stytch.magicLinks.email.loginOrCreate(args[0], {login_magic_link_url: args[1]})",
                    address,
                    host.origin() + "/consumer");
            Page landed = open(context, linkIn(textOfMail(address, 1)), shop);
            call(landed, "stytch.authenticateByUrl({session_duration_minutes: 60})");
            assertThat(call(landed, "stytch.user.getConnectedApps()")).containsEntry("status_code", 200);
            assertThat(call(landed, "({id: stytch.user.getSync().user_id})")).containsEntry("id", uma.get("user_id"));
        }
        try (BrowserContext context = Browser.chromium().newContext()) {
            Page page = page(context, "consumer", shop);
            String method = (String) call(page, "stytch.otps.email.loginOrCreate(args[0])", address)
                    .get("method_id");
            String code = codeIn(textOfMail(address, 2));
            String authenticate = "stytch.otps.authenticate(args[0], args[1], {session_duration_minutes: 60})";
            assertThat(refusal(page, authenticate, other(code), method))
                    .containsEntry("error_type", "unable_to_auth_otp_code");
            assertThat(call(page, authenticate, code, method)).containsEntry("user_id", uma.get("user_id"));
        }
    }

    /** The page that a link leads to, with the package's client. */
    private Page open(BrowserContext context, String link, Backend project) {
        Page page = context.newPage();
        page.navigate(link);
        page.evaluate(
                "([token, base]) => { window.stytch = new Client(token, {endpoints: {testAPIURL: base, liveAPIURL: base}}); }",
                List.of(project.project().publicToken(), baseUrl()));
        return page;
    }

    private static String linkIn(String mail) {
        return mail.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("http://localhost"))
                .findFirst()
                .orElseThrow();
    }

    private static String codeIn(String mail) {
        return mail.lines()
                .map(String::strip)
                .filter(line -> line.matches("[0-9]{6}"))
                .findFirst()
                .orElseThrow();
    }

    private static String other(String code) {
        return code.substring(0, 5) + (code.charAt(5) == '0' ? '1' : '0');
    }

    @Test
    void projectThatSwitchesMemberActionsOffKeepsSessionsAlive() {
        accesses.change(operator, false, null);
        try (BrowserContext context = Browser.chromium().newContext()) {
            Page page = pageOf(context, "b2b", backend, ben);
            assertThat(refusal(page, "stytch.self.getConnectedApps()"))
                    .containsEntry("error_type", "endpoint_not_authorized_for_sdk");
            assertThat(call(page, "stytch.session.authenticate()")).containsEntry("status_code", 200);
        }
    }

    @Test
    void sessionThatEndedElsewhereIsForgotten() {
        try (BrowserContext context = Browser.chromium().newContext()) {
            Page page = pageOf(context, "b2b", backend, ben);
            backend.post("/v1/b2b/sessions/revoke", Map.of("member_id", ben.get("member_id")))
                    .ok();
            assertThat(refusal(page, "stytch.session.authenticate()")).containsEntry("error_type", "session_not_found");
            assertThat(call(page, "({member: stytch.self.getSync()})").get("member"))
                    .isNull();
        }
    }

    @Test
    void pageOfAnOriginThatNobodyAddedGetsNothing() {
        accesses.removeOrigin(operator, Origin.require(host.origin()));
        accesses.addOrigin(operator, Origin.require("https://app.acme.example"));
        try (BrowserContext context = Browser.chromium().newContext()) {
            Page page = page(context, "b2b", backend);
            assertThat(refusal(page, "stytch.organization.getBySlug({organization_slug: 'acme'})"))
                    .containsEntry("name", "StytchAPIUnreachableError");
        }
        assertThat(complaints).anyMatch(text -> text.contains("CORS"));
    }

    /** The page at the same site as the jar, where a cookie of the jar's reaches it (contract §5.5). */
    @Test
    void pageWorksWithASessionThatItsScriptsCannotRead() {
        String sameSite = host.origin().replace("localhost", "127.0.0.1");
        accesses.addOrigin(operator, Origin.require(sameSite));
        accesses.change(operator, null, SdkAccess.Cookies.HTTP_ONLY);
        Client calendar = app(backend, "third_party");
        Connection dies = connect(backend, ben, calendar, "openid", "offline_access");
        try (BrowserContext context = Browser.chromium().newContext()) {
            Page page = context.newPage();
            page.navigate(sameSite + "/b2b");
            page.evaluate(
                    "([token, base]) => { window.stytch = new Client(token, {endpoints: {testAPIURL: base, liveAPIURL: base}}); }",
                    List.of(backend.project().publicToken(), baseUrl()));
            String token = begin(backend.project(), ben).token().reveal();
            page.evaluate(
                    "async ([session_token, session_jwt]) => { stytch.session.updateSession({session_token, session_jwt});"
                            + " await stytch.session.authenticate(); }",
                    List.of(token, "none"));
            assertThat((String) page.evaluate("document.cookie"))
                    .doesNotContain("stytch_session")
                    .doesNotContain(token);
            assertThat(ids(call(page, "stytch.self.getConnectedApps()"))).containsExactly(calendar.id());
            call(page, "stytch.self.revokeConnectedApp({connected_app_id: args[0]})", calendar.id());
            isDead(dies);
            page.reload();
            page.evaluate(
                    "([token, base]) => { window.stytch = new Client(token, {endpoints: {testAPIURL: base, liveAPIURL: base}}); }",
                    List.of(backend.project().publicToken(), baseUrl()));
            assertThat(call(page, "stytch.session.authenticate()")).containsEntry("status_code", 200);
            call(page, "stytch.session.revoke()");
            assertThat(context.cookies()).noneMatch(cookie -> cookie.name.startsWith("sdk-"));
        }
    }
}
