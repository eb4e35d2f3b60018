package dev.ungrant.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.connectedapps.ClientType;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.members.Member;
import dev.ungrant.rbac.Subject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lines that hold several registrations, and the removal of several lines at once, as a browser without script sees them. */
class SelectionPagesTest extends PortalTest {
    private Member ben;
    private Subject subject;
    private String session;

    @BeforeEach
    void signIn() {
        ben = cast.member("Ben Okafor");
        subject = cast.subject(ben);
        session = cast.signIn(subject);
    }

    private HttpResponse<String> post(String path, List<String> lines, String more) {
        return call(path)
                .as(session)
                .header("Sec-Fetch-Site", "same-origin")
                .send(
                        "POST",
                        "application/x-www-form-urlencoded",
                        "form_token=" + formToken(session) + more
                                + lines.stream().map(line -> "&app=" + line).collect(Collectors.joining()));
    }

    private Document question(List<String> lines, String more) {
        HttpResponse<String> answer = post("/apps/selected", lines, more);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Jsoup.parse(answer.body());
    }

    private List<String> names() {
        return page("/", session).select("tbody .app-name").eachText();
    }

    private ConnectedApp agent(String name, String publisher, boolean verified) {
        ConnectedApp app = cast.app(name, ClientType.THIRD_PARTY_PUBLIC, publisher, verified);
        cast.selfRegistered(app);
        return app;
    }

    @Test
    void registrationsOfOneAgentAreOneLine() {
        ConnectedApp first = agent("Claw", "https://claw.example", false);
        ConnectedApp second = agent(" claw", "https://claw.example", false);
        ConnectedApp elsewhere = agent("Claw", "https://clavv.example", false);
        ConnectedApp nowhere = agent("Claw", null, false);
        ConnectedApp nowhereEither = agent("Claw", null, false);
        ConnectedApp ours = cast.app("Claw", ClientType.THIRD_PARTY, "https://claw.example", false);
        ConnectedApp desk = agent("Scribe Desktop", "https://scribe.example", true);
        ConnectedApp terminal = agent("Scribe Terminal", "https://scribe.example", true);
        int hours = 1;
        for (ConnectedApp app : List.of(first, second, elsewhere, nowhere, nowhereEither, ours, desk, terminal)) {
            cast.grant(subject, app, app == second ? "openid mail:read" : "openid", hours, hours++, 0, true);
        }
        Document page = page("/?sort=used", session);
        assertThat(page.select("h1").text()).isEqualTo("Connected apps 6");
        assertThat(page.select("tbody > tr")).hasSize(6);
        var line = page.getElementById("app-" + first.wireId());
        assertThat(line.select(".inside summary").text()).isEqualTo("2 registrations");
        assertThat(line.select(".inside li a").eachAttr("href"))
                .containsExactly("/apps/" + first.wireId(), "/apps/" + second.wireId());
        assertThat(line.select(".inside li form").eachAttr("action"))
                .containsExactly("/apps/" + first.wireId() + "/revoke", "/apps/" + second.wireId() + "/revoke");
        assertThat(line.select("[data-pick]").val()).isEqualTo(first.wireId() + "," + second.wireId());
        assertThat(line.select(".access").text()).as("what any of them may do").contains("Read your mail");
        assertThat(line.text()).contains("Registered itself", "1 hour ago");
        assertThat(page.getElementById("app-" + desk.wireId())
                        .select(".app-name")
                        .text())
                .as("a proved host is one publisher, whatever the apps call themselves")
                .isEqualTo("scribe.example");
        assertThat(page("/?q=terminal", session).select("tbody .app-name").eachText())
                .containsExactly("Scribe Terminal");

        Document question = question(List.of(first.wireId() + "," + second.wireId()), "");
        assertThat(question.select("h1").text()).isEqualTo("Remove access for 1 app?");
        assertThat(question.select(".going").text()).contains("Claw 2 registrations");
        assertThat(post("/apps/revoke", List.of(first.wireId() + "," + second.wireId()), "")
                        .statusCode())
                .isEqualTo(303);
        assertThat(page("/", session).select("tbody > tr")).hasSize(5);
    }

    @Test
    void oneRegistrationGoesAndTheOtherStays() {
        ConnectedApp first = agent("Claw", "https://claw.example", false);
        ConnectedApp second = agent("Claw", "https://claw.example", false);
        cast.grant(subject, first, "openid", 9, 1, 0, true);
        cast.grant(subject, second, "openid", 9, 2, 0, true);
        HttpResponse<String> question = call("/apps/" + first.wireId() + "/revoke?from=line")
                .as(session)
                .header("HX-Request", "true")
                .get();
        assertThat(Jsoup.parse(question.body()).select("form").attr("data-hx-target"))
                .isEqualTo("#reg-" + first.wireId());
        HttpResponse<String> receipt = call("/apps/" + first.wireId() + "/revoke?from=line")
                .as(session)
                .header("HX-Request", "true")
                .post(java.util.Map.of("form_token", formToken(session)));
        assertThat(receipt.body().strip())
                .startsWith("<li")
                .contains("reg-" + first.wireId(), "Access removed just now");
        Document page = page("/", session);
        assertThat(page.select("tbody > tr").attr("id")).isEqualTo("app-" + second.wireId());
        assertThat(page.select(".inside")).isEmpty();
    }

