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

class AppPagesTest extends PortalTest {
    private Member ben;
    private Subject subject;
    private String session;

    @BeforeEach
    void signIn() {
        ben = cast.member("Ben Okafor");
        subject = cast.subject(ben);
        session = cast.signIn(subject);
    }

    @Test
    void listNamesEachAppWithWhatItCanDoAndWhenItDidIt() {
        cast.everydayApps(subject);
        Document page = page("/", session);
        assertThat(page.select("h1").text()).isEqualTo("Connected apps 6");
        assertThat(page.select("tbody .app-name").eachText().getFirst()).isEqualTo("Research Agent");
        String agent = page.select("tbody tr").getFirst().text();
        assertThat(agent)
                .contains(
                        "Not verified – agents.example",
                        "Registered itself",
                        "Change and delete your files",
                        "Read your mail")
                .contains("and 3 more", "44 days ago", "Idle", "Remove access for Research Agent");
        String sync = page.select("tbody tr:contains(Northwind)").text();
        assertThat(sync)
                .contains(
                        "Verified publisher northwind.example",
                        "Keep access when you are signed out",
                        "2 hours ago",
                        "Active");
        assertThat(page.select("tbody tr:contains(Ledgerline)").text())
                .contains("Expires in 6 days", "Export the ledger");
        assertThat(page.select("tbody tr:contains(Phones)").text()).contains("No live token", "Acme’s own app");
        assertThat(page.select("tbody tr:contains(Taskfold)").text()).contains("Never");
    }

    @Test
    void filtersSearchAndOrderStandInTheAddressAndCountWhatTheyShow() {
        cast.everydayApps(subject);
        assertThat(names("/?q=ledgerline.example")).containsExactly("Ledgerline");
        assertThat(names("/?q=export+the")).containsExactly("Ledgerline");
        assertThat(names("/?status=idle")).containsExactly("Research Agent");
        assertThat(names("/?status=no-token")).containsExactly("Acme for Phones");
        assertThat(names("/?unused=30")).containsExactly("Research Agent");
        assertThat(names("/?unused=90")).isEmpty();
        assertThat(names("/?publisher=verified")).hasSize(3);
        assertThat(names("/?access=low")).containsExactly("Acme for Phones");
        assertThat(names("/?access=offline")).containsExactlyInAnyOrder("Research Agent", "Northwind Sync");
        assertThat(names("/?sort=name")).isSortedAccordingTo(String.CASE_INSENSITIVE_ORDER);
        assertThat(names("/?sort=%24%7B1234*5678%7D&status=nonsense&page=-4&unused=x"))
                .hasSize(6);
        Document page = page("/?publisher=verified&q=sync", session);
        assertThat(page.select("#app-count").text()).isEqualTo("1");
        assertThat(page.select(".found").text()).startsWith("1 of 6 apps matches");
        assertThat(page.select("select[name=publisher] option[selected]").val()).isEqualTo("verified");
    }

    private List<String> names(String path) {
        return page(path, session).select("tbody .app-name").eachText();
    }

    @Test
    void pagesHoldTwentyFiveAndTheHeadingCountsAll() {
        for (int i = 0; i < 27; i++) {
            cast.grant(subject, cast.app("App " + i, ClientType.THIRD_PARTY, null, false), "openid", 3, i, 0, true);
        }
        Document first = page("/?sort=used", session);
        assertThat(first.select("tbody tr")).hasSize(25);
        assertThat(first.select("#app-count").text()).isEqualTo("27");
        assertThat(first.select(".pages").text()).contains("1–25 of 27");
        assertThat(first.select("a[rel=next]").attr("href")).isEqualTo("/?sort=used&page=2");
        assertThat(page("/?sort=used&page=2", session).select("tbody .app-name").eachText())
                .containsExactly("App 25", "App 26");
        assertThat(page("/?page=99", session).select("tbody tr")).hasSize(2);
    }

    @Test
    void emptyStatesTellNeverConnectedFromNothingThatMatches() {
        assertThat(page("/", session).select(".empty").text()).contains("No connected apps yet");
        cast.everydayApps(subject);
        Document none = page("/?q=zzz&status=idle", session);
        assertThat(none.select(".empty").text())
                .contains("“zzz”", "Idle", "Clear filters")
                .doesNotContain("yet");
        assertThat(none.select("#app-count").text()).isEqualTo("0");
    }

