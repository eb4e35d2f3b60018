package dev.ungrant.embed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.OAuthTest;
import dev.ungrant.projects.Origin;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Via;
import dev.ungrant.sessions.EmbeddedSessions;
import jakarta.inject.Inject;
import java.net.http.HttpResponse;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A host hands people over; cases of docs/attacks.md by their numbers. */
class EmbedTest extends OAuthTest {
    private static final String HOST = "https://app.customer.example";

    @Inject
    EmbedOrigins origins;

    @Inject
    EmbeddedSessions embedded;

    private EmbedHost host;
    private Backend backend;
    private ProjectCaller operator;
    private Map<String, Object> acme;
    private Map<String, Object> ben;
    private Map<String, Object> cleo;
    private Client calendar;
    private Connection connection;

    @BeforeEach
    void cast() {
        host = new EmbedHost(server.getURI());
        backend = b2b();
        operator = new ProjectCaller(backend.project().projectId(), new Via(Via.Door.COMMAND, "request-id-test", ""));
        acme = backend.organization("Acme");
        ben = backend.member(acme, "ben@acme.example");
        cleo = backend.member(acme, "cleo@acme.example");
        origins.add(operator, tenant(), Origin.require(HOST));
        calendar = app(backend, "third_party", Map.of("client_name", "Calendar"));
        connection = connect(backend, ben, calendar, "openid", "offline_access");
    }

    private UUID tenant() {
        return uuid("organization", acme.get("organization_id"));
    }

    private String token(Map<String, Object> member) {
        return EmbedHost.token(backend, member, HOST, Map.of());
    }

    private EmbedHost.Opened open(Map<String, Object> member) {
        return host.open(token(member), HOST);
    }

    private Answer mint(Map<String, Object> more) {
        return EmbedHost.mint(backend, ben, HOST, more);
    }

    private static String policy(HttpResponse<?> answer) {
        return answer.headers().firstValue("Content-Security-Policy").orElseThrow();
    }

    private static void isShownTo(HttpResponse<String> answer, String origin) {
        assertThat(policy(answer)).contains("; frame-ancestors " + origin + ";");
        assertThat(policy(answer).split("frame-ancestors")).hasSize(2);
        assertThat(answer.headers().firstValue("X-Frame-Options").isPresent()).isEqualTo(origin.equals("'none'"));
    }

