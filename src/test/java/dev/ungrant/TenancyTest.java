package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.web.Open;
import io.micronaut.web.router.Router;
import io.micronaut.web.router.UriRouteInfo;
import jakarta.inject.Inject;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Nobody reaches into another tenant, or learns that it exists. Every route of the backend API that names something is taken
 * from the router and tried with somebody else's ids, one at a time; a route that is neither there nor in one of the two lists
 * below fails the test.
 */
final class TenancyTest extends OAuthTest {
    /** Closed routes that name nothing in their paths, but in bodies or queries; tried one by one below. */
    private static final Set<String> NAMED_ELSEWHERE = Set.of(
            "POST /v1/embed/sessions",
            "POST /v1/b2b/idp/oauth/authorize",
            "POST /v1/b2b/idp/oauth/authorize/start",
            "POST /v1/idp/oauth/authorize",
            "POST /v1/idp/oauth/authorize/start",
            "POST /v1/b2b/organizations/search",
            "POST /v1/b2b/organizations/members/search",
            "GET /v1/b2b/sessions",
            "POST /v1/b2b/sessions/authenticate",
            "POST /v1/b2b/sessions/revoke",
            "GET /v1/sessions",
            "POST /v1/sessions/authenticate",
            "POST /v1/sessions/revoke",
            "POST /v1/users/search",
            "POST /v1/connected_apps/clients/search");

    /** Closed routes that can speak of nothing but the caller's own project. */
    private static final Set<String> NAMING_NOTHING = Set.of(
            "GET /v1/debug/whoami",
            "GET /v1/b2b/rbac/policy",
            "GET /v1/rbac/policy",
            "POST /v1/b2b/organizations",
            "POST /v1/users",
            "POST /v1/connected_apps/clients");

    /** Closed routes of the browser SDK that name nobody: they are about whoever's session it is. */
    private static final Set<String> OF_THE_PAGES_SESSION = Set.of(
            "GET /sdk/v1/b2b/organizations/connected_apps",
            "GET /sdk/v1/b2b/organizations/members/connected_apps",
            "GET /sdk/v1/b2b/organizations/me",
            "PUT /sdk/v1/b2b/organizations/me",
            "DELETE /sdk/v1/b2b/organizations/me",
            "GET /sdk/v1/b2b/organizations/members/me",
            "PUT /sdk/v1/b2b/organizations/members/update",
            "POST /sdk/v1/b2b/organizations/members",
            "GET /sdk/v1/b2b/admin_portal_config",
            // These name organizations, people and apps in their bodies; tried below.
            "POST /sdk/v1/idp/b2b/oauth/authorize/start",
            "POST /sdk/v1/idp/b2b/oauth/authorize/submit",
            "POST /sdk/v1/idp/oauth/authorize/start",
            "POST /sdk/v1/idp/oauth/authorize/submit",
            "POST /sdk/v1/b2b/organizations/me/members/search",
            "POST /sdk/v1/b2b/magic_links/email/invite",
            "GET /sdk/v1/users/me",
            "PUT /sdk/v1/users/me",
            "POST /sdk/v1/b2b/sessions/authenticate",
            "POST /sdk/v1/b2b/sessions/revoke",
            "GET /sdk/v1/users/connected_apps",
            "POST /sdk/v1/sessions/authenticate",
            "POST /sdk/v1/sessions/revoke");

    private static final Pattern VARIABLE = Pattern.compile("\\{([^}]*)}");

    /** What would change or tell something if the request were let in. */
    private static final String BODY = """
            {"organization_name":"Taken","name":"Taken","client_name":"Taken","email_address":"taken@acme.example",
             "external_id":"taken","org_policy":{"roles":[]}}
            """;

    /** Written to an event a moment later, by whichever node. */
    private static final Set<String> SEALS = Set.of("seq", "hash");

    @Inject
    Router router;

