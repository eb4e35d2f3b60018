package dev.ungrant.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.connectedapps.ClientType;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.members.Member;
import dev.ungrant.rbac.Subject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the pages say of connections, of others who use the same app, of what was approved when; and who may ask. */
class ConnectionPagesTest extends PortalTest {
    private Subject subject;
    private String session;
    private ConnectedApp app;
    private UUID grant;
    private String web;
    private String device;

    @BeforeEach
    void connect() {
        subject = cast.subject(cast.member("Ben Okafor"));
        session = cast.signIn(subject);
        app = cast.app("Calendar", ClientType.THIRD_PARTY, "https://calendar.example", true);
        grant = cast.grant(subject, app, "openid mail:read", 30, 2, 0, false);
        web = cast.connection(subject, grant, "calendar.example", "okhttp/4.12", "203.0.113.7", 30, 2);
        device = cast.connection(subject, grant, "", "calendar-cli/2.0 (linux)", "198.51.100.9", 10, 5);
    }

    private String end(String connection) {
        return "/apps/" + app.wireId() + "/connections/" + connection + "/end";
    }

    private HttpResponse<String> post(String path) {
        return call(path).as(session).post(Map.of("form_token", formToken(session)));
    }

    @Test
    void oneRowHoldsSeveralConnectionsAndSaysWhatIsKnownOfThem() {
        Document list = page("/", session);
        assertThat(list.select("tbody > tr")).hasSize(1);
        assertThat(list.select(".inside summary").text()).isEqualTo("2 connections");
        assertThat(list.select(".inside li").eachText())
                .containsExactly(
                        "calendar.example · 203.0.113.7 Used 2 days ago · since " + day(list, 0),
                        "calendar-cli on a device · 198.51.100.9 Used 5 days ago · since " + day(list, 1));
        Document detail = page("/apps/" + app.wireId(), session);
        assertThat(detail.select("#connections > p").text())
                .isEqualTo("Calendar has 2 connections, each with tokens of its own.");
        assertThat(detail.getElementById(web).text())
                .contains(
                        "calendar.example from 203.0.113.7",
                        "Used 2 days ago",
                        "unless it is used before",
                        "End connection");
        assertThat(detail.select("#connections").text()).doesNotContain("Remove access");
    }

    private static String day(Document list, int index) {
        return list.select(".inside li").get(index).select("time").text().replace("since ", "");
    }

    @Test
    void endingOneConnectionLeavesTheAppItsAccess() {
        Document question = page(end(device), session);
        assertThat(question.select("h1").text()).isEqualTo("End this connection of Calendar?");
        assertThat(question.text()).contains("Calendar keeps its access and may connect again without asking you.");
        assertThat(question.select("[autofocus]").text()).isEqualTo("Keep");
        HttpResponse<String> done = post(end(device));
        assertThat(done.statusCode()).isEqualTo(303);
        Document after = page(location(done).replaceAll("#.*", ""), session);
        assertThat(after.select("#connections .notice").text())
                .contains("Connection ended just now", "keeps its access");
        assertThat(after.getElementById(device)).isNull();
        assertThat(after.getElementById(web)).isNotNull();
        assertThat(after.select(".event").eachText().getFirst()).contains("A connection was ended by you");
        assertThat(page("/", session).select("tbody .app-name").eachText()).containsExactly("Calendar");
        assertThat(page(end(device), session).select("h1").text()).isEqualTo("That connection has ended");
        assertThat(post(end(device)).statusCode()).as("repeat is success").isEqualTo(303);
        assertThat(page("/apps/" + app.wireId(), session).select(".event:contains(connection was ended)"))
                .hasSize(1);
    }

