package dev.ungrant.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.connectedapps.ClientType;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.members.Member;
import dev.ungrant.rbac.Subject;
import java.net.http.HttpResponse;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can act for the people of an organization, and its end for many at once, on pages without script. */
final class InventoryPagesTest extends PortalTest {
    private Member ada;
    private Member ben;
    private Member cleo;
    private ConnectedApp sync;
    private ConnectedApp agent;
    private String session;

    @BeforeEach
    void people() {
        ada = cast.admin("Ada");
        ben = cast.member("Ben");
        cleo = cast.member("Cleo");
        sync = cast.app("Northwind Sync", ClientType.THIRD_PARTY, "https://northwind.example", true);
        agent = cast.app("Agent Seven", ClientType.THIRD_PARTY_PUBLIC, "https://agents.example", false);
        cast.grant(subject(ben), sync, "openid calendar:read", 100, 24 * 95, 0, true);
        cast.grant(subject(cleo), sync, "openid calendar:write offline_access", 20, 1, 0, true);
        cast.grant(subject(cleo), agent, "openid", 200, -1, 0, true);
        session = cast.signIn(subject(ada));
    }

    private Subject subject(Member member) {
        return cast.subject(member);
    }

    private static List<String> names(Document page) {
        return page.select("table.inventory tbody th .app-name").eachText();
    }

    @Test
    void appsAreListedWithWhoUsesThemAndWhatTheyCanDoAtMost() {
        Document page = page("/organization/apps", session);
        assertThat(names(page)).containsExactly("Agent Seven", "Northwind Sync");
        Element row = page.getElementById(sync.wireId());
        assertThat(row.selectFirst(".number a").text()).startsWith("2 ");
        assertThat(row.select(".access li.high")).hasSize(2);
        assertThat(row.select("td.date time").first().text()).startsWith("1 hour ago");
        assertThat(row.selectFirst(".state").text()).isEqualTo("Allowed");
        assertThat(page.getElementById(agent.wireId()).select("td.date").get(1).text())
                .isEqualTo("Never");
    }