    private Backend backend;
    private Backend shop;
    private Map<String, Object> acme;
    private Map<String, Object> globex;
    private Map<String, Object> ben;
    private Map<String, Object> gil;
    private Map<String, Object> uma;
    private Client calendar;
    private Client store;
    private Connection ofBen;

    @BeforeEach
    void cast() {
        backend = b2b();
        acme = backend.organization("Acme");
        globex = backend.organization("Globex");
        backend.put("/v1/b2b/organizations/" + id(acme), Map.of("organization_external_id", "acme-ext"))
                .ok();
        ben = backend.member(acme, "ben@acme.example", "stytch_admin");
        backend.put(member(acme, ben), Map.of("external_id", "ben-ext")).ok();
        gil = backend.member(globex, "gil@globex.example", "stytch_admin");
        calendar = app(backend, "third_party", Map.of("post_logout_redirect_urls", List.of("https://app.example/bye")));
        ofBen = connect(backend, ben, calendar, "openid", "offline_access");
        consent(backend, ben, calendar, "openid", "offline_access");
        shop = consumer();
        uma = shop.user("uma@shop.example");
        shop.put("/v1/users/" + uma.get("user_id"), Map.of("external_id", "uma-ext"))
                .ok();
        store = app(shop, "third_party");
        connect(shop, uma, store, "openid", "offline_access");
    }

    @Test
    void everyRouteIsInOneOfTheLists() {
        Set<String> withoutNames =
                routes().stream().filter(route -> !route.contains("{")).collect(Collectors.toCollection(TreeSet::new));
        Set<String> lists = new TreeSet<>(NAMED_ELSEWHERE);
        lists.addAll(NAMING_NOTHING);
        assertThat(withoutNames).isEqualTo(lists);
    }

    /** O02, O04, O11: another project's secret; each foreign id is answered as one that does not exist. */
    @Test
    void anotherProjectFindsNothingByAnyPath() throws SQLException {
        Backend stranger = b2b();
        Map<String, Object> theirs = stranger.organization("Strangers");
        Map<String, Object> sam = stranger.member(theirs, "sam@strangers.example");
        Client client = app(stranger, "third_party");
        Backend otherShop = consumer();
        Map<String, Object> una = otherShop.user("una@shop.example");
        Client otherStore = app(otherShop, "third_party");
        Map<String, Set<String>> before = rows();

        int tried = 0;
        for (String route : routes()) {
            if (!route.contains("{")) {
                continue;
            }
            boolean users = route.contains(" /v1/users");
            Map<String, String> own = users
                    ? Map.of("user", (String) una.get("user_id"), "app", otherStore.id())
                    : Map.of("organization", id(theirs), "member", (String) sam.get("member_id"), "app", client.id());
            tried += oneForeignIdAtATime(users ? otherShop : stranger, route, own);
        }
        assertThat(tried).isGreaterThan(60);
        assertThat(rows()).isEqualTo(before);
    }

