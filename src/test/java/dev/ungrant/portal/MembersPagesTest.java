package dev.ungrant.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.members.Member;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The list of an organization's members, one member's page, and what an administrator does there, as a browser without script. */
class MembersPagesTest extends PortalTest {
    private static final String LIST = "/organization/members";

    private Member ada;
    private String admin;

    @BeforeEach
    void signInAdmin() {
        ada = cast.admin("Ada Lindqvist");
        admin = cast.signIn(cast.subject(ada));
    }

    private String path(Member member) {
        return LIST + "/" + member.wireId();
    }

    private static List<String> names(Document page) {
        return page.select("table.members tbody .app-name").eachText();
    }

    private HttpResponse<String> post(String path, Map<String, String> form) {
        Map<String, String> whole = new LinkedHashMap<>(form);
        whole.put("form_token", formToken(admin));
        return call(path).as(admin).post(whole);
    }

    /** The page that a post leads to. */
    private Document after(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
        return page(location(answer).replaceFirst("#.*", ""), admin);
    }

    private String notice(Document page) {
        return page.select(".notice").text();
    }

    private Element row(Document page, Member member) {
        return page.getElementById(member.wireId());
    }

    @Test
    void listShowsWhoTheyAreAndWhatActsForThem() {
        Member ben = cast.member("Ben Okafor");
        cast.everydayApps(cast.subject(ben));
        Document page = page(LIST, admin);
        assertThat(page.select("#member-count").text()).isEqualTo("2");
        assertThat(names(page)).containsExactly("Ada Lindqvist", "Ben Okafor");
        assertThat(row(page, ben).text()).contains(ben.emailAddress(), "Active", "6 apps of Ben Okafor", "Never");
        assertThat(row(page, ada).text()).contains("Admin", "just now");
        assertThat(page.select("nav.subtabs a[aria-current]").text()).isEqualTo("Members");
        assertThat(page.select("nav.pages")).isEmpty();
    }

    @Test
    void searchFiltersAndOrdersNarrowTheList() {
        Member cleo = cast.member("Cléo Marchetti");
        Member dan = cast.member("Dan");
        cast.signIn(cast.subject(cleo));
        post(path(dan) + "/deactivate", Map.of());
        assertThat(names(page(LIST + "?q=cleo", admin))).containsExactly("Cléo Marchetti");
        assertThat(names(page(LIST + "?q=DAN", admin))).isEmpty();
        assertThat(names(page(LIST + "?q=DAN&status=deactivated", admin))).containsExactly("Dan");
        assertThat(names(page(LIST + "?status=invited", admin))).isEmpty();
        assertThat(names(page(LIST + "?role=stytch_admin", admin))).containsExactly("Ada Lindqvist");
        assertThat(names(page(LIST + "?sort=oldest", admin))).containsExactly("Ada Lindqvist", "Cléo Marchetti");
        assertThat(names(page(LIST + "?sort=newest", admin))).containsExactly("Cléo Marchetti", "Ada Lindqvist");
        assertThat(names(page(LIST + "?sort=seen", admin))).containsExactly("Cléo Marchetti", "Ada Lindqvist");
        Document none = page(LIST + "?q=zz%25&status=active&role=stytch_admin", admin);
        assertThat(none.select(".empty").text()).contains("“zz%”", "Active", "Admin");
    }