    @Test
    void personWithoutScriptRemovesAccessAndReadsTheReceipt() {
        ConnectedApp app = cast.everydayApps(subject).getFirst();
        Document question = page("/apps/" + app.wireId() + "/revoke", session);
        assertThat(question.select("h1").text()).isEqualTo("Remove access for Northwind Sync?");
        assertThat(question.text())
                .contains(
                        "change and delete calendar events; see your calendar",
                        "This takes effect at once: new requests are refused",
                        "copied already stays")
                .contains(
                        "Contact northwind.example",
                        "in the last 7 days",
                        "cannot be undone. The app can ask you again");
        assertThat(question.select("[autofocus]").text()).isEqualTo("Keep");

        HttpResponse<String> done =
                revoke(app, question.selectFirst("input[name=form_token]").val());
        assertThat(done.statusCode()).isEqualTo(303);
        assertThat(location(done)).isEqualTo("/?removed=" + app.wireId());
        Document after = page(location(done), session);
        assertThat(after.select(".notice").text())
                .contains("Access removed just now", "Northwind Sync", "1 token ended", "Request request-id-test-");
        assertThat(after.select("tbody .app-name").eachText()).doesNotContain("Northwind Sync");
        assertThat(after.select("#app-count").text()).isEqualTo("5");

        assertThat(page("/?status=removed", session).select("tbody tr").text())
                .contains("Northwind Sync", "You removed access");
        assertThat(mailTo(ben.emailAddress(), 1).subject()).isEqualTo("You removed access for Northwind Sync");
        assertThat(mailTo(ben.emailAddress(), 1).text()).contains("This wasn’t you?", "/sessions", "request-id-test-");

        // Again: nothing changes, and nothing is written a second time.
        assertThat(revoke(app, formToken(session)).statusCode()).isEqualTo(303);
        assertThat(page("/apps/" + app.wireId(), session).select(".event:contains(Access removed)"))
                .hasSize(1);
    }

    private HttpResponse<String> revoke(ConnectedApp app, String formToken) {
        return call("/apps/" + app.wireId() + "/revoke").as(session).post(Map.of("form_token", formToken));
    }

    @Test
    void questionSaysUntilWhenAJwtMayStillBeTaken() {
        ConnectedApp app = cast.app("Jot", ClientType.THIRD_PARTY, null, false);
        UUID grant = cast.grant(subject, app, "openid", 1, 1, 0, false);
        cast.token(subject, grant, "JWT", 5);
        assertThat(page("/apps/" + app.wireId() + "/revoke", session).text())
                .containsPattern("may still accept one until .*\\d\\d:\\d\\d.* UTC at the latest");
    }

    @Test
    void fragmentIsDrawnFromTheSameSourceAndCarriesItsOwnNonce() {
        ConnectedApp app = cast.everydayApps(subject).getFirst();
        HttpResponse<String> fragment = call("/apps/" + app.wireId() + "/revoke")
                .as(session)
                .header("HX-Request", "true")
                .get();
        assertThat(fragment.body())
                .contains("Remove access for Northwind Sync?")
                .doesNotContain("<html");
        assertThat(fragment.headers().allValues("vary").toString()).contains("HX-Request");
        String policy = fragment.headers().firstValue("content-security-policy").orElseThrow();
        String nonce = policy.substring(policy.indexOf("nonce-") + 6, policy.indexOf("'", policy.indexOf("nonce-")));
        assertThat(fragment.body()).contains("hx-nonce=\"" + nonce + "\"");
        HttpResponse<String> receipt = call("/apps/" + app.wireId() + "/revoke")
                .as(session)
                .header("HX-Request", "true")
                .post(Map.of("form_token", formToken(session)));
        assertThat(receipt.statusCode()).isEqualTo(200);
        assertThat(receipt.body()).startsWith("<tr").contains("Access removed just now", "1 token ended");
    }

    @Test
    void appThatWasNeverConnectedIsNothingToRemove() {
        ConnectedApp app = cast.app("Elsewhere", ClientType.THIRD_PARTY, null, false);
        assertThat(page("/apps/" + app.wireId() + "/revoke", session).text()).contains("There is nothing to remove");
        assertThat(revoke(app, formToken(session)).statusCode()).isEqualTo(303);
        assertThat(call("/apps/" + app.wireId()).as(session).get().statusCode()).isEqualTo(404);
        assertThat(page("/?removed=" + app.wireId(), session).select(".notice")).isEmpty();
        assertThat(page("/?removed=x%00y", session).select(".notice")).isEmpty();
    }