    /** O01 to O04 for pages: whoever is an admin elsewhere finds nobody and nothing that is not theirs. */
    @Test
    void pageOfAnotherOrganizationOrProjectFindsNothing() throws SQLException {
        Backend stranger = b2b();
        Map<String, Object> sam =
                stranger.member(stranger.organization("Strangers"), "sam@strangers.example", "stytch_admin");
        Backend otherShop = consumer();
        Map<String, Object> una = otherShop.user("una@shop.example");
        SdkPage gils = page(backend, gil);
        SdkPage sams = page(stranger, sam);
        SdkPage unas = page(otherShop, una);
        Map<String, Set<String>> before = rows();

        Set<String> withoutNames = new TreeSet<>();
        int tried = 0;
        for (String route : routes(" /sdk/")) {
            if (!route.contains("{")) {
                withoutNames.add(route);
                continue;
            }
            if (route.contains("b2b")) {
                Map<String, String> gilsOwn = Map.of("member", (String) gil.get("member_id"), "app", calendar.id());
                tried += oneForeignIdAtATime(gils, route, gilsOwn, List.of(store.id()));
                Map<String, String> samsOwn = Map.of(
                        "member",
                        (String) sam.get("member_id"),
                        "app",
                        app(stranger, "third_party").id());
                tried += oneForeignIdAtATime(sams, route, samsOwn, List.of(calendar.id()));
            } else {
                Map<String, String> unasOwn =
                        Map.of("app", app(otherShop, "third_party").id());
                tried += oneForeignIdAtATime(unas, route, unasOwn, List.of(calendar.id(), store.id()));
            }
        }
        assertThat(withoutNames).isEqualTo(new TreeSet<>(OF_THE_PAGES_SESSION));
        Map<String, Object> foreign = Map.of(
                "client_id",
                calendar.id(),
                "redirect_uri",
                REDIRECT,
                "scopes",
                List.of("openid"),
                "consent_granted",
                true,
                "code_challenge",
                challenge(verifier()));
        for (String step : List.of("start", "submit")) {
            sams.post("/sdk/v1/idp/b2b/oauth/authorize/" + step, foreign).refused(404, "connected_app_not_found");
            unas.post("/sdk/v1/idp/oauth/authorize/" + step, foreign).refused(404, "connected_app_not_found");
        }
        Map<String, Object> foreignLogout =
                Map.of("client_id", calendar.id(), "post_logout_redirect_uri", "https://app.example/bye");
        same(
                sams.post("/sdk/v1/b2b/oauth/logout/start", foreignLogout),
                sams.post(
                        "/sdk/v1/b2b/oauth/logout/start",
                        Map.of("client_id", absent("app"), "post_logout_redirect_uri", "https://app.example/bye")),
                "logout");
        for (SdkPage page : List.of(gils, sams)) {
            List<Object> found = page.post(
                            "/sdk/v1/b2b/organizations/me/members/search",
                            Map.of("organization_ids", List.of(id(acme))))
                    .ok()
                    .list("members");
            assertThat(found).hasSize(1);
            assertThat(json.write(found)).doesNotContain("ben@acme.example");
            page.put(
                            "/sdk/v1/b2b/organizations/me",
                            Map.of(
                                    "third_party_connected_apps_allowed_type",
                                    "RESTRICTED",
                                    "allowed_third_party_connected_apps",
                                    List.of(store.id())))
                    .refused(404, "connected_app_not_found");
        }
        assertThat(tried).isGreaterThan(15);
        assertThat(rows()).isEqualTo(before);
    }

    private int oneForeignIdAtATime(SdkPage page, String route, Map<String, String> own, List<String> foreignApps) {
        Map<String, List<String>> foreign =
                Map.of("member", List.of((String) ben.get("member_id"), "ben-ext"), "app", foreignApps);
        int tried = 0;
        for (String kind : kinds(route)) {
            for (String id : foreign.get(kind)) {
                Answer answer = call(page, route, with(own, kind, id));
                same(answer, call(page, route, with(own, kind, absent(kind))), route + " with " + id);
                answer.refused(404, kind.equals("app") ? "connected_app_not_found" : "member_not_found");
                tried++;
            }
        }
        return tried;
    }

    private static Answer call(SdkPage page, String route, Map<String, String> ids) {
        Matcher variables = VARIABLE.matcher(route.substring(route.indexOf(' ') + 1));
        String path = variables.replaceAll(variable -> ids.get(kind(variable.group(1))));
        String method = route.substring(0, route.indexOf(' '));
        return page.call(method, path, method.equals("PUT") ? Map.of("name", "Taken") : null);
    }