    @Test
    void personRemovesSeveralAppsAndReadsTheReceipts() {
        List<ConnectedApp> apps = cast.everydayApps(subject);
        List<String> chosen =
                List.of(apps.get(3).wireId(), apps.get(1).wireId(), apps.get(0).wireId());
        Document question = question(chosen, "");
        assertThat(question.select("h1").text()).isEqualTo("Remove access for 3 apps?");
        assertThat(question.select(".going strong").eachText())
                .containsExactly("Ledgerline", "Research Agent", "Northwind Sync");
        assertThat(question.select("input[name=app]").eachAttr("value")).containsExactlyElementsOf(chosen);
        assertThat(question.text()).contains("at once", "cannot be undone", "Each app can ask you again", "Keep them");
        assertThat(question.select("[autofocus]").text()).isEqualTo("Keep them");
        assertThat(names()).as("a question changes nothing").hasSize(6);

        HttpResponse<String> done = post("/apps/revoke", chosen, "");
        assertThat(done.statusCode()).isEqualTo(303);
        assertThat(location(done)).startsWith("/removed/request-id-test-");
        Document receipts = page(location(done), session);
        assertThat(receipts.select("h1").text()).isEqualTo("Access removed for 3 apps");
        assertThat(receipts.select(".receipts strong").eachText())
                .containsExactly("Ledgerline", "Northwind Sync", "Research Agent");
        assertThat(receipts.select(".receipts li").eachText())
                .allSatisfy(line -> assertThat(line).contains("Access removed just now", "1 token ended"));
        assertThat(names()).hasSize(3).doesNotContain("Ledgerline", "Northwind Sync", "Research Agent");
        assertThat(mailTo(ben.emailAddress(), 3).subject()).startsWith("You removed access for ");

        // Nobody else's page says what this request did.
        String cleo = cast.signIn(cast.subject(cast.member("Cleo")));
        assertThat(page(location(done), cleo).select("h1").text()).isEqualTo("Nothing was removed");
        // And again: success, and nothing a second time.
        HttpResponse<String> again = post("/apps/revoke", chosen, "");
        assertThat(page(location(again), session).select("h1").text()).isEqualTo("Nothing was removed");
        assertThat(question(chosen, "").text()).contains("Nothing to remove", "Without access already");
    }

    @Test
    void everythingThatMatchesCanBeChosen() {
        for (int i = 0; i < 30; i++) {
            cast.grant(
                    subject, cast.app("Old " + i, ClientType.THIRD_PARTY, null, false), "openid", 90, 24 * 40, 0, true);
        }
        cast.grant(subject, cast.app("New", ClientType.THIRD_PARTY, null, false), "openid", 3, 1, 0, true);
        Document page = page("/", session);
        assertThat(page.select("a[href='/?unused=30']").text()).isEqualTo("Review 30 unused apps");
        Document unused = page("/?unused=30", session);
        assertThat(unused.select("a[href='/?unused=30']")).isEmpty();
        assertThat(unused.select(".bulk-all").text()).isEqualTo("Select all 30 that match");
        assertThat(unused.select("#bulk input[type=hidden][name=unused]").val()).isEqualTo("30");
        String one = unused.select("[data-pick]").first().val();
        Document question = question(List.of(one), "&all=yes&unused=30");
        assertThat(question.select("h1").text()).isEqualTo("Remove access for 30 apps?");
        assertThat(question.select(".going strong").eachText()).hasSize(30).doesNotContain("New");
        post("/apps/revoke", question.select("input[name=app]").eachAttr("value"), "");
        assertThat(names()).containsExactly("New");
        assertThat(page("/?status=removed", session).select("[data-pick], #bulk"))
                .isEmpty();
    }

    /** O07: one foreign id among ten is refused, and nothing is done. */
    @Test
    void oneForeignAppAmongTenRefusesAll() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            ConnectedApp app = cast.app("App " + i, ClientType.THIRD_PARTY, null, false);
            cast.grant(subject, app, "openid", 3, 1, 0, true);
            ids.add(app.wireId());
        }
        String foreign = new PortalCast(context)
                .app("Foreign", ClientType.THIRD_PARTY, null, false)
                .wireId();
        String absent = "connected-app-test-" + UUID.randomUUID();
        for (String wrong : List.of(foreign, absent, "nonsense", ids.getFirst() + "," + foreign, "%20")) {
            List<String> ten = new ArrayList<>(ids);
            ten.add(5, wrong);
            for (String path : List.of("/apps/selected", "/apps/revoke")) {
                HttpResponse<String> answer = post(path, ten, "");
                assertThat(answer.statusCode()).as(path + " " + wrong).isEqualTo(404);
                assertThat(answer.body()).contains("No such app");
            }
        }
        assertThat(names()).hasSize(9);
        assertThat(post("/apps/revoke", List.of(","), "").statusCode()).isEqualTo(303);
        assertThat(post("/apps/revoke", List.of(), "").statusCode()).isEqualTo(303);
        assertThat(question(List.of(), "").text()).contains("Nothing to remove");
        assertThat(post("/apps/revoke", java.util.Collections.nCopies(1, String.join(",", many(501))), "")
                        .statusCode())
                .isEqualTo(400);
        assertThat(names()).hasSize(9);
    }

    private static List<String> many(int count) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add("connected-app-test-" + UUID.randomUUID());
        }
        return ids;
    }

    @Test
    void anotherPersonsGrantOfTheSameAppStays() {
        ConnectedApp app = cast.app("Shared", ClientType.THIRD_PARTY, null, false);
        Subject cleo = cast.subject(cast.member("Cleo"));
        cast.grant(subject, app, "openid", 1, 1, 0, true);
        cast.grant(cleo, app, "openid", 1, 1, 0, true);
        post("/apps/revoke", List.of(app.wireId()), "");
        assertThat(page("/", cast.signIn(cleo)).select("tbody .app-name").eachText())
                .containsExactly("Shared");
    }
}
