package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.ApiTest.Backend;
import dev.ungrant.web.WireId;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jsoup.Jsoup;

/** Whom and what the routes of {@link RbacMatrixTest} are about, made when first asked for. */
final class RbacCast {
    /** What Rita's role lets her do: look at everything. */
    private static final List<Map<String, Object>> READS = List.of(
            Map.of("resource_id", "stytch.member", "actions", List.of("search", "get.connected-apps")),
            Map.of("resource_id", "stytch.organization", "actions", List.of("get.connected-apps")),
            Map.of("resource_id", "ungrant.activity", "actions", List.of("get")),
            Map.of("resource_id", "stytch.sso", "actions", List.of("get")),
            Map.of("resource_id", "stytch.custom-org-roles", "actions", List.of("get")));

    /** The four projects stay the same for all requests. */
    record Projects(Backend own, Backend other, Backend shop, Backend otherShop) {}

    private final OAuthTest test;
    private final Projects projects;
    private final String tag = UUID.randomUUID().toString().substring(0, 8);
    private final Map<String, Object> made = new HashMap<>();

    RbacCast(OAuthTest test, Projects projects) {
        this.test = test;
        this.projects = projects;
    }

    /** The project that a route is about, for apps with members or with users. */
    Backend backend(boolean users) {
        return users ? projects.shop() : projects.own();
    }

    Backend otherBackend(boolean users) {
        return users ? projects.otherShop() : projects.other();
    }

    /** The token of the caller's session at the API and the browser SDK; who has none among users has theirs as a member. */
    String session(RbacCaller caller, boolean users) {
        return once("session " + caller + users, () -> {
            if (users && (caller == RbacCaller.MEMBER || caller == RbacCaller.OTHER_MEMBER)) {
                return begin(projects.shop(), user(caller == RbacCaller.MEMBER ? "uma" : "una"));
            }
            if (users && caller == RbacCaller.OTHER_PROJECT) {
                return begin(
                        projects.otherShop(),
                        once("sue", () -> projects.otherShop().user("sue-" + tag + "@shop.example")));
            }
            return begin(project(caller), person(caller));
        });
    }

    private String begin(Backend backend, Map<String, Object> person) {
        // So that pages of the origin may use the browser SDK of that project.
        once("page " + backend.project().wireId(), () -> test.page(backend, person));
        return test.begin(backend.project(), person).token().reveal();
    }

    /** The token of the caller's session in the portal. */
    String portal(RbacCaller caller) {
        return once("portal " + caller, () -> test.portalSession(project(caller), person(caller)));
    }

    /** What the forms of the caller's pages carry. */
    String formToken(RbacCaller caller) {
        return once(
                "form " + caller,
                () -> Jsoup.parse(page("/sessions", caller))
                        .selectFirst("input[name=form_token]")
                        .val());
    }

    private Backend project(RbacCaller caller) {
        return caller == RbacCaller.OTHER_PROJECT ? projects.other() : projects.own();
    }

    private Map<String, Object> person(RbacCaller caller) {
        return switch (caller) {
            case MEMBER -> ben();
            case OTHER_MEMBER -> member("cleo");
            case READER -> member("rita", "reader");
            case ADMIN -> member("ada", "stytch_admin");
            case FOREIGN_ADMIN -> stranger("gil", projects.own(), "Globex");
            case OTHER_PROJECT -> stranger("sam", projects.other(), "Strangers");
            case ANONYMOUS, PROJECT -> throw new IllegalArgumentException(caller.name());
        };
    }

    private Map<String, Object> stranger(String name, Backend backend, String organization) {
        return once(
                name,
                () -> backend.member(
                        backend.organization(organization), name + "-" + tag + "@elsewhere.example", "stytch_admin"));
    }

    Map<String, Object> acme() {
        return once("acme", () -> {
            Map<String, Object> organization = projects.own().organization("Acme");
            Map<String, Object> reader = Map.of("role_id", "reader", "description", "Looks", "permissions", READS);
            projects.own()
                    .put(
                            "/v1/b2b/rbac/organizations/" + organization.get("organization_id"),
                            Map.of("org_policy", Map.of("roles", List.of(reader))))
                    .ok();
            return organization;
        });
    }

    Map<String, Object> ben() {
        return member("ben");
    }

    Map<String, Object> uma() {
        return user("uma");
    }

    private Map<String, Object> member(String name, String... roles) {
        return once(name, () -> projects.own().member(acme(), address(name), roles));
    }

    private Map<String, Object> user(String name) {
        return once(name, () -> projects.shop().user(name + "-" + tag + "@shop.example"));
    }

    private String address(String name) {
        return name + "-" + tag + "@acme.example";
    }