    @Test
    void everyPageOfEveryOrderIsReachedByItsLinks() {
        for (int i = 0; i < 58; i++) {
            // Names that are equal, addresses that are not.
            cast.member(i % 3 == 0 ? "Same Name" : "Person %02d".formatted(i));
        }
        cast.update(
                "UPDATE members SET last_seen_at = UTC_TIMESTAMP(6) - INTERVAL 3 DAY WHERE organization_id = ? AND name LIKE 'Person 1%'",
                cast.organization.organizationId());
        cast.update(
                "UPDATE members SET created_at = UTC_TIMESTAMP(6) - INTERVAL 9 DAY WHERE organization_id = ? AND name LIKE 'Person 2%'",
                cast.organization.organizationId());
        for (String sort : List.of("", "email", "newest", "oldest", "seen", "unseen")) {
            List<String> seen = new ArrayList<>();
            List<String> ranges = new ArrayList<>();
            String at = LIST + "?sort=" + sort;
            String back = null;
            while (!at.isEmpty()) {
                Document page = page(at, admin);
                seen.addAll(page.select("table.members tbody tr").eachAttr("id"));
                ranges.add(page.select("nav.pages span").first().text());
                back = page.select("nav.pages a[rel=prev]").attr("href");
                at = page.select("nav.pages a[rel=next]").attr("href");
            }
            assertThat(seen).as(sort).hasSize(59).doesNotHaveDuplicates();
            assertThat(ranges).as(sort).containsExactly("1–25 of 59", "26–50 of 59", "51–59 of 59");
            Document second = page(back, admin);
            assertThat(second.select("table.members tbody tr").eachAttr("id")).isEqualTo(seen.subList(25, 50));
            assertThat(second.select("nav.pages span").first().text()).isEqualTo("26–50 of 59");
            Document first = page(second.select("nav.pages a[rel=prev]").attr("href"), admin);
            assertThat(first.select("table.members tbody tr").eachAttr("id")).isEqualTo(seen.subList(0, 25));
        }
    }

    @Test
    void cursorThatIsNotOursShowsTheFirstPage() {
        for (String cursor : List.of("x", "1.YQ.YQ", "5.YQ", "9.-.-")) {
            assertThat(names(page(LIST + "?after=" + cursor, admin))).containsExactly("Ada Lindqvist");
            assertThat(names(page(LIST + "?sort=newest&before=" + cursor, admin)))
                    .containsExactly("Ada Lindqvist");
        }
    }

    @Test
    void memberIsAddedAtOnce() {
        Document form = page(LIST + "/new", admin);
        assertThat(form.select("input[name=role]").eachAttr("value")).contains("stytch_admin");
        Document member = after(post(
                LIST + "/new",
                Map.of("email", "Nora@Acme.example", "name", "Nora", "how", "create", "role", "stytch_admin")));
        assertThat(member.select("h1").text()).isEqualTo("Nora");
        assertThat(notice(member)).isEqualTo("Nora is a member now.");
        assertThat(member.select(".lines").text()).contains("Admin Assigned", "Member Everybody here has it");
        assertThat(member.text()).contains("nora@acme.example", "Active", "Nobody has shown yet that it is theirs");

        Document again = Jsoup.parse(post(LIST + "/new", Map.of("email", "nora@acme.example", "how", "create"))
                .body());
        assertThat(again.select(".wrong").text()).contains("is a member or invited already");
        assertThat(again.select("#email").val()).isEqualTo("nora@acme.example");
        assertThat(post(LIST + "/new", Map.of("email", "no address")).statusCode())
                .isEqualTo(422);
    }

    @Test
    void nameAndRolesAreEdited() {
        Member ben = cast.member("Ben");
        Document saved =
                after(post(path(ben) + "/edit", Map.of("name", "Ben O.", "roles", "yes", "role", "stytch_admin")));
        assertThat(notice(saved)).isEqualTo("Saved.");
        assertThat(saved.select("h1").text()).isEqualTo("Ben O.");
        assertThat(saved.select(".lines").text()).contains("Admin Assigned");
        assertThat(page(path(ben) + "/edit", admin)
                        .select("input[value=stytch_admin]")
                        .hasAttr("checked"))
                .isTrue();
        Document plain = after(post(path(ben) + "/edit", Map.of("name", "Ben O.", "roles", "yes")));
        assertThat(plain.select(".lines").text()).doesNotContain("Admin");
        // Nothing is asked for that has not changed.
        assertThat(location(post(path(ben) + "/edit", Map.of("name", "Ben O.", "roles", "yes"))))
                .isEqualTo(path(ben));
        HttpResponse<String> unknown = post(path(ben) + "/edit", Map.of("roles", "yes", "role", "no_such_role"));
        assertThat(unknown.statusCode()).isEqualTo(422);
        assertThat(unknown.body()).contains("One of the roles does not exist any more");
    }

