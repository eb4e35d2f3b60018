package dev.ungrant.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.connectedapps.ClientType;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.members.Member;
import dev.ungrant.rbac.Subject;
import dev.ungrant.web.Json;
import java.io.IOException;
import java.io.StringReader;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happened in an organization, as its administrators and as its members see it. */
class ActivityPagesTest extends PortalTest {
    private static final String PATH = "/organization/activity";

    private Member ada;
    private Member ben;
    private Subject bens;
    private ConnectedApp calendar;
    private String admin;
    private String session;

    @BeforeEach
    void somethingHappens() {
        ada = cast.admin("Ada Admin");
        ben = cast.member("Ben Okafor");
        bens = cast.subject(ben);
        calendar = cast.app("Calendar", ClientType.THIRD_PARTY, "https://calendar.example", true);
        cast.grant(bens, calendar, "openid calendar:read", 10, 1, 0, true);
        admin = cast.signIn(cast.subject(ada));
        session = cast.signIn(bens);
        PortalDoor.revoke(server.getPort(), session, calendar.wireId(), false);
    }

    @Test
    void administratorReadsWhatHappenedByWhomAndWhy() throws InterruptedException {
        Element row = row(sealed(), "Access was removed");
        assertThat(row.select(".about").text()).isEqualTo("App Calendar");
        row = row(sealed(), "A member was added", "Ben Okafor");
        assertThat(row.select(".about").text()).isEqualTo("Person Ben Okafor");
        assertThat(row.selectFirst(".by").text()).isEqualTo("The service");
        assertThat(row.select(".date").eachText().getFirst()).isEqualTo("Operator’s command");
        Element facts = row(sealed(), "Access was removed").selectFirst(".event-facts");
        assertThat(facts.text())
                .contains(
                        "Request request-id-test-",
                        "Network address 127.0.0.1",
                        "Why The person removed it",
                        "Access grant-test-")
                .containsPattern("Number \\d+ Hash [0-9a-f]{64}");
        assertThat(sealed().selectFirst("#event-count").text()).isEqualTo("4");
    }

    private Document sealed() throws InterruptedException {
        for (int i = 0; i < 500; i++) {
            Document page = page(PATH, admin);
            if (!page.text().contains("Not sealed yet")) {
                return page;
            }
            Thread.sleep(20);
        }
        throw new AssertionError("not sealed");
    }

    @Test
    void everyFilterShowsWhatItSaysAndNothingElse() {
        event("grant.opened", "API", "PROJECT", null, bens.id(), calendar, "DONE", 40, "request-id-test-old");
        event("revoke.connected-app", "PORTAL", "MEMBER", ben.memberId(), ada.memberId(), calendar, "DENIED", 3, "x");
        event("token.revoked_by_app", "OAUTH", "APP", calendar.appId(), bens.id(), calendar, "DONE", 2, "y");
        event("grant.revoked", "JOB", "SYSTEM", null, bens.id(), null, "DONE", 5, "z");
        assertThat(whats("")).hasSize(8);
        assertThat(whats("kind=access")).hasSize(5);
        assertThat(whats("kind=grant.revoked")).containsExactly("Access was removed", "Access was removed");
        assertThat(whats("kind=people")).containsOnly("A member was added").hasSize(2);
        assertThat(whats("by=system")).containsExactly("Access was removed");
        assertThat(whats("by=app")).containsExactly("The app gave a token back");
        assertThat(whats("by=member")).containsExactly("Access was removed", "Somebody tried to remove access");
        assertThat(whats("door=oauth")).containsExactly("The app gave a token back");
        assertThat(whats("outcome=denied")).containsExactly("Somebody tried to remove access");
        assertThat(whats("request=request-id-test-old")).containsExactly("Access was allowed");
        assertThat(whats("app=" + calendar.wireId())).hasSize(4);
        assertThat(whats("member=" + ben.wireId())).hasSize(5);
        assertThat(whats("member=" + ben.wireId() + "&app=" + calendar.wireId() + "&kind=grant.revoked"))
                .hasSize(1);
        assertThat(whats("actor=" + ben.wireId())).hasSize(2);
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        assertThat(whats("from=" + today.minusDays(30))).hasSize(7);
        assertThat(whats("to=" + today.minusDays(30))).containsExactly("Access was allowed");
        assertThat(whats("from=" + today.minusDays(4) + "&to=" + today.minusDays(1)))
                .hasSize(2);
        assertThat(whats("from=" + today + "&to=" + today.minusDays(1))).isEmpty();
        // What it does not know counts as not said.
        assertThat(whats(
                        "kind=nonsense&by=x&door=y&outcome=z&from=yesterday&app=1&member=connected-app-test-2&after=3"))
                .hasSize(8);
        Document page = page(PATH + "?app=" + calendar.wireId() + "&member=" + ben.wireId(), admin);
        assertThat(page.select(".removable").eachText())
                .containsExactly("About Ben Okafor ×remove this filter", "App Calendar ×remove this filter");
        assertThat(page.select(".removable").getFirst().attr("href")).isEqualTo(PATH + "?app=" + calendar.wireId());
        assertThat(page.selectFirst("form.filters").select("input[type=hidden]").eachAttr("value"))
                .containsExactly(ben.wireId(), calendar.wireId());
    }