    private static void isRefused(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().allValues("Set-Cookie")).isEmpty();
        assertThat(answer.body()).doesNotContain("Calendar", "ben@acme.example");
    }

    private static List<String> names(Document page) {
        return page.select("table.list .app-name").eachText();
    }

    @Test
    void hostShowsAMemberTheirAppsAndTheyRemoveOne() throws InterruptedException {
        Answer minted = mint(Map.of()).ok();
        assertThat(minted.text("embed_url")).isEqualTo("http://127.0.0.1:" + server.getPort() + "/embed");
        assertThat(minted.text("link_url")).endsWith("/link");
        EmbedHost.Opened frame = host.open(minted.text("embed_token"), HOST);
        assertThat(names(frame.page())).containsExactly("Calendar");
        assertThat(frame.page().select("header.bar, #bulk, [data-pick]"))
                .as("what is the portal's alone")
                .isEmpty();
        for (String address : frame.page().select("main a[href], main form[action]").stream()
                .map(element -> element.hasAttr("href") ? element.attr("href") : element.attr("action"))
                .toList()) {
            assertThat(address).startsWith("/embed/");
        }
        assertThat(frame.page("/embed/apps/" + calendar.id()).selectFirst("h1").text())
                .isEqualTo("Calendar");

        HttpResponse<String> answer = frame.revoke(calendar.id());
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.headers().firstValue("Location")).hasValue("/embed/apps?removed=" + calendar.id());
        assertThat(isActive(connection.client(), connection.accessToken())).isFalse();
        refusedAs(refresh(connection), 400, "invalid_grant");
        Document after = frame.page("/embed/apps?removed=" + calendar.id());
        assertThat(names(after)).isEmpty();
        assertThat(after.selectFirst("[data-revoked]").attr("data-revoked")).isEqualTo(calendar.id());
        assertThat(auditDoor("grant.revoked")).isEqualTo("EMBED");
    }

    private String auditDoor(String action) {
        try (java.sql.Connection database = database();
                PreparedStatement statement = database.prepareStatement(
                        "SELECT MAX(door) FROM audit_events WHERE tenant_id = UUID_TO_BIN(?) AND action = ?")) {
            statement.setString(1, tenant().toString());
            statement.setString(2, action);
            var rows = statement.executeQuery();
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void e01FrameOfAnotherOriginIsNotDrawnAndUsesNothingUp() {
        String token = token(ben);
        for (String origin :
                List.of("https://evil.example", HOST + ":8443", "http://app.customer.example", HOST + ".")) {
            HttpResponse<String> answer = host.handOver(token, origin);
            isRefused(answer, 401);
            isShownTo(answer, "'none'");
        }
        isRefused(host.handOver(token, Map.of()), 401);
        assertThat(names(host.open(token, HOST).page())).as("and is good still").containsExactly("Calendar");
        assertThat(auditEvents(tenant(), "embed_token.used")).isEqualTo(5);
    }

    @Test
    void e02EveryAnswerNamesTheHostInFramesAndNobodyElsewhere() {
        EmbedHost.Opened frame = open(ben);
        for (String path : List.of(
                "/embed/apps",
                "/embed/apps?q=x",
                "/embed/apps/" + calendar.id(),
                "/embed/apps/" + calendar.id() + "/revoke",
                "/embed/apps/nothing",
                "/embed/session")) {
            isShownTo(frame.get(path), HOST);
        }
        HttpResponse<String> answer = frame.get("/embed/apps");
        assertThat(answer.headers().map())
                .containsEntry("cross-origin-embedder-policy", List.of("require-corp"))
                .containsEntry("cross-origin-resource-policy", List.of("cross-origin"))
                .containsEntry("referrer-policy", List.of("same-origin"))
                .containsEntry("cache-control", List.of("no-store"))
                .containsEntry("x-content-type-options", List.of("nosniff"))
                .containsEntry("origin-agent-cluster", List.of("?1"))
                .containsEntry("reporting-endpoints", List.of("csp=\"/csp-report\""))
                .containsKey("permissions-policy")
                .doesNotContainKeys("x-frame-options", "cross-origin-opener-policy");
        assertThat(policy(answer))
                .matches("default-src 'none'; script-src 'nonce-[A-Za-z0-9_-]{22}'; style-src 'self'; img-src 'self';"
                        + " font-src 'self'; connect-src 'self'; form-action 'self'; frame-src 'none'; base-uri 'none';"
                        + " object-src 'none'; frame-ancestors " + Pattern.quote(HOST)
                        + "; require-trusted-types-for 'script'; trusted-types htmx; report-to csp");
        for (String path : List.of("/", "/embed", "/link", "/embed/apps", "/embed/nothing", "/sign-in", "/nothing")) {
            isShownTo(host.send("GET", path, Map.of(), null), "'none'");
        }
        // Another tenant's frame at the same node.
        Backend other = b2b();
        Map<String, Object> globex = other.organization("Globex");
        origins.add(
                new ProjectCaller(other.project().projectId(), operator.via()),
                uuid("organization", globex.get("organization_id")),
                Origin.require("http://localhost:3000"));
        EmbedHost.Opened theirs = host.open(
                EmbedHost.token(other, other.member(globex, "gil@globex.example"), "http://localhost:3000", Map.of()),
                "http://localhost:3000");
        isShownTo(theirs.get("/embed/apps"), "http://localhost:3000");
    }

    @Test
    void cookieIsPartitionedAndPinnedToThisHost() {
        EmbedHost.Opened frame = open(ben);
        assertThat(frame.cookie())
                .isEqualTo("__Host-es=" + frame.handle()
                        + "; Path=/; Secure; HttpOnly; SameSite=None; Partitioned; Max-Age=28800");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "null",
                "app.customer.example",
                "https://",
                "https://a.example;script-src *",
                "https://a.example https://b.example",
                "https://a.example\nx",
                "https://*.example",
                "https://a.example/path",
                "https://a.example?x",
                "https://a.example#x",
                "https://user@a.example",
                "http://a.example",
                "ftp://a.example",
                "data:text/html,x",
                "https://a.example,https://b.example",
                "https://a.example'",
                "https://-a.example/"
            })
    void e03OriginThatIsNoneIsRefusedWhereverItIsSaid(String origin) {
        String session = portalSession(backend, backend.member(acme, "ada@acme.example", "stytch_admin"));
        Document page = Jsoup.parse(
                portal("GET", "/organization/origins", session, null).body());
        String formToken = page.selectFirst("form.origin-add [name=form_token]").val();
        HttpResponse<String> answer =
                portal("POST", "/organization/origins", session, Map.of("form_token", formToken, "origin", origin));
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(Jsoup.parse(answer.body()).selectFirst("#origin-wrong").text())
                .contains("not such an address");
        assertThat(origins.all(operator, tenant()))
                .extracting(EmbedOrigin::origin)
                .containsExactly(HOST);
        EmbedHost.mint(backend, ben, origin, Map.of()).refused(400, "bad_request");
    }

    private HttpResponse<String> portal(String method, String path, String session, Map<String, String> form) {
        return host.send(method, path, Map.of("Cookie", "s=" + session, "Sec-Fetch-Site", "same-origin"), form);
    }

    @Test
    void administratorSaysWhosePagesMayShowAppsAndItCountsAtOnce() {
        Map<String, Object> ada = backend.member(acme, "ada@acme.example", "stytch_admin");
        String session = portalSession(backend, ada);
        EmbedHost.mint(backend, ben, "https://new.example", Map.of()).refused(400, "embed_origin_not_allowed");
        Document page = Jsoup.parse(
                portal("GET", "/organization/origins", session, null).body());
        assertThat(page.select("nav.subtabs a[aria-current]").text()).isEqualTo("Embedding");
        String formToken = page.selectFirst("form.origin-add [name=form_token]").val();
        Map<String, String> form = Map.of("form_token", formToken, "origin", " HTTPS://New.example:443/ ");
        assertThat(portal("POST", "/organization/origins", session, form).statusCode())
                .isEqualTo(303);
        assertThat(portal("POST", "/organization/origins", session, form).statusCode())
                .as("again")
                .isEqualTo(303);
        assertThat(Jsoup.parse(portal("GET", "/organization/origins", session, null)
                                .body())
                        .select(".rows strong")
                        .eachText())
                .containsExactly(HOST, "https://new.example");
        assertThat(auditEvents(tenant(), "embed_origin.added")).isEqualTo(2);

        String token = EmbedHost.token(backend, ben, "https://new.example", Map.of());
        EmbedHost.Opened frame =
                host.open(EmbedHost.token(backend, ben, "https://new.example", Map.of()), "https://new.example");
        Map<String, String> removal = Map.of("form_token", formToken, "origin", "https://new.example");
        assertThat(portal("POST", "/organization/origins/remove", session, removal)
                        .statusCode())
                .isEqualTo(303);
        isRefused(host.handOver(token, "https://new.example"), 401);
        HttpResponse<String> open = frame.get("/embed/apps");
        isRefused(open, 401);
        isShownTo(open, "'none'");
        assertThat(auditEvents(tenant(), "embed_origin.removed")).isEqualTo(1);
    }

    @Test
    void memberWithoutThePermissionDoesNotEditOrigins() {
        String session = portalSession(backend, ben);
        assertThat(portal("GET", "/organization/origins", session, null).statusCode())
                .isEqualTo(403);
        String formToken = Jsoup.parse(portal("GET", "/sessions", session, null).body())
                .selectFirst("[name=form_token]")
                .val();
        for (String path : List.of("/organization/origins", "/organization/origins/remove")) {
            assertThat(portal("POST", path, session, Map.of("form_token", formToken, "origin", HOST))
                            .statusCode())
                    .isEqualTo(403);
        }
        assertThat(origins.all(operator, tenant())).hasSize(1);
    }

    @Test
    void e05TokenIsGoodOnceForAMinuteForItsPageOnly() throws Exception {
        String used = token(ben);
        host.open(used, HOST);
        HttpResponse<String> again = host.handOver(used, HOST);
        isRefused(again, 401);
        isShownTo(again, HOST);
        assertThat(Jsoup.parse(again.body()).select("[data-over]"))
                .as("asks the host for another")
                .hasSize(1);
        assertThat(auditEvents(tenant(), "embed_token.used")).isEqualTo(2);

        String old = token(ben);
        age("embed_tokens", "expires_at", 61);
        isRefused(host.handOver(old, HOST), 401);

        for (String other : List.of(
                "",
                "nonsense",
                token(ben).substring(0, 60),
                begin(backend.project(), ben).token().reveal(),
                portalSession(backend, ben),
                connection.accessToken(),
                connection.refreshToken(),
                consent(backend, ben, calendar, "openid").code(),
                open(ben).handle())) {
            HttpResponse<String> answer = host.handOver(other, HOST);
            isRefused(answer, 401);
            isShownTo(answer, "'none'");
        }
        String unused = token(ben);
        isRefused(host.send("GET", "/embed?token=" + unused, Map.of("Origin", HOST), null), 200);
        isRefused(host.send("POST", "/embed?token=" + unused, Map.of("Origin", HOST), Map.of("x", "y")), 401);
        assertThat(host.send("HEAD", "/embed", Map.of(), null).headers().allValues("Set-Cookie"))
                .isEmpty();
        assertThat(names(host.open(unused, HOST).page())).containsExactly("Calendar");
    }

    private void age(String table, String column, int seconds) throws SQLException {
        try (java.sql.Connection database = database();
                PreparedStatement statement = database.prepareStatement("UPDATE " + table + " SET " + column + " = "
                        + column + " - INTERVAL " + seconds + " SECOND WHERE tenant_id = UUID_TO_BIN(?)")) {
            statement.setString(1, tenant().toString());
            statement.executeUpdate();
        }
    }

    @Test
    void e05TokenHandedOverManyTimesAtOnceOpensOneFrame() throws Exception {
        String token = token(ben);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Integer>> posts = java.util.Collections.nCopies(
                    8, () -> host.handOver(token, HOST).statusCode());
            List<Integer> statuses = threads.invokeAll(posts).stream()
                    .map(java.util.concurrent.Future::resultNow)
                    .toList();
            assertThat(statuses)
                    .containsOnlyOnce(200)
                    .filteredOn(status -> status == 401)
                    .hasSize(7);
        }
    }

    @Test
    void e05FrameIsWantedAndNothingElse() {
        String token = token(ben);
        for (Map<String, String> headers : List.of(
                Map.of("Sec-Fetch-Dest", "document"),
                Map.of("Sec-Fetch-Dest", "empty"),
                Map.of("Sec-Fetch-Site", "same-origin"),
                Map.of("Sec-Fetch-Site", "none"))) {
            Map<String, String> all = new HashMap<>(headers);
            all.put("Origin", HOST);
            isRefused(host.handOver(token, all), 403);
        }
        Map<String, String> customersOwnSite = Map.of("Sec-Fetch-Site", "same-site", "Origin", HOST);
        assertThat(host.handOver(token, customersOwnSite).statusCode()).isEqualTo(200);
    }

    @Test
    void e13HandleOpensTheFramesPagesAndNothingElse() {
        EmbedHost.Opened frame = open(ben);
        for (String path :
                List.of("/", "/sessions", "/apps/" + calendar.id(), "/organization/origins", "/preferences")) {
            for (Map<String, String> headers : List.of(
                    Map.of("X-Embed-Session", frame.handle()),
                    Map.of("Cookie", "__Host-es=" + frame.handle() + "; s=" + frame.handle()))) {
                assertThat(host.send("GET", path, headers, null)
                                .headers()
                                .firstValue("Location")
                                .orElse(""))
                        .as(path)
                        .startsWith("/sign-in");
            }
        }
        backend.withSession(frame.handle(), null)
                .get("/v1/b2b/organizations/" + acme.get("organization_id"))
                .refused(404, "session_not_found");
        backend.post("/v1/b2b/sessions/authenticate", Map.of("session_token", frame.handle()))
                .refused(404, "session_not_found");
        // Nor does a portal session open them.
        isRefused(
                host.send(
                        "GET",
                        "/embed/apps",
                        Map.of(
                                "Cookie",
                                "s=" + portalSession(backend, ben) + "; __Host-es=" + portalSession(backend, ben)),
                        null),
                401);
    }

    @Test
    void e13FrameIsOneMembersAndKnowsNobodyElsesApps() throws InterruptedException {
        Connection ofCleo = connect(backend, cleo, calendar, "openid");
        Client notes = app(backend, "third_party", Map.of("client_name", "Notes"));
        connect(backend, cleo, notes, "openid");
        EmbedHost.Opened frame = open(ben);
        assertThat(frame.get("/embed/apps/" + notes.id()).statusCode()).isEqualTo(404);
        assertThat(frame.revoke(calendar.id()).statusCode()).isEqualTo(303);
        assertThat(isActive(ofCleo.client(), ofCleo.accessToken())).isTrue();
        // What is not in the frame has no address there.
        for (String path : List.of(
                "/embed/apps/selected",
                "/embed/apps/revoke",
                "/embed/organization/apps",
                "/embed/sessions",
                "/embed/apps/" + calendar.id() + "/connections/connection-test-1/end")) {
            assertThat(frame.post(path, Map.of()).statusCode()).as(path).isIn(404, 405);
        }
    }

    @Test
    void cookieAndHeaderMustSayTheSame() {
        EmbedHost.Opened bens = open(ben);
        EmbedHost.Opened cleos = open(cleo);
        Map<String, String> both = Map.of("X-Embed-Session", bens.handle(), "Cookie", "__Host-es=" + bens.handle());
        assertThat(host.send("GET", "/embed/apps", both, null).statusCode()).isEqualTo(200);
        Map<String, String> mixed = Map.of("X-Embed-Session", bens.handle(), "Cookie", "__Host-es=" + cleos.handle());
        isRefused(host.send("GET", "/embed/apps", mixed, null), 401);
        Map<String, String> alone = Map.of("Cookie", "__Host-es=" + bens.handle());
        assertThat(host.send("GET", "/embed/apps", alone, null).statusCode()).isEqualTo(200);
    }

    /** C01 in frames: with the cookie a form must hold the session's token; the header no form can send. */
    @Test
    void formThatAnotherSiteSendsIntoAFrameChangesNothing() throws InterruptedException {
        EmbedHost.Opened frame = open(ben);
        Element form = frame.page("/embed/apps/" + calendar.id() + "/revoke").selectFirst("form.confirm-acts");
        Map<String, String> fields = new HashMap<>(EmbedHost.fields(form));
        Thread.sleep(600);
        String cookie = "__Host-es=" + frame.handle();
        assertThat(host.send(
                                "POST",
                                form.attr("action"),
                                Map.of("Cookie", cookie, "Sec-Fetch-Site", "cross-site"),
                                fields)
                        .statusCode())
                .isEqualTo(403);
        Map<String, String> without = new HashMap<>(fields);
        without.remove("form_token");
        assertThat(host.send(
                                "POST",
                                form.attr("action"),
                                Map.of("Cookie", cookie, "Sec-Fetch-Site", "same-origin"),
                                without)
                        .statusCode())
                .isEqualTo(403);
        assertThat(isActive(connection.client(), connection.accessToken())).isTrue();
        assertThat(host.send(
                                "POST",
                                form.attr("action"),
                                Map.of("Cookie", cookie, "Sec-Fetch-Site", "same-origin"),
                                fields)
                        .statusCode())
                .isEqualTo(303);
        assertThat(isActive(connection.client(), connection.accessToken())).isFalse();
    }

    @Test
    void e11YesCountsOnceAndNotBeforeTheQuestionCanBeRead() throws Exception {
        EmbedHost.Opened frame = open(ben);
        String question = "/embed/apps/" + calendar.id() + "/revoke";
        Element form = frame.page(question).selectFirst("form.confirm-acts");
        HttpResponse<String> tooSoon = frame.post(question, EmbedHost.fields(form));
        assertThat(tooSoon.statusCode()).isEqualTo(409);
        assertThat(tooSoon.body()).contains("That was very quick");
        assertThat(frame.post(question, Map.of()).statusCode())
                .as("without a question")
                .isEqualTo(409);
        assertThat(isActive(connection.client(), connection.accessToken())).isTrue();

        Client notes = app(backend, "third_party");
        connect(backend, ben, notes, "openid");
        String ofNotes = frame.page("/embed/apps/" + notes.id() + "/revoke")
                .selectFirst("[name=confirmation]")
                .val();
        String ofAnother =
                open(ben).page(question).selectFirst("[name=confirmation]").val();
        Thread.sleep(600);
        for (String foreign : List.of(ofNotes, ofAnother)) {
            assertThat(frame.post(question, Map.of("confirmation", foreign)).statusCode())
                    .isEqualTo(409);
        }
        assertThat(frame.post(question, EmbedHost.fields(form)).statusCode())
                .as("the same yes, later")
                .isEqualTo(303);
        HttpResponse<String> again = frame.post(question, EmbedHost.fields(form));
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(again.body()).contains("This question is closed");

        String late = frame.page("/embed/apps/" + notes.id() + "/revoke")
                .selectFirst("[name=confirmation]")
                .val();
        age("embed_confirmations", "expires_at", 600);
        assertThat(frame.post("/embed/apps/" + notes.id() + "/revoke", Map.of("confirmation", late))
                        .statusCode())
                .isEqualTo(409);
    }

    @Test
    void e15UnsaidOriginIsTakenForAFrameOnlyAndNeverForAPage() {
        String token = token(ben);
        HttpResponse<String> page = host.send(
                "POST",
                "/link",
                Map.of("Origin", "null", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Dest", "document"),
                Map.of("token", token));
        isRefused(page, 401);
        HttpResponse<String> answer = host.handOver(token, "null");
        assertThat(answer.statusCode()).isEqualTo(200);
        isShownTo(answer, HOST);
    }

    @Test
    void sessionInAFrameEndsAsOthersDo() throws Exception {
        EmbedHost.Opened idle = open(ben);
        EmbedHost.Opened revoked = open(ben);
        backend.post("/v1/b2b/sessions/revoke", Map.of("member_session_id", sessionOf(revoked)))
                .ok();
        HttpResponse<String> over = revoked.get("/embed/apps");
        isRefused(over, 401);
        isShownTo(over, HOST);
        HttpResponse<String> fragment = host.send(
                "GET",
                "/embed/apps",
                Map.of("X-Embed-Session", revoked.handle(), "HX-Request", "true", "Sec-Fetch-Site", "same-origin"),
                null);
        isRefused(fragment, 401);
        assertThat(fragment.body()).contains("data-over").doesNotContain("<html");

        assertThat(idle.get("/embed/apps").statusCode()).isEqualTo(200);
        age("sessions", "last_accessed_at", 31 * 60);
        isRefused(idle.get("/embed/apps"), 401);

        EmbedHost.Opened deactivated = open(ben);
        backend.delete("/v1/b2b/organizations/" + acme.get("organization_id") + "/members/" + ben.get("member_id"))
                .ok();
        isRefused(deactivated.get("/embed/apps"), 401);
        mint(Map.of()).refused(404, "member_not_found");
    }

    private String sessionOf(EmbedHost.Opened frame) {
        return "session-test-" + embedded.find(frame.handle()).orElseThrow().sessionId();
    }

    @Test
    void sessionLivesAsLongAsTheHostSaysAndEightHoursAtMost() {
        assertThat(open(ben).page().selectFirst("meta[name=embed-seconds]").attr("content"))
                .matches("28(800|79[0-9])");
        EmbedHost.Opened brief =
                host.open(EmbedHost.token(backend, ben, HOST, Map.of("session_duration_minutes", 5)), HOST);
        assertThat(brief.page().selectFirst("meta[name=embed-seconds]").attr("content"))
                .matches("300|29[0-9]");
        assertThat(brief.cookie()).endsWith("Max-Age=300");
        for (int minutes : List.of(0, 4, 481)) {
            mint(Map.of("session_duration_minutes", minutes)).refused(400, "bad_request");
        }
    }

    @Test
    void frameThatMayOnlyShowDrawsNoButtonsAndRemovesNothing() throws InterruptedException {
        EmbedHost.Opened frame =
                host.open(EmbedHost.token(backend, ben, HOST, Map.of("capabilities", List.of("self_view"))), HOST);
        assertThat(names(frame.page())).containsExactly("Calendar");
        assertThat(frame.page().select("form[action$=revoke]")).isEmpty();
        assertThat(frame.page("/embed/apps/" + calendar.id()).select("form[action$=revoke]"))
                .isEmpty();
        assertThat(frame.revoke(calendar.id()).statusCode()).isEqualTo(403);
        assertThat(isActive(connection.client(), connection.accessToken())).isTrue();
        for (String capability : List.of("admin_view", "admin_revoke", "SELF_VIEW", "everything")) {
            mint(Map.of("capabilities", List.of(capability))).refused(400, "embed_capability_not_available");
        }
    }

    @Test
    void memberSessionMintsForItsOwnPersonAlone() {
        Map<String, Object> ada = backend.member(acme, "ada@acme.example", "stytch_admin");
        Backend asBen = backend.as(ben);
        Answer own =
                asBen.post("/v1/embed/sessions", Map.of("embed_origin", HOST)).ok();
        assertThat(names(host.open(own.text("embed_token"), HOST).page())).containsExactly("Calendar");
        EmbedHost.mint(asBen, ben, HOST, Map.of()).ok();
        EmbedHost.mint(asBen, cleo, HOST, Map.of()).refused(403, "session_authorization_error");
        EmbedHost.mint(backend.as(ada), ben, HOST, Map.of()).refused(403, "session_authorization_error");
        Map<String, Object> globex = backend.organization("Globex");
        Map<String, Object> gil = backend.member(globex, "gil@globex.example", "stytch_admin");
        EmbedHost.mint(backend.as(gil), ben, HOST, Map.of()).refused(403, "session_authorization_tenancy_error");
        assertThat(auditEvents(tenant(), "embed_token.minted")).isEqualTo(2);
    }

    @Test
    void originOfAnotherOrganizationIsNotOnesOwn() {
        Map<String, Object> globex = backend.organization("Globex");
        Map<String, Object> gil = backend.member(globex, "gil@globex.example");
        EmbedHost.mint(backend, gil, HOST, Map.of()).refused(400, "embed_origin_not_allowed");
    }

    @Test
    void userOfAConsumerProjectIsHandedOverToo() {
        Backend shop = consumer();
        Map<String, Object> uma = shop.user("uma@shop.example");
        Client store = app(shop, "third_party", Map.of("client_name", "Store"));
        connect(shop, uma, store, "openid");
        Map<String, Object> body = Map.of("user_id", uma.get("user_id"), "embed_origin", HOST);
        shop.post("/v1/embed/sessions", body).refused(400, "embed_origin_not_allowed");
        UUID project = shop.project().projectId();
        origins.add(new ProjectCaller(project, operator.via()), project, Origin.require(HOST));
        EmbedHost.Opened frame =
                host.open(shop.post("/v1/embed/sessions", body).ok().text("embed_token"), HOST);
        assertThat(names(frame.page())).containsExactly("Store");
    }

    @Test
    void linkOpensThePortalOnceWithTheFramesLimits() {
        String token = token(ben);
        Map<String, String> headers =
                Map.of("Origin", HOST, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Dest", "document");
        HttpResponse<String> opened = host.send("POST", "/link", headers, Map.of("token", token));
        assertThat(opened.statusCode()).isEqualTo(303);
        assertThat(opened.headers().firstValue("Location")).hasValue("/");
        String cookie = opened.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie).contains("SameSite=Lax", "HTTPOnly").doesNotContain("Partitioned");
        String session = cookie.substring(2, cookie.indexOf(';'));
        assertThat(names(Jsoup.parse(portal("GET", "/", session, null).body()))).containsExactly("Calendar");
        isRefused(host.send("POST", "/link", headers, Map.of("token", token)), 401);
        isRefused(host.handOver(token, HOST), 401);

        var row = sessions.findByToken(session).orElseThrow();
        assertThat(java.time.Duration.between(row.startedAt(), row.expiresAt())).hasHours(8);
        // It lets no app in, is nobody else's, and administers nothing.
        assertThat(portal("GET", "/switch", session, null).statusCode()).isEqualTo(403);
        Map<String, Object> ada = backend.member(acme, "ada@acme.example", "stytch_admin");
        HttpResponse<String> adas = host.send("POST", "/link", headers, Map.of("token", token(ada)));
        String limited = adas.headers().firstValue("Set-Cookie").orElseThrow().replaceAll("^s=|;.*", "");
        assertThat(portal("GET", "/organization/origins", limited, null).statusCode())
                .isEqualTo(403);
        assertThat(Jsoup.parse(portal("GET", "/", limited, null).body()).select("a[href^=/organization]"))
                .isEmpty();

        for (Map<String, String> wrong : List.of(
                Map.of("Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"),
                Map.of("Sec-Fetch-Site", "cross-site"))) {
            isRefused(host.send("POST", "/link", wrong, Map.of("token", token(ben))), 401);
        }
        isRefused(
                host.send(
                        "POST",
                        "/link",
                        Map.of("Origin", HOST, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Dest", "iframe"),
                        Map.of("token", token(ben))),
                403);
    }

    @Test
    void hostSaysLanguageDirectionAndTimeZone() {
        Map<String, Object> more = Map.of(
                "locale",
                "en-GB",
                "direction",
                "rtl",
                "time_zone",
                "Pacific/Auckland",
                "theme",
                Map.of("mode", "dark"));
        EmbedHost.Opened frame = host.open(EmbedHost.token(backend, ben, HOST, more), HOST);
        Element html = frame.page().selectFirst("html");
        assertThat(html.attr("lang")).isEqualTo("en");
        assertThat(html.attr("dir")).isEqualTo("rtl");
        assertThat(frame.page().select("link[data-sheet]").attr("href")).contains("app-dark.css");
        assertThat(frame.page("/embed/apps/" + calendar.id())
                        .selectFirst(".facts time[datetime]")
                        .text())
                .matches(".*NZ(D|S)T|.*just now.*|.*ago.*");
        for (Map<String, Object> wrong : List.<Map<String, Object>>of(
                Map.of("locale", "xx"),
                Map.of("locale", "<b>"),
                Map.of("direction", "up"),
                Map.of("time_zone", "Mars/Olympus"),
                Map.of("theme", Map.of("mode", "sepia")))) {
            mint(wrong).refused(400, "bad_request");
        }
    }

    @Test
    void themeIsWornWhenItCanBeReadAndRefusedInWordsWhenNot() {
        Map<String, Object> theme = Map.of(
                "light", Map.of("accent", "#0055aa", "ground", "#FFF"), "dark", Map.of("link", "#9cf"), "radius", 2);
        EmbedHost.Opened frame = host.open(EmbedHost.token(backend, ben, HOST, Map.of("theme", theme)), HOST);
        String address = frame.page().selectFirst("#theme").attr("href");
        HttpResponse<String> sheet = host.send("GET", address, Map.of(), null);
        assertThat(sheet.statusCode()).isEqualTo(200);
        assertThat(sheet.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/css");
        assertThat(sheet.body()).contains("--accent:#0055aa;", "--ground:#ffffff;", "--link:#99ccff;", "--radius:2px");

        Answer unreadable = mint(Map.of("theme", Map.of("light", Map.of("text", "#999999"))));
        unreadable.refused(400, "invalid_embed_theme");
        assertThat(unreadable.text("error_message"))
                .isEqualTo("theme.light: text on ground has a contrast of 2.65; people need 4.5 (WCAG 2.2 AA).");
        for (Map<String, Object> wrong : List.<Map<String, Object>>of(
                Map.of("light", Map.of("accent", "red")),
                Map.of("light", Map.of("accent", "#00f;}body{display:none")),
                Map.of("light", Map.of("shadow", "#000000")),
                Map.of("light", Map.of("accent", 5)),
                Map.of("radius", 25),
                Map.of("radius", -1),
                Map.of("css", "x"))) {
            mint(Map.of("theme", wrong)).refused(400, "invalid_embed_theme");
        }
        for (String query : List.of("light.text=999999", "light.accent=zzz", "x=y", "dark.muted=101010", "radius=99")) {
            assertThat(host.send("GET", "/embed/theme.css?" + query, Map.of(), null)
                            .statusCode())
                    .as(query)
                    .isEqualTo(400);
        }
        assertThat(host.send("GET", "/embed/theme.css?light.accent=0055aa&mode=%7D*%7B", Map.of(), null)
                        .body())
                .doesNotContain("}*{");
    }

    @Test
    void hostsScriptIsReadableEverywhere() {
        HttpResponse<String> script = host.send("GET", "/embed.js", Map.of("Origin", HOST), null);
        assertThat(script.headers().map())
                .containsEntry("access-control-allow-origin", List.of("*"))
                .containsEntry("cross-origin-resource-policy", List.of("cross-origin"));
        assertThat(script.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/javascript");
        assertThat(script.body()).contains("customElements.define('connected-apps'");
    }
}
