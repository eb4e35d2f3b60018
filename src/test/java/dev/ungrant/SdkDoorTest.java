package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.projects.Origin;
import dev.ungrant.projects.SdkAccess;
import dev.ungrant.projects.SdkAccesses;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Via;
import dev.ungrant.web.MemberAction;
import io.micronaut.web.router.Router;
import io.micronaut.web.router.UriRouteInfo;
import jakarta.inject.Inject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who gets through the browser SDK's door, from which pages, and in which words the others are turned away (contract §5). */
final class SdkDoorTest extends OAuthTest {
    private static final String APP = "https://app.acme.example";
    private static final String SELF = "/sdk/v1/b2b/organizations/members/connected_apps";

    /** What a project can switch off (contract §5.7): members' actions, and changes of organizations. */
    private static final Set<String> MEMBER_ACTIONS = Set.of(
            "GET /sdk/v1/b2b/organizations/members/connected_apps",
            "POST /sdk/v1/b2b/organizations/members/connected_apps/{connected_app_id}/revoke",
            "GET /sdk/v1/b2b/organizations/members/{member_id}/connected_apps",
            "GET /sdk/v1b2b/organizations/members/{member_id}/connected_apps",
            "POST /sdk/v1/b2b/organizations/members/{member_id}/connected_apps/{connected_app_id}/revoke",
            "POST /sdk/v1/b2b/sessions/revoke/{member_id}",
            "PUT /sdk/v1/b2b/organizations/members/update",
            "POST /sdk/v1/b2b/organizations/me/members/search",
            "POST /sdk/v1/b2b/organizations/members",
            "PUT /sdk/v1/b2b/organizations/members/{member_id}",
            "DELETE /sdk/v1/b2b/organizations/members/{member_id}",
            "PUT /sdk/v1/b2b/organizations/members/{member_id}/reactivate",
            "POST /sdk/v1/b2b/magic_links/email/invite",
            "PUT /sdk/v1/b2b/organizations/me",
            "DELETE /sdk/v1/b2b/organizations/me");

    @Inject
    SdkAccesses accesses;

    @Inject
    Router router;

    private Backend backend;
    private ProjectCaller caller;
    private Map<String, Object> ben;
    private String token;

    @BeforeEach
    void cast() {
        backend = b2b();
        caller = new ProjectCaller(backend.project().projectId(), new Via(Via.Door.COMMAND, "request-id-test-0", ""));
        accesses.addOrigin(caller, Origin.require(APP));
        ben = backend.member(backend.organization("Acme"), "ben@acme.example");
        token = begin(backend.project(), ben).token().reveal();
    }

    private SdkPage page() {
        return page(token).with("Origin", APP);
    }

    private SdkPage page(String sessionToken) {
        return SdkPage.of(this, backend.project().publicToken(), sessionToken);
    }

    @Test
    void answerIsForThisPageAlone() {
        Answer answer = page().get(SELF).ok();
        assertThat(answer.list("connected_apps")).isEmpty();
        HttpResponse<String> response = answer.response();
        assertThat(header(response, "Access-Control-Allow-Origin")).isEqualTo(APP);
        assertThat(header(response, "Access-Control-Allow-Credentials")).isEqualTo("true");
        assertThat(response.headers().allValues("Vary")).anyMatch(value -> value.contains("Origin"));
        assertThat(json.object(response.body())).containsOnlyKeys("data");
    }

    @Test
    void pageOfAnotherOriginIsRefusedAndCannotReadWhy() {
        String other = "https://other.example";
        SdkPage elsewhere = page(token);
        backend(other);
        for (String origin : List.of(
                other,
                "https://evil.example",
                "null",
                "https://app.acme.example.evil.example",
                "http://app.acme.example")) {
            Answer answer = elsewhere.with("Origin", origin).get(SELF);
            answer.refused(400, "bad_domain_for_stytch_sdk");
            assertThat(header(answer.response(), "Access-Control-Allow-Origin")).isNull();
        }
    }