    @Test
    void appOfAnotherProjectIsNotFoundLikeOneThatDoesNotExist() {
        ConnectedApp foreign = new PortalCast(context).app("Foreign", ClientType.THIRD_PARTY, null, false);
        HttpResponse<String> there =
                call("/apps/" + foreign.wireId()).as(session).get();
        HttpResponse<String> nowhere = call("/apps/connected-app-test-" + UUID.randomUUID())
                .as(session)
                .get();
        assertThat(there.statusCode()).isEqualTo(404);
        assertThat(there.body().replaceAll("request-id-test-[0-9a-f-]+|nonce=\"[^\"]+\"|value=\"[0-9a-f]+\"", ""))
                .isEqualTo(nowhere.body()
                        .replaceAll("request-id-test-[0-9a-f-]+|nonce=\"[^\"]+\"|value=\"[0-9a-f]+\"", ""));
        assertThat(revoke(foreign, formToken(session)).statusCode()).isEqualTo(404);
    }

    @Test
    void anotherPersonsAppsStayUntouched() {
        ConnectedApp app = cast.app("Shared", ClientType.THIRD_PARTY, null, false);
        Subject cleo = cast.subject(cast.member("Cleo"));
        cast.grant(subject, app, "openid", 1, 1, 0, true);
        cast.grant(cleo, app, "openid", 1, 1, 0, true);
        revoke(app, formToken(session));
        assertThat(page("/", cast.signIn(cleo)).select("tbody .app-name").eachText())
                .containsExactly("Shared");
        assertThat(page("/", session).select("tbody .app-name")).isEmpty();
    }

    @Test
    void detailTellsWhatTheAppCanDoAndHowItIsUsed() {
        ConnectedApp app = cast.everydayApps(subject).getFirst();
        Document page = page("/apps/" + app.wireId(), session);
        assertThat(page.select("h1").text()).isEqualTo("Northwind Sync");
        assertThat(page.text())
                .contains("Publisher verified on", "You approved 5 permissions", "Calendar", "Staying connected")
                .contains("calls in the last 30 days", "No end date", "A live token", "Privacy policy");
        assertThat(page.select(".bar-line")).isNotEmpty();
        assertThat(page.select("table.numbers tbody tr"))
                .hasSize(page.select(".bar-line").size());
        assertThat(page.select("a[target=_blank]").eachAttr("rel")).allMatch("noopener noreferrer"::equals);
        assertThat(page.select("main > .columns > :last-child").text()).startsWith("Remove access");
    }

    @Test
    void hostileNamesAreTextEverywhere() {
        ConnectedApp app = cast.app(PortalCast.HOSTILE_NAME, ClientType.THIRD_PARTY, "javascript:alert(1)", false);
        String scopes =
                "<img/src=x> ${1234*5678} *{1234*5678} __${1234*5678}__ ~{::x} [[${1234*5678}]] [(${1234*5678})] @{/x} openid.risk";
        cast.grant(subject, app, scopes, 1, 1, 0, true);
        for (String path : List.of(
                "/",
                "/?q=" + "%3Cscript%3E%24%7B1234*5678%7D",
                "/apps/" + app.wireId(),
                "/apps/" + app.wireId() + "/revoke")) {
            Document page = page(path, session);
            assertThat(page.select("main script, main img, [onerror], a[href^=javascript]"))
                    .isEmpty();
            assertThat(page.select("main").text()).doesNotContain("7006652");
        }
        assertThat(page("/", session).select(".app-name").text()).isEqualTo(PortalCast.HOSTILE_NAME);
        Document detail = page("/apps/" + app.wireId(), session);
        assertThat(detail.select(".scope bdi").eachText())
                .contains("${1234*5678}", "[[${1234*5678}]]", "~{::x}", "@{/x}", "openid.risk");
        assertThat(page("/?q=%24%7B1234*5678%7D", session).select("#q").val()).isEqualTo("${1234*5678}");
        for (String parameter : List.of("view", "fragment", "q", "status", "removed", "return_to")) {
            assertThat(call("/?" + parameter + "=~%7B%3A%3Ax%7D__%24%7B1234*5678%7D__")
                            .as(session)
                            .get()
                            .body())
                    .doesNotContain("7006652");
        }
    }

    @Test
    void listTakesAsManyStatementsForThirtyAppsAsForOne() {
        cast.grant(
                subject, cast.app("First", ClientType.THIRD_PARTY, null, false), "openid ledger:export", 1, 1, 0, true);
        long one = statements();
        for (int i = 0; i < 30; i++) {
            cast.grant(
                    subject,
                    cast.app("App " + i, ClientType.THIRD_PARTY, null, false),
                    "openid ledger:export x:" + i,
                    1,
                    1,
                    0,
                    true);
        }
        assertThat(statements()).isEqualTo(one).isLessThan(8);
    }

    /** How many a page takes: the least of several, since others work on the same database. */
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