    private List<String> whats(String query) {
        return page(PATH + "?" + query, admin).select("tbody th strong").eachText();
    }

    @Test
    void pagesFollowEachOtherForwardAndBackward() {
        for (int i = 0; i < 60; i++) {
            // Several at the same microsecond.
            event(
                    "session.begun",
                    "PORTAL",
                    "MEMBER",
                    ben.memberId(),
                    ben.memberId(),
                    null,
                    "DONE",
                    100 + i / 7,
                    "r" + i);
        }
        List<String> all = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        String next = PATH;
        while (!next.isEmpty()) {
            addresses.add(next);
            Document page = page(next, admin);
            assertThat(page.selectFirst("#event-count").text()).isEqualTo("64");
            all.addAll(page.select("tbody > tr").eachAttr("id"));
            next = page.select("a[rel=next]").attr("href");
        }
        assertThat(all).hasSize(64).doesNotHaveDuplicates();
        assertThat(page(addresses.get(1), admin).selectFirst(".pages").text()).contains("26–50 of 64");
        assertThat(page(addresses.get(2), admin).selectFirst(".pages").text()).contains("51–64 of 64");
        Document back = page(page(addresses.get(2), admin).select("a[rel=prev]").attr("href"), admin);
        assertThat(back.select("tbody > tr").eachAttr("id")).isEqualTo(all.subList(25, 50));
        Document start = page(back.select("a[rel=prev]").attr("href"), admin);
        assertThat(start.select("tbody > tr").eachAttr("id")).isEqualTo(all.subList(0, 25));
        // A sieve that everything passes shows the same pages.
        next = PATH + "?kind=session";
        List<String> sieved = new ArrayList<>();
        while (!next.isEmpty()) {
            Document page = page(next, admin);
            sieved.addAll(page.select("tbody > tr").eachAttr("id"));
            next = page.select("a[rel=next]").attr("href");
        }
        assertThat(sieved).hasSize(60).doesNotHaveDuplicates();
    }