    /** Another project that has this origin. */
    private void backend(String origin) {
        ProjectCaller another = new ProjectCaller(b2b().project().projectId(), caller.via());
        accesses.addOrigin(another, Origin.require(origin));
    }

    @Test
    void browserMayAskBeforehand() {
        HttpResponse<String> allowed = askBeforehand(APP, SELF);
        assertThat(allowed.statusCode()).isEqualTo(204);
        assertThat(header(allowed, "Access-Control-Allow-Origin")).isEqualTo(APP);
        assertThat(header(allowed, "Access-Control-Allow-Credentials")).isEqualTo("true");
        assertThat(header(allowed, "Access-Control-Allow-Methods")).contains("GET", "POST", "PUT", "DELETE");
        assertThat(header(allowed, "Access-Control-Allow-Headers"))
                .contains("Authorization", "Content-Type", "X-SDK-Client", "X-SDK-Parent-Host");
        for (String path : List.of(SELF, "/sdk/v1/events", "/sdk/v1/nothing")) {
            assertThat(header(askBeforehand("https://evil.example", path), "Access-Control-Allow-Origin"))
                    .isNull();
        }
    }

    private HttpResponse<String> askBeforehand(String origin, String path) {
        return sendRaw(java.net.http.HttpRequest.newBuilder(uri(path))
                .method("OPTIONS", java.net.http.HttpRequest.BodyPublishers.noBody())
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,content-type,x-sdk-client,x-sdk-parent-host"));
    }

    @Test
    void originThatIsTakenAwayIsRefusedAtOnce() {
        page().get(SELF).ok();
        accesses.addOrigin(caller, Origin.require("https://second.acme.example"));
        accesses.removeOrigin(caller, Origin.require(APP));
        page().get(SELF).refused(400, "bad_domain_for_stytch_sdk");
        page().with("Origin", "https://second.acme.example").get(SELF).ok();
        accesses.removeOrigin(caller, Origin.require("https://second.acme.example"));
        page(token).get(SELF).refused(401, "endpoint_not_authorized_for_sdk");
        SdkPage.of(this, backend.project().publicToken(), null)
                .get("/sdk/v1/projects/bootstrap/" + backend.project().publicToken())
                .refused(401, "endpoint_not_authorized_for_sdk");
    }

    /** §5.6: only what says that nobody is signed in may make the SDK forget its session. */
    @Test
    void refusalsThatEndTheSessionAreKeptApartFromThoseThatDoNot() {
        SdkPage anonymous =
                SdkPage.of(this, backend.project().publicToken(), null).with("Origin", APP);
        anonymous.get(SELF).refused(401, "user_unauthenticated");
        anonymous.with("Authorization", null).get(SELF).refused(401, "unauthorized_credentials");
        Answer unknown = SdkPage.of(this, "public-token-test-" + UUID.randomUUID(), token)
                .with("Origin", APP)
                .get(SELF);
        unknown.refused(404, "public_token_not_found");
        assertThat(header(unknown.response(), "Access-Control-Allow-Origin"))
                .as("the page may read what is wrong")
                .isEqualTo(APP);
        page("cpss_nonsense").get(SELF).refused(404, "session_not_found");

        String cleos = "member-test-" + UUID.randomUUID();
        Map<String, Object> cleo =
                backend.member(Map.of("organization_id", ben.get("organization_id")), "cleo@acme.example");
        Client client = app(backend, "third_party");
        String others = "/sdk/v1/b2b/organizations/members/" + cleo.get("member_id") + "/connected_apps";
        page().get(others).refused(403, "session_authorization_error");
        page().post(others + "/" + client.id() + "/revoke", null).refused(403, "session_authorization_error");
        page().get("/sdk/v1/b2b/organizations/connected_apps").refused(403, "session_authorization_error");
        page().post("/sdk/v1/b2b/sessions/revoke/" + cleo.get("member_id"), null)
                .refused(403, "session_authorization_error");
        page().get(others.replace((String) cleo.get("member_id"), cleos)).refused(404, "member_not_found");
        page().post(SELF + "/connected-app-test-" + UUID.randomUUID() + "/revoke", null)
                .refused(404, "connected_app_not_found");
        page().get("/sdk/v1/users/connected_apps").refused(400, "bad_vertical_for_stytch_sdk");
        Answer missing = page().get("/sdk/v1/b2b/passwords/nothing");
        missing.refused(404, "route_not_found");
        assertThat(header(missing.response(), "Access-Control-Allow-Origin")).isEqualTo(APP);
        for (Answer answer : List.of(unknown, missing)) {
            assertThat(header(answer.response(), "WWW-Authenticate"))
                    .as("a browser would ask for a password")
                    .isNull();
        }
    }

    @Test
    void sessionsOfThePortalAndOfOtherProjectsAreNoKeyHere() {
        page(portalSession(backend, ben)).get(SELF).refused(404, "session_not_found");
        Backend stranger = b2b();
        String theirs = begin(stranger.project(), stranger.member(stranger.organization("Strangers"), "sam@x.example"))
                .token()
                .reveal();
        page(theirs).get(SELF).refused(404, "session_not_found");
    }

    @Test
    void projectSwitchesMemberActionsOff() {
        Map<String, Object> ada = backend.member(
                Map.of("organization_id", ben.get("organization_id")), "ada@acme.example", "stytch_admin");
        String adas = begin(backend.project(), ada).token().reveal();
        accesses.change(caller, false, null);
        Set<String> marked = routes().filter(
                        route -> route.getAnnotationMetadata().hasAnnotation(MemberAction.class))
                .map(SdkDoorTest::name)
                .collect(Collectors.toSet());
        assertThat(marked).isEqualTo(MEMBER_ACTIONS);
        for (String route : marked) {
            String path = route.substring(route.indexOf(' ') + 1)
                    .replace("{member_id}", (String) ben.get("member_id"))
                    .replace("{connected_app_id}", "connected-app-test-" + UUID.randomUUID());
            page(adas)
                    .call(route.substring(0, route.indexOf(' ')), path, null)
                    .refused(401, "endpoint_not_authorized_for_sdk");
        }
        page(adas).get("/sdk/v1/b2b/organizations/connected_apps").ok();
        page(adas).get("/sdk/v1/b2b/organizations/me").ok();
        page(adas).get("/sdk/v1/b2b/organizations/members/me").ok();
        page(adas).post("/sdk/v1/b2b/sessions/authenticate", Map.of()).ok();
        accesses.change(caller, true, null);
        page(adas).get(SELF).ok();
    }

    @Test
    void pageMayProlongItsSessionAndEndIt() {
        Answer answer = page().post("/sdk/v1/b2b/sessions/authenticate", Map.of("session_duration_minutes", 120))
                .ok();
        assertThat(answer.text("session_token")).isEqualTo(token);
        assertThat(answer.text("session_jwt")).contains(".");
        assertThat(answer.object("member")).containsEntry("member_id", ben.get("member_id"));
        assertThat(answer.object("organization")).containsEntry("organization_id", ben.get("organization_id"));
        assertThat(answer.object("member_session").get("roles")).isEqualTo(List.of("stytch_member"));
        page().post(
                        "/sdk/v1/b2b/sessions/authenticate",
                        Map.of("session_custom_claims", Map.of("admin", true), "session_duration_minutes", 5))
                .ok();
        assertThat(backend.post("/v1/b2b/sessions/authenticate", Map.of("session_token", token))
                        .ok()
                        .object("member_session")
                        .get("custom_claims"))
                .as("a page adds no claims")
                .isEqualTo(Map.of());
        page().post("/sdk/v1/b2b/sessions/authenticate", Map.of("session_duration_minutes", 1))
                .refused(400, "invalid_session_duration");
        page().post("/sdk/v1/b2b/sessions/revoke", null).ok();
        page().post("/sdk/v1/b2b/sessions/authenticate", Map.of()).refused(404, "session_not_found");
    }

    @Test
    void adminEndsAllSessionsOfAMember() {
        Map<String, Object> ada = backend.member(
                Map.of("organization_id", ben.get("organization_id")), "ada@acme.example", "stytch_admin");
        String adas = begin(backend.project(), ada).token().reveal();
        page(adas)
                .post("/sdk/v1/b2b/sessions/revoke/" + ben.get("member_id"), null)
                .ok();
        page().get(SELF).refused(404, "session_not_found");
    }

    @Test
    void browserKeepsTheSessionWhereTheProjectWantsItSo() {
        accesses.change(caller, null, SdkAccess.Cookies.HTTP_ONLY);
        Answer handed =
                page().post("/sdk/v1/b2b/sessions/authenticate", Map.of()).ok();
        assertThat(handed.body()).doesNotContainKeys("session_token", "session_jwt");
        String setCookie = header(handed.response(), "Set-Cookie");
        assertThat(setCookie)
                .containsIgnoringCase("HttpOnly")
                .contains("SameSite=Lax")
                .contains("Path=/");
        String cookie = setCookie.substring(0, setCookie.indexOf(';'));
        assertThat(cookie).startsWith("sdk-" + backend.project().projectId() + "=cpss_");

        SdkPage withCookie = SdkPage.of(this, backend.project().publicToken(), null)
                .with("Origin", APP)
                .with("Cookie", cookie);
        withCookie.get(SELF).ok();
        // What another site, or no page at all, could send with it.
        withCookie.with("Origin", null).get(SELF).refused(401, "user_unauthenticated");
        withCookie.with("Origin", "https://evil.example").get(SELF).refused(400, "bad_domain_for_stytch_sdk");
        withCookie.with("Authorization", null).get(SELF).refused(401, "unauthorized_credentials");

        Answer ended = withCookie.post("/sdk/v1/b2b/sessions/revoke", null).ok();
        assertThat(header(ended.response(), "Set-Cookie")).contains("Max-Age=0");
        withCookie.get(SELF).refused(404, "session_not_found");

        accesses.change(caller, null, SdkAccess.Cookies.READABLE);
        String again = begin(backend.project(), ben).token().reveal();
        SdkPage.of(this, backend.project().publicToken(), null)
                .with("Origin", APP)
                .with("Cookie", "sdk-" + backend.project().projectId() + "=" + again)
                .get(SELF)
                .refused(401, "user_unauthenticated");
    }

    @Test
    void bootstrapSaysWhatTheSdkJudgesBy() {
        String publicToken = backend.project().publicToken();
        SdkPage anonymous = SdkPage.of(this, publicToken, null).with("Origin", APP);
        Answer answer =
                anonymous.get("/sdk/v1/projects/bootstrap/" + publicToken).ok();
        assertThat(answer.body()).containsEntry("vertical", "B2B").containsEntry("password_config", null);
        assertThat(answer.object("rbac_policy")).containsKeys("roles", "resources", "scopes");
        assertThat(json.write(answer.object("rbac_policy"))).contains("stytch_admin", "revoke.connected-app");
        assertThat(answer.object("captcha_settings")).containsEntry("enabled", false);
        anonymous
                .get("/sdk/v1/projects/bootstrap/" + b2b().project().publicToken())
                .refused(404, "public_token_not_found");
    }

    @Test
    void telemetryIsTakenAndThrownAway() {
        HttpResponse<String> answer = sendRaw(java.net.http.HttpRequest.newBuilder(uri("/sdk/v1/events"))
                .header("Origin", APP)
                .header("Content-Type", "application/json")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("[{\"telemetry\":{},\"event\":{}}]")));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Access-Control-Allow-Origin")).isEqualTo(APP);
    }