    @Test
    void connectionsOfOthersAreNotFound() {
        Subject cleo = cast.subject(cast.member("Cleo"));
        UUID other = cast.grant(cleo, app, "openid", 1, 1, 0, false);
        String theirs = cast.connection(cleo, other, "calendar.example", "", "203.0.113.1", 1, 1);
        PortalCast elsewhere = new PortalCast(context);
        Subject gil = elsewhere.subject(elsewhere.member("Gil"));
        ConnectedApp foreign = elsewhere.app("Foreign", ClientType.THIRD_PARTY, null, false);
        String abroad = elsewhere.connection(
                gil, elsewhere.grant(gil, foreign, "openid", 1, 1, 0, false), "x.example", "", "", 1, 1);
        for (String wrong : List.of(theirs, abroad, "connection-test-" + UUID.randomUUID(), "nonsense")) {
            assertThat(call(end(wrong)).as(session).get().statusCode())
                    .as(wrong)
                    .isEqualTo(404);
            HttpResponse<String> answer = post(end(wrong));
            assertThat(answer.statusCode()).as(wrong).isEqualTo(404);
            assertThat(answer.body()).contains("No such connection");
        }
        assertThat(page("/apps/" + app.wireId(), cast.signIn(cleo)).getElementById(theirs))
                .isNotNull();
        assertThat(elsewhere.project).isNotEqualTo(cast.project);
        assertThat(call("/apps/" + foreign.wireId() + "/connections/" + abroad + "/end")
                        .as(session)
                        .get()
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void membersLearnHowManyOthersUseAnAppAndAdminsWho() {
        Member ada = cast.admin("Ada Lindqvist");
        String asAda = cast.signIn(cast.subject(ada));
        cast.grant(cast.subject(ada), app, "openid", 1, 1, 0, true);
        for (String name : List.of("Cleo", "Dora")) {
            cast.grant(cast.subject(cast.member(name)), app, "openid", 1, 1, 0, true);
        }
        Document mine = page("/apps/" + app.wireId(), session);
        assertThat(mine.text()).contains("3 other people in Acme have connected it.");
        assertThat(mine.select(".people li")).isEmpty();
        assertThat(mine.text()).doesNotContain("Dora");
        assertThat(page("/apps/" + app.wireId(), asAda).select(".people li").eachText())
                .containsExactly("Ben Okafor", "Cleo", "Dora");
        ConnectedApp alone = cast.app("Alone", ClientType.THIRD_PARTY, null, false);
        cast.grant(subject, alone, "openid", 1, 1, 0, true);
        assertThat(page("/apps/" + alone.wireId(), session).text()).contains("Nobody else in Acme has connected it.");
    }

    @Test
    void activityAndPermissionsTellWhatWasApprovedWhen() {
        cast.consent(subject, app, grant, "grant.opened", 30, "openid calendar:read");
        cast.consent(subject, app, grant, "grant.confirmed", 20, "openid calendar:read mail:read");
        cast.consent(subject, app, grant, "grant.confirmed", 10, "openid mail:read");
        Document page = page("/apps/" + app.wireId(), session);
        assertThat(page.select(".event strong").eachText())
                .containsExactly(
                        "Approved again with fewer permissions",
                        "Approved again with more permissions",
                        "Access granted");
        assertThat(page.select(".event").eachText().get(0)).contains("No longer: See your calendar");
        assertThat(page.select(".event").eachText().get(1)).contains("Added: Read your mail");
        String granted = page.select(".event time").eachAttr("datetime").get(2).substring(0, 10);
        String added = page.select(".event time").eachAttr("datetime").get(1).substring(0, 10);
        assertThat(page.select(".scope:contains(Know who you are) time").attr("datetime"))
                .startsWith(granted);
        assertThat(page.select(".scope:contains(Read your mail) time").attr("datetime"))
                .startsWith(added);
    }

    @Test
    void organizationsAppsAreNotForEverybody() {
        Member ada = cast.admin("Ada Lindqvist");
        cast.admin("");
        Member gone = cast.admin("Gone Admin");
        cast.update("UPDATE members SET status = 'DELETED' WHERE member_id = ?", gone.memberId());
        HttpResponse<String> answer = call("/organization/apps").as(session).get();
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body())
                .contains("You can see your own apps", "ask an administrator", "Ada Lindqvist", "@acme.example")
                .doesNotContain("Gone Admin", ">Organization<");
        assertThat(page("/", cast.signIn(cast.subject(ada))).select(".tabs a").eachText())
                .containsExactly("My apps", "Organization", "Activity", "Sessions");
    }

    @Test
    void listTakesAsManyStatementsForManyConnectionsAsForTwo() {
        long two = statements();
        for (int i = 0; i < 20; i++) {
            cast.connection(subject, grant, "", "cli/" + i, "203.0.113." + i, i, i);
            UUID other = cast.grant(
                    subject, cast.app("App " + i, ClientType.THIRD_PARTY, null, false), "openid", 1, 1, 0, true);
            cast.connection(subject, other, "a.example", "", "", 1, 1);
        }
        assertThat(statements()).isEqualTo(two).isLessThan(9);
        assertThat(page("/", session).select("summary").text()).contains("22 connections");
        assertThat(page("/", session).select("a[href$='#connections']").eachText())
                .contains("See all 22 connections");
    }

    private long statements() {
        page("/", session);
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 12; i++) {
            long before = cast.questions();
            page("/", session);
            least = Math.min(least, cast.questions() - before);
        }
        return least;
    }
}