    private int oneForeignIdAtATime(Backend caller, String route, Map<String, String> own) {
        Map<String, List<String>> foreign = Map.of(
                "organization", List.of(id(acme), "acme", "acme-ext"),
                "member", List.of((String) ben.get("member_id"), "ben-ext"),
                "user", List.of((String) uma.get("user_id"), "uma-ext"),
                "app", List.of(calendar.id(), store.id()));
        int tried = 0;
        for (String kind : kinds(route)) {
            for (String id : foreign.get(kind)) {
                Answer answer = call(caller, route, with(own, kind, id));
                same(answer, call(caller, route, with(own, kind, absent(kind))), route + " with " + id);
                assertThat(answer.status()).as("%s with %s", route, id).isEqualTo(404);
                assertThat(answer.text("error_type"))
                        .as(route)
                        .endsWith("_not_found")
                        .isNotEqualTo("route_not_found");
                tried++;
            }
        }
        return tried;
    }

    /** O02, O12: within the project, a session is told that the organization is not its own, whatever else the path names. */
    @Test
    void adminOfAnotherOrganizationFindsNothing() throws SQLException {
        Backend asGil = backend.as(gil);
        Map<String, Set<String>> before = rows();
        for (String route : routes()) {
            if (kinds(route).contains("organization")) {
                Map<String, String> ids =
                        Map.of("organization", id(acme), "member", (String) ben.get("member_id"), "app", calendar.id());
                Answer answer = call(asGil, route, ids);
                assertThat(answer.status()).as("%s %s", route, answer.body()).isEqualTo(403);
                answer.refused(403, "session_authorization_tenancy_error");
                for (String kind : kinds(route)) {
                    if (!kind.equals("organization")) {
                        same(
                                answer,
                                call(asGil, route, with(ids, kind, absent(kind))),
                                route + " with no such " + kind);
                    }
                }
                // O03: his own organization in the path, and Ben.
                if (kinds(route).contains("member")) {
                    for (String member : List.of((String) ben.get("member_id"), "ben-ext")) {
                        Answer own = call(asGil, route, with(with(ids, "organization", id(globex)), "member", member));
                        own.refused(404, "member_not_found");
                        same(
                                own,
                                call(
                                        asGil,
                                        route,
                                        with(with(ids, "organization", id(globex)), "member", absent("member"))),
                                route);
                    }
                }
            }
        }
        asGil.get("/v1/b2b/organizations/members/dangerously_get/" + ben.get("member_id"))
                .refused(403, "session_authorization_tenancy_error");
        assertThat(rows()).isEqualTo(before);
    }

    /** The pages of a person: each foreign id in a path is answered as one that does not exist, and nothing changes. */
    @Test
    void strangersPagesFindNothing() throws SQLException {
        Backend stranger = b2b();
        Map<String, Object> sam = stranger.member(stranger.organization("Strangers"), "sam@strangers.example");
        String session = portalSession(stranger, sam);
        Map<String, Set<String>> before = rows();
        int tried = 0;
        for (String route : pages()) {
            for (String app : List.of(calendar.id(), store.id(), absent("app"))) {
                String path = route.substring(route.indexOf(' ') + 1)
                        .replace("{app}", app)
                        .replaceAll("\\{[^}]*}", "connection-test-" + UUID.randomUUID());
                String form = "form_token=" + formToken(session) + "&app=" + app;
                var answer = sendRaw(java.net.http.HttpRequest.newBuilder(uri(path))
                        .header("Accept", "text/html")
                        .header("Cookie", "s=" + session)
                        .header("Sec-Fetch-Site", "same-origin")
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .method(
                                route.substring(0, route.indexOf(' ')),
                                java.net.http.HttpRequest.BodyPublishers.ofString(form)));
                assertThat(answer.statusCode()).as("%s with %s", route, app).isEqualTo(404);
                assertThat(answer.body()).as(route).contains("No such app");
                tried++;
            }
        }
        assertThat(tried).isEqualTo(3 * 7);
        assertThat(rows()).isEqualTo(before);
    }