    /** What the package's own administration pages ask before they draw anything. */
    @Test
    void nothingIsOfferedThatIsNotToBeHadHere() {
        Answer answer = page().get("/sdk/v1/b2b/admin_portal_config").ok();
        assertThat(answer.object("sso_config"))
                .isEqualTo(Map.of(
                        "sso_enabled",
                        false,
                        "can_create_saml_connection",
                        false,
                        "can_create_oidc_connection",
                        false));
        assertThat(answer.object("organization_config")).isEqualTo(Map.of("mfa_controls_enabled", false));
        assertThat(answer.object("scim_config")).isEqualTo(Map.of("scim_enabled", false));
    }

    @Test
    void userSeesAndEndsTheirSession() {
        Backend shop = consumer();
        accesses.addOrigin(new ProjectCaller(shop.project().projectId(), caller.via()), Origin.require(APP));
        Map<String, Object> uma = shop.user("uma@shop.example");
        SdkPage umas = SdkPage.of(
                        this,
                        shop.project().publicToken(),
                        begin(shop.project(), uma).token().reveal())
                .with("Origin", APP);
        Answer answer = umas.post("/sdk/v1/sessions/authenticate", Map.of()).ok();
        assertThat(answer.object("session")).containsEntry("user_id", uma.get("user_id"));
        assertThat(answer.object("user")).containsEntry("user_id", uma.get("user_id"));
        umas.get(SELF).refused(400, "bad_vertical_for_stytch_sdk");
        umas.post("/sdk/v1/sessions/revoke", null).ok();
        umas.get("/sdk/v1/users/connected_apps").refused(404, "session_not_found");
    }