    /** Forty-five thousand events, of which two are looked for: three windows, each of them bounded. */
    @Test
    void rareEventIsFoundStepByStepAndThePageSaysHowFarItHasLooked() {
        event("organization.deleted", "API", "PROJECT", null, null, null, "DONE", 900, "rare");
        cast.update("""
                INSERT INTO audit_events (tenant_id, event_id, occurred_at, project_id, actor_kind, door, action, outcome,
                  request_id, details, seq, hash)
                WITH RECURSIVE ten(d) AS (SELECT 0 UNION ALL SELECT d + 1 FROM ten WHERE d < 9)
                SELECT ?, UNHEX(MD5(CONCAT(?, a.d, b.d, c.d, d.d, e.d))),
                  UTC_TIMESTAMP(6) - INTERVAL 100 DAY - INTERVAL (a.d * 10000 + b.d * 1000 + c.d * 100 + d.d * 10 + e.d) SECOND,
                  ?, 'SYSTEM', 'JOB', 'grant.revoked', 'DONE', 'many', '{}',
                  1000000 + a.d * 10000 + b.d * 1000 + c.d * 100 + d.d * 10 + e.d, UNHEX(REPEAT('00', 32))
                FROM ten a, ten b, ten c, ten d, ten e WHERE a.d < 5 AND (a.d < 4 OR b.d < 5)
                """, cast.organization.organizationId(), UUID.randomUUID().toString(), cast.project.projectId());
        Document page = page(PATH + "?kind=organization.deleted", admin);
        int looks = 1;
        while (page.select("tbody > tr").isEmpty()) {
            assertThat(page.text()).contains("No event matches since", "Earlier events have not been looked through.");
            page = page(page.select("a[rel=next]").attr("href"), admin);
            assertThat(++looks).isLessThan(5);
        }
        assertThat(looks).isEqualTo(3);
        assertThat(page.select("tbody th strong").eachText()).containsExactly("The organization was closed");
        assertThat(page.select("a[rel=next]")).isEmpty();
        Document all = page(PATH, admin);
        assertThat(all.selectFirst("#event-count").text()).isEqualTo("more than 10,000");
        assertThat(all.selectFirst(".pages").text()).contains("1–25 of more than 10,000");
        Document many = page(PATH + "?kind=grant.revoked", admin);
        assertThat(many.selectFirst(".found").text()).contains("More than 10,000 events match");
        // The same through the file.
        List<String> lines =
                export("jsonl", "kind=organization.deleted").body().lines().toList();
        assertThat(lines).hasSize(1);
        assertThat(export("jsonl", "kind=grant.revoked").body().lines().count()).isEqualTo(45_001);
    }

    @Test
    void numberOfStatementsDoesNotDependOnTheRows() {
        for (int i = 0; i < 30; i++) {
            event("grant.opened", "API", "MEMBER", ben.memberId(), ben.memberId(), calendar, "DONE", i, "s" + i);
        }
        long few = statements(PATH);
        for (int i = 0; i < 40; i++) {
            Member member = cast.member("Person " + i);
            event("grant.opened", "API", "MEMBER", member.memberId(), member.memberId(), calendar, "DONE", i, "r" + i);
        }
        assertThat(statements(PATH)).isEqualTo(few);
        assertThat(statements(PATH + "?kind=access")).isEqualTo(few + 1);
    }

    private long statements(String path) {
        page(path, admin);
        long fewest = Long.MAX_VALUE;
        for (int i = 0; i < 8; i++) {
            long before = cast.questions();
            page(path, admin);
            fewest = Math.min(fewest, cast.questions() - before);
        }
        return fewest;
    }