    @Test
    void peopleAndSingleApprovalsAreListedToo() {
        Document people = page("/organization/apps?view=person", session);
        assertThat(names(people)).containsExactly("Ben", "Cleo");
        assertThat(people.select("table td.number").eachText())
                .extracting(text -> text.split(" ")[0])
                .containsExactly("1", "2");
        Document flat = page("/organization/apps?view=flat", session);
        // The longest unused first: never used counts from when it was let in.
        assertThat(names(flat)).containsExactly("Cleo", "Ben", "Cleo");
        assertThat(names(page("/organization/apps?view=flat&sort=used", session)))
                .containsExactly("Cleo", "Ben", "Cleo");
        assertThat(flat.select("table td .app-name").eachText())
                .containsExactly("Agent Seven", "Northwind Sync", "Northwind Sync");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?q=north|Northwind Sync",
                "?q=agents.example|Agent Seven",
                "?publisher=verified|Northwind Sync",
                "?unused=90|Agent Seven,Northwind Sync",
                "?unused=180|Agent Seven",
                "?sort=people|Northwind Sync,Agent Seven",
                "?sort=used|Northwind Sync,Agent Seven",
                "?sort=unused|Agent Seven,Northwind Sync",
                "?view=person&q=cle|Cleo",
                "?view=person&publisher=verified|Ben,Cleo",
                "?view=person&unused=90|Ben,Cleo",
                "?view=flat&q=ben|Ben",
                "?view=flat&q=agent|Cleo",
                "?view=flat&publisher=unverified|Cleo",
                "?view=flat&unused=90|Cleo,Ben",
                "?q=nothing-like-it|"
            })
    void filtersLetThrough(String line) {
        String[] parts = line.split("\\|", -1);
        assertThat(String.join(",", names(page("/organization/apps" + parts[0], session))))
                .isEqualTo(parts[1]);
    }

    @Test
    void filterIsAboutApprovalsSoTheNumbersAreOfThoseItLetsThrough() {
        Document page = page("/organization/apps?unused=90", session);
        assertThat(page.getElementById(sync.wireId()).selectFirst(".number a").text())
                .startsWith("1 ");
    }

    @Test
    void endedAndExpiredApprovalsAndThoseOfOthersAreNotThere() {
        PortalCast globex = new PortalCast(context);
        Member gil = globex.admin("Gil");
        Document theirs = page("/organization/apps", globex.signIn(globex.subject(gil)));
        assertThat(names(theirs)).isEmpty();
        assertThat(theirs.text()).contains("No app yet");
        cast.update("UPDATE grants SET revoked_at = UTC_TIMESTAMP(6) WHERE app_id = ?", agent.appId());
        cast.update(
                "UPDATE grants SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 DAY WHERE app_id = ? AND subject_id = ?",
                sync.appId(),
                ben.memberId());
        assertThat(names(page("/organization/apps", session))).containsExactly("Northwind Sync");
        assertThat(names(page("/organization/apps?view=person", session))).containsExactly("Cleo");
        assertThat(names(page("/organization/apps?view=flat", session))).containsExactly("Cleo");
    }

    @Test
    void pagesGoOnWhereTheLastOneEnded() {
        for (int i = 0; i < 60; i++) {
            Member member = cast.member("Person %02d".formatted(i));
            cast.grant(subject(member), sync, "openid", i + 1, i, 0, false);
        }
        for (String path : List.of(
                "/organization/apps?view=person",
                "/organization/apps?view=flat",
                "/organization/apps/" + sync.wireId())) {
            Document first = page(path, session);
            Document second = page(first.selectFirst("a[rel=next]").attr("href"), session);
            Document third = page(second.selectFirst("a[rel=next]").attr("href"), session);
            assertThat(third.selectFirst("a[rel=next]")).isNull();
            List<String> all = new ArrayList<>(names(first));
            all.addAll(names(second));
            all.addAll(names(third));
            assertThat(all).as(path).hasSizeBetween(62, 63);
            assertThat(names(page(third.selectFirst("a[rel=prev]").attr("href"), session)))
                    .as(path)
                    .isEqualTo(names(second));
            assertThat(second.selectFirst(".pages").text()).startsWith("26–50 of 6");
        }
    }

    @Test
    void numberOfStatementsDoesNotDependOnHowMuchThereIs() {
        for (String path : List.of(
                "/organization/apps",
                "/organization/apps?sort=people",
                "/organization/apps?view=person",
                "/organization/apps?view=flat",
                "/organization/apps?view=flat&q=e",
                "/organization/apps/" + sync.wireId())) {
            page(path, session);
            long few = statements(path);
            for (int i = 0; i < 12; i++) {
                Member member = cast.member("More " + i);
                cast.grant(subject(member), sync, "openid email scope" + UUID.randomUUID(), 3, i, 0, false);
                cast.grant(
                        subject(member),
                        cast.app("App " + i, ClientType.THIRD_PARTY, null, false),
                        "openid",
                        3,
                        i,
                        0,
                        false);
            }
            assertThat(statements(path)).as(path).isLessThanOrEqualTo(few + 1).isLessThan(18);
        }
    }

    private long statements(String path) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long before = cast.questions();
            page(path, session);
            least = Math.min(least, cast.questions() - before);
        }
        return least;
    }

    /** Of whoever may not see: 403 and whom to ask. Of whoever may see and not remove: no box, no button, and 403. */
    @Test
    void whoMayNotIsNotShownHowAndRefused() {
        String bens = cast.signIn(subject(ben));
        HttpResponse<String> hidden = call("/organization/apps").as(bens).get();
        assertThat(hidden.statusCode()).isEqualTo(403);
        assertThat(hidden.body()).contains("Ada");
        assertThat(call("/organization/apps/" + sync.wireId()).as(bens).get().statusCode())
                .isEqualTo(403);
        assertThat(call("/organization/apps/export").as(bens).get().statusCode())
                .isEqualTo(403);

        cast.update(
                "UPDATE organizations SET custom_roles = ? WHERE organization_id = ?",
                """
                [{"role_id":"auditor","description":"","permissions":[{"resource_id":"stytch.organization","actions":["get.connected-apps"]}]}]
                """,
                cast.organization.organizationId());
        cast.update(
                "INSERT INTO role_assignments (tenant_id, subject_id, role_id, assigned_at) VALUES (?, ?, 'auditor', UTC_TIMESTAMP(6))",
                cast.organization.organizationId(),
                ben.memberId());
        Document page = page("/organization/apps", bens);
        assertThat(names(page)).hasSize(2);
        assertThat(page.select("[name=item], #bulk")).isEmpty();
        assertThat(page("/organization/apps/" + sync.wireId(), bens).select("[name=act]"))
                .isEmpty();
        for (String act : List.of("selected", "revoke", "ask-again")) {
            assertThat(call("/organization/apps/" + act)
                            .as(bens)
                            .post(Map.of(
                                    "form_token",
                                    formToken(bens),
                                    "of",
                                    sync.wireId(),
                                    "all",
                                    "yes",
                                    "reason",
                                    "x",
                                    "typed",
                                    "Northwind Sync"))
                            .statusCode())
                    .as(act)
                    .isEqualTo(403);
        }
        assertThat(live(sync)).isEqualTo(2);
    }

    @Test
    void oneApprovalEndsAtOnceWithAReason() {
        Document app = page("/organization/apps/" + sync.wireId(), session);
        Document question = send(app.getElementById(wireId(ben)).selectFirst("form"), Map.of("act", "remove"));
        assertThat(question.selectFirst("h1").text()).isEqualTo("Remove access of Northwind Sync for 1 person?");
        assertThat(question.getElementById("typed")).isNull();
        Element form = question.selectFirst("form.answers");
        assertThat(post(form, Map.of("reason", " ")).statusCode()).isEqualTo(422);
        assertThat(live(sync)).isEqualTo(2);
        HttpResponse<String> done = post(form, Map.of("reason", "Left the project"));
        assertThat(done.statusCode()).isEqualTo(303);
        assertThat(location(done)).isEqualTo("/organization/apps/" + sync.wireId() + "?done=removed");
        assertThat(live(sync)).isEqualTo(1);
        assertThat(text("SELECT reason FROM audit_events WHERE action = 'grant.revoked' AND tenant_id = ?"))
                .containsExactly("Left the project");
        assertThat(mailTo(ben.emailAddress(), 1).text()).contains("Reason given: Left the project");
    }

    @Test
    void everybodyOfAnAppLosesItInAJobAfterItsNameWasTyped() {
        Document app = page("/organization/apps/" + sync.wireId(), session);
        Document question = send(app.selectFirst(".acts-line form"), Map.of("act", "remove"));
        assertThat(question.select(".going li strong").eachText()).containsExactlyInAnyOrder("Ben", "Cleo");
        Element form = question.selectFirst("form.answers");
        HttpResponse<String> wrong = post(form, Map.of("reason", "Incident", "typed", "Northwind"));
        assertThat(wrong.statusCode()).isEqualTo(422);
        assertThat(Jsoup.parse(wrong.body()).selectFirst("#typed[aria-invalid]"))
                .isNotNull();
        assertThat(live(sync)).isEqualTo(2);
        Document job = finished(post(form, Map.of("reason", "Incident", "typed", "northwind sync")));
        assertThat(job.selectFirst("h1").text()).isEqualTo("Remove access of Northwind Sync for 2 people");
        assertThat(job.selectFirst("#job .points").text()).startsWith("Access removed 2 times");
        assertThat(job.text()).contains("Incident");
        assertThat(live(sync)).isZero();
        assertThat(live(agent)).isEqualTo(1);
        assertThat(text("SELECT reason FROM audit_events WHERE action = 'grant.revoked' AND tenant_id = ?"))
                .containsExactly("Incident", "Incident");
        assertThat(page("/organization/apps", session).selectFirst(".recent").text())
                .contains("Remove access of Northwind Sync for 2 people");
        assertThat(mailTo(cleo.emailAddress(), 1).text()).contains("Northwind Sync", "Reason given: Incident");
    }

    @Test
    void allThatMatchIsWhatTheFiltersShow() {
        Document list = page("/organization/apps?view=flat&unused=90", session);
        Map<String, String> fields = fields(list.getElementById("bulk"));
        fields.put("all", "yes");
        fields.put("act", "remove");
        Document question = Jsoup.parse(
                call("/organization/apps/selected").as(session).post(fields).body());
        assertThat(question.selectFirst("label[for=typed]").text()).endsWith(": 2");
        finished(post(question.selectFirst("form.answers"), Map.of("reason", "Unused", "typed", "2")));
        assertThat(live(agent)).isZero();
        assertThat(live(sync)).isEqualTo(1);
    }

    /** O07 */
    @Test
    void oneForeignIdAmongOthersRefusesAll() {
        PortalCast globex = new PortalCast(context);
        Member gil = globex.admin("Gil");
        ConnectedApp theirs = globex.app("Theirs", ClientType.THIRD_PARTY, null, false);
        UUID their = globex.grant(globex.subject(gil), theirs, "openid", 1, 1, 0, true);
        String token = formToken(session);
        for (String act : List.of("selected", "revoke", "ask-again")) {
            for (String form : List.of(
                    "view=app&item=" + sync.wireId() + "&item=" + theirs.wireId(),
                    "view=person&item=" + wireId(ben) + "&item=member-test-" + gil.memberId(),
                    "view=flat&item=grant-test-" + their,
                    "of=" + theirs.wireId() + "&all=yes",
                    "of=" + sync.wireId() + "&item=" + wireId(ben) + "&item=member-test-" + gil.memberId())) {
                assertThat(call("/organization/apps/" + act)
                                .as(session)
                                .header("Sec-Fetch-Site", "same-origin")
                                .send(
                                        "POST",
                                        "application/x-www-form-urlencoded",
                                        form + "&reason=x&typed=2&form_token=" + token)
                                .statusCode())
                        .as(act + " " + form)
                        .isEqualTo(404);
            }
        }
        assertThat(live(sync)).isEqualTo(2);
        assertThat(text("SELECT COUNT(*) FROM audit_events WHERE action = 'grant.revoked' AND tenant_id = ?"))
                .containsExactly("0");
    }

    @Test
    void nothingTickedIsNothingDone() {
        HttpResponse<String> answer = call("/organization/apps/revoke")
                .as(session)
                .post(Map.of("form_token", formToken(session), "of", sync.wireId(), "reason", "x", "typed", "0"));
        assertThat(live(sync)).isEqualTo(2);
        assertThat(location(answer)).endsWith("?done=nothing");
    }

    @Test
    void newApprovalIsAskedForOnceAndToldToThePerson() {
        Document app = page("/organization/apps/" + sync.wireId(), session);
        Document question = send(app.selectFirst(".acts-line form"), Map.of("act", "ask"));
        assertThat(question.selectFirst("h1").text()).isEqualTo("Ask 2 people to approve Northwind Sync again?");
        Document job = finished(
                post(question.selectFirst("form.answers"), Map.of("reason", "Review", "typed", "Northwind Sync")));
        assertThat(job.selectFirst("#job .points").text()).startsWith("New approval asked for 2 times");
        assertThat(live(sync)).isEqualTo(2);
        assertThat(page("/organization/apps/" + sync.wireId(), session).select("tbody .chip.warn"))
                .hasSize(2);
        assertThat(page("/", cast.signIn(subject(ben))).text()).contains("Needs a new approval");
        assertThat(mailTo(ben.emailAddress(), 1).text()).contains("Northwind Sync", "Review");
    }

    @Test
    void fileHoldsWhatTheFiltersShowAndNoFormulas() {
        Member mallory = cast.memberAt("=cmd|' /C calc'!A0", "mallory@acme.example");
        cast.grant(subject(mallory), sync, "openid", 5, -1, 0, false);
        HttpResponse<String> all = call("/organization/apps/export").as(session).get();
        assertThat(all.statusCode()).isEqualTo(200);
        assertThat(all.headers().firstValue("content-type").orElse("")).startsWith("text/csv");
        assertThat(all.headers().firstValue("content-disposition").orElse("")).contains("attachment");
        List<String> lines = all.body().lines().toList();
        assertThat(lines).hasSize(5);
        assertThat(all.body()).contains(",'=cmd|").doesNotContain(",=cmd");
        List<String> some = call("/organization/apps/export?view=flat&q=ben")
                .as(session)
                .get()
                .body()
                .lines()
                .toList();
        assertThat(some).hasSize(2);
        assertThat(some.get(1)).contains("Ben", "Northwind Sync", "calendar:read");
        assertThat(
                        text(
                                "SELECT details->>'$.filters.q' FROM audit_events WHERE action = 'apps.exported' AND tenant_id = ?"))
                .contains("ben");
    }

    @Test
    void jobOfAnotherOrganizationIsNotFound() {
        Document app = page("/organization/apps/" + sync.wireId(), session);
        Document question = send(app.selectFirst(".acts-line form"), Map.of("act", "remove"));
        String job =
                location(post(question.selectFirst("form.answers"), Map.of("reason", "x", "typed", "Northwind Sync")));
        PortalCast globex = new PortalCast(context);
        assertThat(call(job)
                        .as(globex.signIn(globex.subject(globex.admin("Gil"))))
                        .get()
                        .statusCode())
                .isEqualTo(404);
        assertThat(call(job).as(cast.signIn(subject(ben))).get().statusCode()).isEqualTo(404);
    }

    @Test
    void everythingThatAppsAndPeopleSayOfThemselvesStaysInert() {
        ConnectedApp hostile = cast.app(PortalCast.HOSTILE_NAME, ClientType.THIRD_PARTY, null, false);
        Member mallory = cast.member("Mallory");
        cast.update("UPDATE members SET name = ? WHERE member_id = ?", PortalCast.HOSTILE_NAME, mallory.memberId());
        cast.grant(subject(mallory), hostile, "openid", 5, -1, 0, false);
        for (String path : List.of(
                "/organization/apps",
                "/organization/apps?view=person",
                "/organization/apps?view=flat",
                "/organization/apps/" + hostile.wireId())) {
            Document page = page(path, session);
            assertThat(page.select("main script, main img[src=x]")).as(path).isEmpty();
            assertThat(page.text()).as(path).contains(PortalCast.HOSTILE_NAME.substring(0, 40));
        }
    }

    private static String wireId(Member member) {
        return "member-test-" + member.memberId();
    }

    private long live(ConnectedApp app) {
        return Long.parseLong(
                text("SELECT COUNT(*) FROM grants WHERE live = 1 AND tenant_id = ? AND app_id = UUID_TO_BIN('"
                                + app.appId() + "')")
                        .getFirst());
    }

    private List<String> text(String query) {
        try (java.sql.Connection connection = DriverManager.getConnection(
                        System.getProperty("ungrant.db.url"),
                        System.getProperty("ungrant.db.user"),
                        System.getProperty("ungrant.db.password"));
                PreparedStatement statement =
                        connection.prepareStatement(query.replace("tenant_id = ?", "tenant_id = UUID_TO_BIN(?)"))) {
            statement.setString(1, cast.organization.organizationId().toString());
            try (ResultSet rows = statement.executeQuery()) {
                List<String> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
                return found;
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, String> fields(Element form) {
        Map<String, String> fields = new LinkedHashMap<>();
        form.select("input[type=hidden], input[checked]").forEach(input -> fields.put(input.attr("name"), input.val()));
        return fields;
    }

    private Document send(Element form, Map<String, String> more) {
        HttpResponse<String> answer = post(form, more);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Jsoup.parse(answer.body());
    }

    private HttpResponse<String> post(Element form, Map<String, String> more) {
        Map<String, String> fields = fields(form);
        fields.putAll(more);
        return call(form.attr("action")).as(session).post(fields);
    }

    /** The page of the job, when it is over. */
    private Document finished(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
        assertThat(location(answer)).startsWith("/organization/jobs/job-test-");
        for (int i = 0; i < 200; i++) {
            Document page = page(location(answer), session);
            if (page.selectFirst("#job h2") != null) {
                assertThat(page.selectFirst("#job .chip").text()).isEqualTo("Done");
                return page;
            }
            assertThat(page.selectFirst("#job noscript")).isNotNull();
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        throw new AssertionError("the job does not end");
    }
}