    /** Contract §15.3: whatever is sent, the answer is JSON that says what is wrong, and never our own failure. */
    @Test
    void everyRouteSaysWhatItCannotRead() {
        Backend shop = consumer();
        SdkPage ofUser = page(shop, shop.user("uma@shop.example"));
        SdkPage ofMember = page(backend, ben);
        List<String> changing = routes().map(SdkDoorTest::name)
                .filter(route -> route.contains(" /sdk/"))
                .filter(route -> !route.startsWith("GET"))
                .toList();
        assertThat(changing).hasSizeGreaterThan(30);
        for (String route : changing) {
            if (route.endsWith("/sessions/revoke") || route.equals("DELETE /sdk/v1/b2b/organizations/me")) {
                continue;
            }
            SdkPage page = route.contains("b2b") ? ofMember : ofUser;
            String path = route.substring(route.indexOf(' ') + 1)
                    .replaceAll("\\{[^}]*}", UUID.randomUUID().toString());
            for (String body :
                    List.of("{", "[]", "null", "\"x\"", "{\"email\": 5, \"client_id\": [], \"token\": {}}")) {
                HttpResponse<String> response = sendRaw(page.request(route.substring(0, route.indexOf(' ')), path, null)
                        .method(
                                route.substring(0, route.indexOf(' ')),
                                java.net.http.HttpRequest.BodyPublishers.ofString(body)));
                assertThat(response.statusCode()).as("%s with %s", route, body).isLessThan(500);
                Map<String, Object> answer = json.object(response.body());
                assertThat(answer.containsKey("data") ? 200 : answer.get("status_code"))
                        .as("%s with %s: %s", route, body, answer)
                        .isEqualTo(response.statusCode());
                assertThat(answer).doesNotContainKeys("error", "body", "params", "query");
            }
        }
    }

    private java.util.stream.Stream<UriRouteInfo<?, ?>> routes() {
        return router.uriRoutes()
                .filter(route -> !route.getHttpMethodName().equals("HEAD"))
                .map(route -> (UriRouteInfo<?, ?>) route);
    }

    private static String name(UriRouteInfo<?, ?> route) {
        return route.getHttpMethodName() + " " + route.getUriMatchTemplate().toPathString();
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse(null);
    }
}