    @Test
    void deactivationSaysWhatEndsAndEndsIt() {
        Member ben = cast.member("Ben");
        cast.everydayApps(cast.subject(ben));
        String his = cast.signIn(cast.subject(ben));
        cast.signIn(cast.subject(ben));
        Document question = page(path(ben) + "/deactivate", admin);
        assertThat(question.select("h1").text()).isEqualTo("Deactivate Ben?");
        assertThat(question.select(".points").text())
                .contains("6 apps lose their access for them at once.", "2 sessions end.");

        Document gone = after(post(path(ben) + "/deactivate", Map.of()));
        assertThat(notice(gone)).isEqualTo("Ben is deactivated. 6 apps lost their access. 2 sessions ended.");
        assertThat(gone.select(".chip").first().text()).isEqualTo("Deactivated");
        assertThat(call("/").as(his).get().statusCode()).isEqualTo(303);
        assertThat(gone.select(".events").text()).contains("Member deactivated by you");

        Document back = after(post(path(ben) + "/reactivate", Map.of()));
        assertThat(notice(back)).isEqualTo("Ben is active again.");
        assertThat(back.text()).contains("No app can act for Ben.", "Not signed in anywhere.");
        assertThat(call("/").as(his).get().statusCode()).isEqualTo(303);
    }

    @Test
    void sessionsAreEndedOneByOneAndAllAtOnce() {
        Member ben = cast.member("Ben");
        String one = cast.signIn(cast.subject(ben));
        String two = cast.signIn(cast.subject(ben));
        cast.signIn(cast.subject(ben));
        Document page = page(path(ben), admin);
        String form = page.select("#sessions li form").first().attr("action");
        assertThat(notice(after(post(form, Map.of())))).isEqualTo("That session has ended.");
        assertThat(page(path(ben), admin).select("#sessions li")).hasSize(2);
        // Of somebody else it is not found, wherever it is asked for.
        assertThat(post(form.replace(ben.wireId(), ada.wireId()), Map.of()).statusCode())
                .isEqualTo(404);
        assertThat(notice(after(post(path(ben) + "/sessions/end", Map.of()))))
                .isEqualTo("Ben is signed out everywhere.");
        assertThat(call("/").as(one).get().statusCode()).isEqualTo(303);
        assertThat(call("/").as(two).get().statusCode()).isEqualTo(303);
    }

    @Test
    void whoMayNotSeeMembersFindsNobody() {
        Member ben = cast.member("Ben");
        Member cleo = cast.member("Cleo");
        String his = cast.signIn(cast.subject(ben));
        assertThat(call(LIST).as(his).get().statusCode()).isEqualTo(403);
        HttpResponse<String> other = call(path(cleo)).as(his).get();
        HttpResponse<String> unknown = call(LIST + "/member-test-00000000-0000-4000-8000-000000000000")
                .as(his)
                .get();
        assertThat(other.statusCode()).isEqualTo(404);
        assertThat(unmasked(other.body())).isEqualTo(unmasked(unknown.body()));
        assertThat(call(path(ben)).as(his).get().statusCode()).isEqualTo(200);
        assertThat(call(LIST + "/new").as(his).get().statusCode()).isEqualTo(403);
    }

    /** Without what differs from answer to answer anyway. */
    static String unmasked(String body) {
        return body.replaceAll("[0-9a-f]{128}", "token")
                .replaceAll("request-id-test-[0-9a-f-]+", "request")
                .replaceAll("nonce=\"[^\"]+\"", "nonce");
    }
}
