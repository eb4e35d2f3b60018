package dev.ungrant.portal;

import static dev.ungrant.portal.MembersPagesTest.unmasked;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.TestSession;
import dev.ungrant.connectedapps.ClientType;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.members.Member;
import dev.ungrant.organizations.Organizations;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Role;
import dev.ungrant.rbac.Via;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An administrator looks after the apps of somebody else. */
class MemberAppPagesTest extends PortalTest {
    private Member dana;
    private Member ada;
    private String admin;
    private List<ConnectedApp> apps;
    private String path;

    @BeforeEach
    void cast() {
        ada = cast.admin("Ada");
        admin = cast.signIn(cast.subject(ada));
        dana = cast.member("Dana Ruiz");
        apps = cast.everydayApps(cast.subject(dana));
        path = "/organization/members/" + dana.wireId();
    }

    private HttpResponse<String> post(String session, String path, Map<String, String> form) {
        Map<String, String> whole = new LinkedHashMap<>(form);
        whole.put("form_token", formToken(session));
        return call(path).as(session).post(whole);
    }

    private String revoke(ConnectedApp app) {
        return path + "/apps/" + app.wireId() + "/revoke";
    }

    private int live() {
        return page("/", cast.signIn(cast.subject(dana))).select("tbody tr").size();
    }

    /** Who holds exactly these permissions on stytch.member. */
    private Member holding(String name, String... actions) {
        ProjectCaller backend =
                new ProjectCaller(cast.project.projectId(), new Via(Via.Door.COMMAND, "request-id-test", ""));
        Organizations organizations = context.getBean(Organizations.class);
        context.getBean(dev.ungrant.organizations.CustomRoles.class)
                .replace(
                        backend,
                        organizations.find(backend, cast.organization.wireId()),
                        List.of(new Role(
                                "reader", "", List.of(new Role.ResourceActions("stytch.member", List.of(actions))))));
        Member member = cast.member(name);
        cast.update(
                "INSERT INTO role_assignments (tenant_id, subject_id, role_id, assigned_at) VALUES (?, ?, 'reader', UTC_TIMESTAMP(6))",
                member.organizationId(),
                member.memberId());
        return member;
    }

    @Test
    void bannerSaysForWhomAndEveryLinkStaysWithThem() {
        Document list = page(path + "/apps", admin);
        assertThat(list.select(".acting").text()).contains("Acting on Dana Ruiz’s apps");
        assertThat(list.select("tbody tr")).hasSize(6);
        assertThat(list.select("main a[href], main form[action]").stream()
                        .map(link -> link.hasAttr("href") ? link.attr("href") : link.attr("action"))
                        .filter(address -> !address.startsWith("/organization/")))
                .isEmpty();
        assertThat(list.select("nav.tabs a").eachAttr("href")).contains("/", "/sessions");
        Document app = page(list.select(".app-name a").first().attr("href"), admin);
        assertThat(app.select(".acting").text()).contains("Acting on Dana Ruiz’s apps");
        assertThat(app.text()).contains("They approved").doesNotContain("You approved", "Who else uses it");
        assertThat(app.select("#connections form")).isEmpty();
        assertThat(page(path + "/apps?q=ledger", admin).select("tbody tr")).hasSize(1);
    }

    @Test
    void removalWantsAReasonAndTellsTheMember() {
        ConnectedApp app = apps.getFirst();
        Document question = page(revoke(app), admin);
        assertThat(question.select("h1").text()).isEqualTo("Remove access for Northwind Sync?");
        assertThat(question.select("[name=tell]").hasAttr("checked")).isTrue();
        assertThat(question.select("form").last().hasAttr("data-hx-post")).isFalse();

        for (String none : List.of("", "   ", "x".repeat(513))) {
            HttpResponse<String> refused = post(admin, revoke(app), Map.of("reason", none, "tell", "yes"));
            assertThat(refused.statusCode()).isEqualTo(422);
            assertThat(Jsoup.parse(refused.body()).select(".wrong").text()).contains("Give a reason");
        }
        assertThat(live()).isEqualTo(6);

        HttpResponse<String> done = post(admin, revoke(app), Map.of("reason", "Left the project <b>", "tell", "yes"));
        assertThat(location(done)).isEqualTo(path + "/apps?removed=" + app.wireId());
        Document after = page(location(done), admin);
        assertThat(after.select(".notice").text())
                .contains("Access removed just now", "Northwind Sync", "ask them again");
        assertThat(after.select("tbody tr")).hasSize(5);
        assertThat(live()).isEqualTo(5);
        assertThat(page(path + "/apps/" + app.wireId(), admin).select(".events").text())
                .contains("Access removed by you");
        assertThat(page(path, admin).select(".events").text()).contains("Left the project <b>");
        String mail = mailTo(dana.emailAddress(), 1).text();
        assertThat(mail).contains("An administrator removed", "Northwind Sync", "Left the project <b>");

        assertThat(post(admin, revoke(app), Map.of("reason", "again")).statusCode())
                .isEqualTo(303);
        assertThat(live()).isEqualTo(5);
    }