    @Test
    void filesHoldExactlyWhatTheFiltersShow() throws IOException {
        event(
                "grant.opened",
                "API",
                "MEMBER",
                ben.memberId(),
                ben.memberId(),
                calendar,
                "DONE",
                4,
                "=HYPERLINK(\"x\")");
        cast.update("UPDATE members SET name = '+49 \"quoted\", ; line' WHERE member_id = ?", ben.memberId());
        for (String query :
                List.of("", "kind=access", "member=" + ben.wireId(), "outcome=denied", "request==HYPERLINK(\"x\")")) {
            Set<String> shown = new HashSet<>(page(PATH + "?" + query.replace("\"", "%22"), admin)
                    .select("tbody > tr")
                    .eachAttr("id"));
            List<CSVRecord> csv =
                    records(export("csv", query.replace("\"", "%22")).body());
            // Its own event is the newest by then.
            Set<String> ids = csv.stream()
                    .filter(line -> !line.get("action").equals("activity.exported"))
                    .map(line -> line.get("event_id"))
                    .collect(Collectors.toSet());
            shown.removeAll(page(PATH + "?kind=activity.exported", admin)
                    .select("tbody > tr")
                    .eachAttr("id"));
            assertThat(ids).as(query).isEqualTo(shown);
            Set<String> lines = export("jsonl", query.replace("\"", "%22"))
                    .body()
                    .lines()
                    .map(line -> context.getBean(Json.class).object(line))
                    .filter(line -> !line.get("action").equals("activity.exported"))
                    .map(line -> (String) line.get("event_id"))
                    .collect(Collectors.toSet());
            assertThat(lines).as(query).isEqualTo(shown);
        }
        CSVRecord opened = records(export("csv", "kind=grant.opened").body()).getFirst();
        assertThat(opened.get("request_id")).isEqualTo("'=HYPERLINK(\"x\")");
        assertThat(opened.get("actor_name")).isEqualTo("'+49 \"quoted\", ; line");
        assertThat(opened.get("actor_id")).isEqualTo(ben.wireId());
        assertThat(opened.get("app_name")).isEqualTo("Calendar");
        assertThat(page(PATH + "?kind=activity.exported", admin).select("tbody > tr"))
                .hasSize(12 - 1);
    }

    private static List<CSVRecord> records(String text) throws IOException {
        assertThat(text).startsWith("\uFEFFevent_id,");
        return CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get()
                .parse(new StringReader(text.substring(1)))
                .getRecords();
    }