    /** Every closed page that names an app, in its path or in its form. */
    private Set<String> pages() {
        Set<String> pages = router.uriRoutes()
                .filter(route -> !route.getHttpMethodName().equals("HEAD"))
                .map(route -> route.getHttpMethodName() + " "
                        + route.getUriMatchTemplate().toPathString())
                .filter(route -> route.contains(" /apps/"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(pages).contains("POST /apps/revoke", "POST /apps/selected");
        return pages;
    }

    private String formToken(String session) {
        return org.jsoup.Jsoup.parse(sendRaw(java.net.http.HttpRequest.newBuilder(uri("/sessions"))
                                .header("Accept", "text/html")
                                .header("Cookie", "s=" + session))
                        .body())
                .selectFirst("input[name=form_token]")
                .val();
    }

    @Test
    void anotherProjectFindsNothingByBodiesAndQueries() throws SQLException {
        Backend stranger = b2b();
        Map<String, Object> theirs = stranger.organization("Strangers");
        Map<String, Object> sam = stranger.member(theirs, "sam@strangers.example");
        Client own = app(stranger, "third_party");
        Backend otherShop = consumer();
        var session = begin(backend.project(), ben);
        String sessionId = "session-test-" + session.session().sessionId();
        String token = session.token().reveal();
        String jwt = sessions.jwt(session.session());
        var umas = begin(shop.project(), uma);
        Map<String, Set<String>> before = rows();

        // A frame for somebody else's person.
        Map<String, Object> frame = Map.of("embed_origin", "https://host.example");
        for (String organization : List.of(id(acme), "acme", "acme-ext")) {
            for (Object person : List.of(ben.get("member_id"), "ben-ext")) {
                Map<String, Object> body = new HashMap<>(frame);
                body.putAll(Map.of("organization_id", organization, "member_id", person));
                Map<String, Object> nobody = new HashMap<>(frame);
                nobody.putAll(Map.of("organization_id", absent("organization"), "member_id", absent("member")));
                Answer answer = stranger.post("/v1/embed/sessions", body);
                answer.refused(404, "organization_not_found");
                same(answer, stranger.post("/v1/embed/sessions", nobody), "embed " + organization);
                body.put("organization_id", id(theirs));
                stranger.post("/v1/embed/sessions", body).refused(404, "member_not_found");
            }
        }
        for (Object person : List.of(uma.get("user_id"), "uma-ext")) {
            Map<String, Object> body = new HashMap<>(frame);
            body.put("user_id", person);
            otherShop.post("/v1/embed/sessions", body).refused(404, "user_not_found");
            stranger.post("/v1/embed/sessions", body).refused(404, "user_not_found");
        }

        // Authorizing: foreign people, foreign apps, foreign sessions.
        for (String more : List.of("", "/start")) {
            String path = "/v1/b2b/idp/oauth/authorize" + more;
            Map<String, Object> body = new HashMap<>(authorization(ben, calendar, "openid"));
            body.putAll(Map.of("consent_granted", true, "code_challenge", challenge(verifier())));
            Map<String, Object> nobody = new HashMap<>(body);
            nobody.putAll(Map.of(
                    "organization_id",
                    absent("organization"),
                    "member_id",
                    absent("member"),
                    "client_id",
                    absent("app")));
            Answer answer = stranger.post(path, body);
            same(answer, stranger.post(path, nobody), path);
            answer.refused(404, "organization_not_found");
            body.putAll(Map.of("organization_id", id(theirs), "member_id", sam.get("member_id")));
            stranger.post(path, body).refused(404, "connected_app_not_found");
            body.put("client_id", own.id());
            body.put("member_id", ben.get("member_id"));
            stranger.post(path, body).refused(404, "member_not_found");
            body.keySet().removeAll(Set.of("organization_id", "member_id"));
            body.put("session_token", token);
            stranger.post(path, body).refused(404, "session_not_found");
            body.remove("session_token");
            body.put("session_jwt", jwt);
            stranger.post(path, body).refused(401, "jwt_invalid_audience");

            String userPath = "/v1/idp/oauth/authorize" + more;
            Map<String, Object> user = new HashMap<>(authorization(uma, store, "openid"));
            user.putAll(Map.of("consent_granted", true, "code_challenge", challenge(verifier())));
            otherShop.post(userPath, user).refused(404, "user_not_found");
            user.remove("user_id");
            user.put("session_token", umas.token().reveal());
            otherShop.post(userPath, user).refused(404, "session_not_found");
        }

        stranger.get("/v1/b2b/organizations/" + id(theirs) + "/member?member_id=" + ben.get("member_id"))
                .refused(404, "member_not_found");
        stranger.get("/v1/b2b/organizations/" + id(theirs) + "/member?email_address=ben@acme.example")
                .refused(404, "member_not_found");

        // Sessions.
        stranger.get("/v1/b2b/sessions?organization_id=" + id(acme) + "&member_id=" + ben.get("member_id"))
                .refused(404, "organization_not_found");
        stranger.get("/v1/b2b/sessions?organization_id=" + id(theirs) + "&member_id=" + ben.get("member_id"))
                .refused(404, "member_not_found");
        otherShop.get("/v1/sessions?user_id=" + uma.get("user_id")).refused(404, "user_not_found");
        for (String verb : List.of("authenticate", "revoke")) {
            stranger.post("/v1/b2b/sessions/" + verb, Map.of("session_token", token))
                    .refused(404, "session_not_found");
            stranger.post("/v1/b2b/sessions/" + verb, Map.of("session_jwt", jwt))
                    .refused(401, "jwt_invalid_audience");
            otherShop
                    .post(
                            "/v1/sessions/" + verb,
                            Map.of("session_token", umas.token().reveal()))
                    .refused(404, "session_not_found");
        }
        stranger.post("/v1/b2b/sessions/revoke", Map.of("member_session_id", sessionId))
                .refused(404, "session_not_found");
        stranger.post("/v1/b2b/sessions/revoke", Map.of("member_id", ben.get("member_id")))
                .refused(404, "member_not_found");
        otherShop
                .post(
                        "/v1/sessions/revoke",
                        Map.of("session_id", "session-test-" + umas.session().sessionId()))
                .refused(404, "session_not_found");
        // As session headers, too.
        stranger.withSession(token, null)
                .get("/v1/b2b/organizations/" + id(theirs))
                .refused(404, "session_not_found");
        stranger.withSession(null, jwt)
                .get("/v1/b2b/organizations/" + id(theirs))
                .refused(401, "jwt_invalid_audience");

        // Searches.
        stranger.post("/v1/b2b/organizations/members/search", Map.of("organization_ids", List.of(id(acme))))
                .refused(404, "organization_not_found");
        for (String filter : List.of("organization_ids", "member_ids", "member_emails")) {
            Object value = filter.equals("organization_ids")
                    ? id(acme)
                    : filter.equals("member_ids") ? ben.get("member_id") : "ben@acme.example";
            Map<String, Object> query = Map.of(
                    "query",
                    Map.of(
                            "operator",
                            "OR",
                            "operands",
                            List.of(Map.of("filter_name", filter, "filter_value", List.of(value)))));
            if (filter.equals("organization_ids")) {
                assertThat(stranger.post("/v1/b2b/organizations/search", query)
                                .ok()
                                .list("organizations"))
                        .isEmpty();
            } else {
                Map<String, Object> members = new HashMap<>(query);
                members.put("organization_ids", List.of(id(theirs)));
                assertThat(stranger.post("/v1/b2b/organizations/members/search", members)
                                .ok()
                                .list("members"))
                        .isEmpty();
            }
        }
        assertThat(stranger.post("/v1/b2b/organizations/search", Map.of()).ok().list("organizations"))
                .hasSize(1);
        assertThat(otherShop.post("/v1/users/search", Map.of()).ok().list("results"))
                .isEmpty();
        assertThat(stranger.post("/v1/connected_apps/clients/search", Map.of())
                        .ok()
                        .objects("connected_apps"))
                .extracting(app -> app.get("client_id"))
                .containsExactly(own.id());
        assertThat(rows()).isEqualTo(before);
    }

    @Test
    void adminOfAnotherOrganizationFindsNothingByBodiesAndQueries() throws SQLException {
        var session = begin(backend.project(), ben);
        Backend asGil = backend.as(gil);
        Map<String, Set<String>> before = rows();
        String tenancy = "session_authorization_tenancy_error";
        asGil.post("/v1/b2b/organizations/search", Map.of()).refused(403, "session_authorization_error");
        asGil.post("/v1/b2b/organizations/members/search", Map.of("organization_ids", List.of(id(acme))))
                .refused(403, tenancy);
        asGil.post("/v1/b2b/organizations/members/search", Map.of("organization_ids", List.of(id(globex), id(acme))))
                .refused(403, tenancy);
        asGil.get("/v1/b2b/sessions?organization_id=" + id(acme) + "&member_id=" + ben.get("member_id"))
                .refused(403, tenancy);
        asGil.get("/v1/b2b/sessions?organization_id=" + id(globex) + "&member_id=" + ben.get("member_id"))
                .refused(404, "member_not_found");
        asGil.post("/v1/b2b/sessions/revoke", Map.of("member_id", ben.get("member_id")))
                .refused(403, tenancy);
        asGil.post(
                        "/v1/b2b/sessions/revoke",
                        Map.of(
                                "member_session_id",
                                "session-test-" + session.session().sessionId()))
                .refused(403, tenancy);
        assertThat(asGil.post("/v1/b2b/idp/oauth/authorize/start", authorization(ben, calendar, "openid"))
                        .status())
                .isEqualTo(403);
        assertThat(rows()).isEqualTo(before);
    }

    /** C13, R13: an app that presents another app's tokens learns nothing and ends nothing. */
    @Test
    void anotherAppLearnsNothingOfATokenAndCannotEndIt() {
        for (Client other : List.of(app(backend, "third_party"), app(b2b(), "third_party"), store)) {
            for (String token : List.of(ofBen.accessToken(), ofBen.refreshToken())) {
                assertThat(introspect(other, token).body())
                        .containsEntry("active", false)
                        .doesNotContainKeys("sub", "scope", "client_id");
                Map<String, String> form = other.credentials();
                form.put("token", token);
                Answer answer = form("/v1/oauth2/revoke", form);
                form.put("token", "nonsense");
                same(answer, form("/v1/oauth2/revoke", form), "revoke");
            }
            refusedAs(refresh(other, ofBen.refreshToken()), 400, "invalid_grant");
        }
        assertThat(isActive(calendar, ofBen.accessToken())).isTrue();
        refresh(ofBen).ok();
    }

    /** Status, body and headers, but for what is new in every answer. */
    private static void same(Answer left, Answer right, String what) {
        assertThat(left.status()).as(what).isEqualTo(right.status());
        assertThat(withoutRequestId(left.body())).as(what).isEqualTo(withoutRequestId(right.body()));
        assertThat(headers(left)).as(what).isEqualTo(headers(right));
    }

    private static Map<String, Object> withoutRequestId(Map<String, Object> body) {
        Map<String, Object> rest = new HashMap<>(body);
        rest.remove("request_id");
        return rest;
    }

    private static Map<String, List<String>> headers(Answer answer) {
        Map<String, List<String>> headers =
                new HashMap<>(answer.response().headers().map());
        headers.keySet().removeIf(name -> Set.of("date", "x-request-id").contains(name));
        return headers;
    }

    private Set<String> routes() {
        return routes(" /v1/");
    }

    private Set<String> routes(String prefix) {
        return router.uriRoutes()
                .filter(route -> !route.getHttpMethodName().equals("HEAD"))
                .filter(route -> !route.getAnnotationMetadata().hasAnnotation(Open.class))
                .map(TenancyTest::name)
                .filter(route -> route.contains(prefix))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String name(UriRouteInfo<?, ?> route) {
        return route.getHttpMethodName() + " " + route.getUriMatchTemplate().toPathString();
    }

    /** What the variables of the path name: organization, member, user or app. */
    private static List<String> kinds(String route) {
        List<String> kinds = new ArrayList<>();
        Matcher variables = VARIABLE.matcher(route);
        while (variables.find()) {
            kinds.add(kind(variables.group(1)));
        }
        return kinds;
    }

    private static String kind(String variable) {
        return switch (variable) {
            case "organization", "organization_id" -> "organization";
            case "member", "member_id" -> "member";
            case "user", "user_id" -> "user";
            case "client_id", "connected_app_id" -> "app";
            default -> throw new AssertionError("A new kind of id: " + variable + ". Say here whose it is.");
        };
    }

    private static Answer call(Backend caller, String route, Map<String, String> ids) {
        Matcher variables = VARIABLE.matcher(route.substring(route.indexOf(' ') + 1));
        String path = variables.replaceAll(variable -> ids.get(kind(variable.group(1))));
        // The one route that names the member in its query.
        if (path.endsWith("/member")) {
            path += "?member_id=" + ids.get("member");
        }
        String method = route.substring(0, route.indexOf(' '));
        return caller.call(method, path, method.equals("GET") || method.equals("DELETE") ? null : BODY);
    }

    private static Map<String, String> with(Map<String, String> ids, String kind, String id) {
        Map<String, String> changed = new HashMap<>(ids);
        changed.put(kind, id);
        return changed;
    }

    private static String absent(String kind) {
        return (kind.equals("app") ? "connected-app" : kind) + "-test-" + UUID.randomUUID();
    }

    private static String id(Map<String, Object> organization) {
        return (String) organization.get("organization_id");
    }

    private static String member(Map<String, Object> organization, Map<String, Object> member) {
        return "/v1/b2b/organizations/" + id(organization) + "/members/" + member.get("member_id");
    }

    /** Every row of the two projects and their tenants, but for what only records that somebody tried. */
    private Map<String, Set<String>> rows() throws SQLException {
        Map<String, Set<String>> rows = new HashMap<>();
        for (String table : List.of(
                "projects",
                "policies",
                "organizations",
                "members",
                "users",
                "role_assignments",
                "sessions",
                "connected_apps",
                "connected_app_secrets",
                "grants",
                "authorization_codes",
                "access_tokens",
                "refresh_tokens")) {
            rows.put(table, rows(table, ""));
        }
        rows.put("audit_events", rows("audit_events", " AND outcome = 'DONE'"));
        assertThat(rows.get("grants")).hasSize(2);
        return rows;
    }

    private Set<String> rows(String table, String condition) throws SQLException {
        List<UUID> tenants = List.of(
                backend.project().projectId(),
                shop.project().projectId(),
                uuid("organization", acme.get("organization_id")),
                uuid("organization", globex.get("organization_id")));
        String in = tenants.stream().map(id -> "UUID_TO_BIN('" + id + "')").collect(Collectors.joining(","));
        Set<String> rows = new TreeSet<>();
        try (java.sql.Connection connection = database()) {
            String column = firstOf(connection, table);
            try (PreparedStatement statement = connection.prepareStatement(
                            "SELECT * FROM " + table + " WHERE " + column + " IN (" + in + ")" + condition);
                    ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    StringBuilder row = new StringBuilder();
                    for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                        if (SEALS.contains(result.getMetaData().getColumnName(i))) {
                            continue;
                        }
                        byte[] value = result.getBytes(i);
                        row.append(
                                        value == null
                                                ? "null"
                                                : java.util.HexFormat.of().formatHex(value))
                                .append('|');
                    }
                    rows.add(row.toString());
                }
            }
        }
        return rows;
    }

    /** The column that the table's primary key starts with: the tenant. */
    private static String firstOf(java.sql.Connection connection, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                        SELECT column_name FROM information_schema.statistics
                        WHERE table_schema = DATABASE() AND table_name = ? AND index_name = 'PRIMARY' AND seq_in_index = 1
                        """)) {
            statement.setString(1, table);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getString(1);
            }
        }
    }
}