    /** A member who is deactivated. */
    Map<String, Object> dan() {
        return once("dan deactivated", () -> {
            Map<String, Object> dan = member("dan");
            projects.own()
                    .delete("/v1/b2b/organizations/" + dan.get("organization_id") + "/members/" + dan.get("member_id"))
                    .ok();
            return dan;
        });
    }

    String addressOfDan() {
        return address("dan");
    }

    /** A member who is invited and has not come yet. */
    Map<String, Object> nora() {
        return once("nora", () -> {
            String place = posted(
                    "/organization/members/new", Map.of("how", "invite", "name", "Nora", "email", address("nora")));
            return Map.of("member_id", place.replaceFirst(".*/", "").replaceFirst("[?].*", ""));
        });
    }

    /** An app that Ben, or Uma, has let in. */
    String app(boolean users) {
        return once("app " + users, () -> {
            Map<String, Object> app = backend(users).app("third_party", "Calendar");
            test.grant(backend(users).project(), users ? uma() : ben(), app);
            return (String) app.get("client_id");
        });
    }

    /** An app with which Ben has signed in somewhere. */
    String signedIn() {
        return once("signed in", () -> {
            OAuthTest.Client app = test.app(projects.own(), "third_party_public");
            test.connect(projects.own(), ben(), app, "openid");
            return app.id();
        });
    }

    /** What pages call the place where Ben has signed in with it. */
    String connection() {
        signedIn();
        try (Connection database = ApiTest.database();
                PreparedStatement select = database.prepareStatement("""
                        SELECT BIN_TO_UUID(c.authorization_id) FROM connections c JOIN grants g USING (tenant_id, grant_id)
                        WHERE g.tenant_id = UUID_TO_BIN(?) AND g.subject_id = UUID_TO_BIN(?)
                        """)) {
            select.setString(
                    1,
                    ApiTest.uuid("organization", ben().get("organization_id")).toString());
            select.setString(2, ApiTest.uuid("member", ben().get("member_id")).toString());
            ResultSet rows = select.executeQuery();
            assertThat(rows.next()).isTrue();
            return "connection-test-" + rows.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A session of Ben's, beside the one that he asks with. */
    String sessionId() {
        return WireId.of(
                "session", test.begin(projects.own().project(), ben()).session().sessionId());
    }

    /** A job of the organization: the end of what a policy no longer allows. */
    String job() {
        return once("job", () -> {
            app(false);
            String place = posted(
                    "/organization/policy",
                    hiddenFields("/organization/policy/preview?third=none", "/organization/policy", RbacCaller.ADMIN));
            assertThat(place).startsWith("/organization/jobs/");
            return place.substring(place.lastIndexOf('/') + 1);
        });
    }

    /** A host that the organization has let in. */
    String origin() {
        return once("origin", () -> {
            posted("/organization/origins", Map.of("origin", "https://host.example"));
            return "https://host.example";
        });
    }

    /** Has the organization a provider of its own at which its people sign in. Nobody answers at its address. */
    void provider() {
        once("provider", () -> {
            Map<String, String> form =
                    hiddenFields("/organization/settings/sign-in", "/organization/settings/sign-in", RbacCaller.ADMIN);
            form.putAll(RbacBodies.PROVIDER);
            return posted("/organization/settings/sign-in", form);
        });
    }

    /** What the form of a page carries along as the caller sees it, but for its token. */
    Map<String, String> hiddenFields(String page, String action, RbacCaller caller) {
        Map<String, String> fields = new LinkedHashMap<>();
        Jsoup.parse(page(page, caller))
                .select("form[method=post][action=" + action + "] input[type=hidden]:not([name=form_token])")
                .forEach(field -> fields.put(field.attr("name"), field.val()));
        assertThat(fields).as("what %s carries along", page).isNotEmpty();
        return fields;
    }

    private String page(String path, RbacCaller caller) {
        return test.sendRaw(HttpRequest.newBuilder(test.uri(path))
                        .header("Accept", "text/html")
                        .header("Cookie", "s=" + portal(caller)))
                .body();
    }

    /** Sends a form as the administrator, and returns where that leads. */
    private String posted(String path, Map<String, String> fields) {
        Map<String, String> form = new LinkedHashMap<>(fields);
        form.put("form_token", formToken(RbacCaller.ADMIN));
        HttpResponse<String> answer = test.sendRaw(test.formRequest(path, form)
                .header("Accept", "text/html")
                .header("Sec-Fetch-Site", "same-origin")
                .header("Cookie", "s=" + portal(RbacCaller.ADMIN)));
        assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(303);
        return answer.headers().firstValue("Location").orElseThrow();
    }

    @SuppressWarnings("unchecked")
    private <T> T once(String name, Supplier<T> making) {
        if (!made.containsKey(name)) {
            made.put(name, making.get());
        }
        return (T) made.get(name);
    }
}