    private HttpResponse<String> export(String format, String query) {
        HttpResponse<String> answer =
                call(PATH + "/export?format=" + format + "&" + query).as(admin).get();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Disposition").orElseThrow())
                .contains("attachment", "activity-", "." + format);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
                .startsWith(format.equals("csv") ? "text/csv" : "application/jsonl");
        assertThat(answer.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
        return answer;
    }

    @Test
    void lineOfTheFileCarriesItsNumberAndItsHash() throws InterruptedException, SQLException {
        sealed();
        Map<String, Object> line = context.getBean(Json.class)
                .object(export("jsonl", "kind=grant.revoked").body().strip());
        assertThat(line)
                .containsEntry("reason", null)
                .containsEntry("door", "portal")
                .containsEntry("outcome", "done");
        assertThat(
                        value(
                                "SELECT CONCAT(seq, LOWER(HEX(hash))) FROM audit_events WHERE tenant_id = ? AND action = 'grant.revoked'"))
                .isEqualTo(line.get("seq") + (String) line.get("hash"));
    }

    @Test
    void whoIsErasedStaysAsAnId() {
        cast.update("DELETE FROM members WHERE member_id = ?", ben.memberId());
        assertThat(row(page(PATH, admin), "Access was removed").text())
                .contains(ben.wireId())
                .doesNotContain("Ben Okafor");
    }

    @Test
    void personReadsWhatHappenedToThemAndNothingOfOthers() {
        event("member.updated", "PORTAL", "MEMBER", ada.memberId(), ben.memberId(), null, "DONE", 1, "r");
        event("session.begun", "PORTAL", "MEMBER", ada.memberId(), ada.memberId(), null, "DONE", 1, "r");
        Document page = page("/activity", session);
        assertThat(page.select("tbody th strong").eachText())
                .containsExactlyInAnyOrder("Access was removed", "A member was changed", "A member was added");
        assertThat(page.text()).doesNotContain("Ada Admin");
        Element changed = row(page, "A member was changed");
        assertThat(changed.selectFirst(".by").text()).isEqualTo("Another member of your organization");
        assertThat(changed.text()).as("where others are is their own business").doesNotContain("198.51.100.99");
        assertThat(row(page, "Access was removed").selectFirst(".by").text()).isEqualTo("You");
        assertThat(page.select(".exports, #by")).isEmpty();
        assertThat(page("/activity?member=" + ada.wireId() + "&actor=" + ada.wireId(), session)
                        .select("tbody > tr"))
                .hasSize(3);
        assertThat(page("/activity?kind=session", session).select("tbody > tr")).isEmpty();
        assertThat(page("/activity?app=" + calendar.wireId(), session).select("tbody > tr"))
                .hasSize(1);
    }

    @Test
    void whoMayNotReadItIsRefusedAndOtherOrganizationsAreNotInIt() {
        for (String path : List.of(PATH, PATH + "/export", PATH + "?member=" + ben.wireId())) {
            assertThat(call(path).as(session).get().statusCode()).as(path).isEqualTo(403);
        }
        assertThat(page("/", session).select("nav a[href^=/organization]")).isEmpty();
        PortalCast other = new PortalCast(context);
        String gil = other.signIn(other.subject(other.admin("Gil")));
        assertThat(page(PATH, gil).text()).doesNotContain("Ben Okafor", "Calendar");
        assertThat(page(PATH + "?member=" + ben.wireId(), gil).select("tbody > tr"))
                .isEmpty();
        assertThat(page(PATH + "?app=" + calendar.wireId(), gil).text()).doesNotContain("Calendar", "Ben");
        assertThat(page(PATH + "?actor=" + ben.wireId(), gil).text()).doesNotContain("Ben Okafor");
    }

    @Test
    void whatOthersWroteIsTextAndNothingMore() {
        cast.update(
                "UPDATE members SET name = ? WHERE member_id = ?",
                PortalCast.HOSTILE_NAME.substring(0, 120),
                ben.memberId());
        event("grant.revoked", "PORTAL", "MEMBER", ben.memberId(), ben.memberId(), calendar, "DONE", 0, "<img src=x>");
        cast.update("UPDATE audit_events SET reason = ? WHERE request_id = '<img src=x>'", PortalCast.HOSTILE_NAME);
        Document page = page(PATH, admin);
        assertThat(page.select("main script, main img")).isEmpty();
        assertThat(page.text()).doesNotContain("7006652");
        Document fragment = Jsoup.parse(call(PATH + "?kind=access")
                .as(admin)
                .header("HX-Request", "true")
                .get()
                .body());
        assertThat(fragment.select("html > body > section#events")).hasSize(1);
        assertThat(fragment.select("nav.tabs")).isEmpty();
    }

    private static Element row(Document page, String... texts) {
        return page.select("tbody > tr").stream()
                .filter(row -> List.of(texts).stream().allMatch(row.text()::contains))
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        List.of(texts) + " not in " + page.select("tbody").text()));
    }

    private void event(
            String action,
            String door,
            String actorKind,
            UUID actorId,
            UUID subjectId,
            ConnectedApp app,
            String outcome,
            int daysAgo,
            String requestId) {
        cast.update(
                """
                INSERT INTO audit_events (tenant_id, event_id, occurred_at, project_id, actor_kind, actor_id, door, action,
                  outcome, subject_kind, subject_id, app_id, request_id, ip_address, details)
                VALUES (?, ?, TIMESTAMP(UTC_DATE()) - INTERVAL ? DAY, ?, ?, ?, ?, ?, ?, IF(? = '', NULL, 'MEMBER'), ?, ?, ?, '198.51.100.99', '{}')
                """,
                cast.organization.organizationId(),
                UUID.randomUUID(),
                daysAgo,
                cast.project.projectId(),
                actorKind,
                actorId,
                door,
                action,
                outcome,
                subjectId == null ? "" : "x",
                subjectId,
                app == null ? null : app.appId(),
                requestId);
    }

    private String value(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        System.getProperty("ungrant.db.url"),
                        System.getProperty("ungrant.db.user"),
                        System.getProperty("ungrant.db.password"));
                PreparedStatement statement = connection.prepareStatement(sql.replace("?", "UUID_TO_BIN(?)"))) {
            statement.setString(1, cast.organization.organizationId().toString());
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        }
    }
}