    @Test
    void nothingIsMailedWhenTheMemberIsNotToBeTold() {
        post(admin, revoke(apps.get(0)), Map.of("reason", "quietly"));
        post(admin, revoke(apps.get(1)), Map.of("reason", "loudly", "tell", "yes"));
        // The outbox is worked off in order, so the first letter would be there by now.
        assertThat(mailTo(dana.emailAddress(), 1).text()).contains("loudly");
        assertThat(TestSession.mailbox().mailsTo(dana.emailAddress())).hasSize(1);
    }

    @Test
    void severalAreRemovedAtOnce() {
        String form =
                "app=" + apps.get(0).wireId() + "&app=" + apps.get(1).wireId() + "&form_token=" + formToken(admin);
        HttpResponse<String> question = call(path + "/apps/selected")
                .as(admin)
                .header("Sec-Fetch-Site", "same-origin")
                .send("POST", "application/x-www-form-urlencoded", form);
        Document asked = Jsoup.parse(question.body());
        assertThat(asked.select("h1").text()).isEqualTo("Remove access for 2 apps?");
        assertThat(asked.select("form.confirm-acts").attr("action")).isEqualTo(path + "/apps/revoke");
        assertThat(call(path + "/apps/revoke")
                        .as(admin)
                        .header("Sec-Fetch-Site", "same-origin")
                        .send("POST", "application/x-www-form-urlencoded", form)
                        .statusCode())
                .isEqualTo(422);
        HttpResponse<String> done = call(path + "/apps/revoke")
                .as(admin)
                .header("Sec-Fetch-Site", "same-origin")
                .send("POST", "application/x-www-form-urlencoded", form + "&reason=offboarding");
        Document receipts = page(location(done), admin);
        assertThat(receipts.select("h1").text()).isEqualTo("Access removed for 2 apps");
        assertThat(receipts.select(".receipts li")).hasSize(2);
        assertThat(live()).isEqualTo(4);
    }

    /** O06: who may look and not act gets 403 by form and by fragment, and is shown nothing to press. */
    @Test
    void readerSeesAndMayNotRemove() {
        String reader = cast.signIn(cast.subject(holding("Rita", "search", "get.connected-apps")));
        Document list = page(path + "/apps", reader);
        assertThat(list.select("tbody tr")).hasSize(6);
        assertThat(list.select("main form[action$=revoke], #bulk")).isEmpty();
        assertThat(page(path + "/apps/" + apps.getFirst().wireId(), reader).select(".danger-zone"))
                .isEmpty();
        assertThat(call(revoke(apps.getFirst())).as(reader).get().statusCode()).isEqualTo(403);
        assertThat(post(reader, revoke(apps.getFirst()), Map.of("reason", "x")).statusCode())
                .isEqualTo(403);
        assertThat(call(revoke(apps.getFirst()))
                        .as(reader)
                        .header("HX-Request", "true")
                        .post(Map.of("reason", "x", "form_token", formToken(reader)))
                        .statusCode())
                .isEqualTo(403);
        assertThat(post(
                                reader,
                                path + "/apps/revoke",
                                Map.of("reason", "x", "app", apps.getFirst().wireId()))
                        .statusCode())
                .isEqualTo(403);
        assertThat(live()).isEqualTo(6);
    }

    /** O01, O02, O03, O04: another member, another organization, another project's app. */
    @Test
    void whoMayNotSeeThemFindsNobody() {
        String ben = cast.signIn(cast.subject(cast.member("Ben")));
        PortalCast globex = new PortalCast(context);
        String gil = globex.signIn(globex.subject(globex.admin("Gil")));
        String unknown = "/organization/members/member-test-00000000-0000-4000-8000-000000000000";
        for (String session : List.of(ben, gil)) {
            for (String door : List.of(
                    "/apps",
                    "/apps/" + apps.getFirst().wireId(),
                    "/apps/" + apps.getFirst().wireId() + "/revoke")) {
                HttpResponse<String> theirs = call(path + door).as(session).get();
                assertThat(theirs.statusCode()).as(door).isEqualTo(404);
                assertThat(unmasked(theirs.body()))
                        .isEqualTo(
                                unmasked(call(unknown + door).as(session).get().body()));
            }
            assertThat(post(session, revoke(apps.getFirst()), Map.of("reason", "x"))
                            .statusCode())
                    .isEqualTo(404);
        }
        assertThat(live()).isEqualTo(6);
        assertThat(denied(dana)).isGreaterThan(0);
        ConnectedApp foreign = globex.app("Foreign", ClientType.THIRD_PARTY, null, false);
        assertThat(post(admin, revoke(foreign), Map.of("reason", "x")).statusCode())
                .isEqualTo(404);
    }

    private int denied(Member member) {
        return page(path, admin).select(".events .bad").size();
    }

    /** O10 */
    @Test
    void adminWhoIsDemotedIsRefusedAtTheNextRequest() {
        Member other = cast.admin("Olga");
        String olga = cast.signIn(cast.subject(other));
        assertThat(call(path + "/apps").as(olga).get().statusCode()).isEqualTo(200);
        post(admin, "/organization/members/" + other.wireId() + "/edit", Map.of("roles", "yes"));
        assertThat(call(path + "/apps").as(olga).get().statusCode()).isEqualTo(404);
        assertThat(post(olga, revoke(apps.getFirst()), Map.of("reason", "x")).statusCode())
                .isEqualTo(404);
        assertThat(live()).isEqualTo(6);
    }
}
