package dev.ungrant.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.connectedapps.ClientType;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.members.Member;
import dev.ungrant.organizations.Organization;
import dev.ungrant.organizations.Organizations;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Via;
import dev.ungrant.web.JsonBody;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which apps an organization allows: what a change would end, the change, and what it ends. */
final class PolicyPagesTest extends PortalTest {
    private Member ben;
    private String admin;
    private ConnectedApp sync;
    private ConnectedApp notes;

    @BeforeEach
    void letAppsIn() {
        ben = cast.member("Ben");
        Member cleo = cast.member("Cleo");
        admin = cast.signIn(cast.subject(cast.admin("Ada")));
        sync = cast.app("Acme Sync", ClientType.THIRD_PARTY, "https://sync.example", true);
        notes = cast.app("Notes", ClientType.THIRD_PARTY, "https://notes.example", false);
        cast.grant(cast.subject(ben), sync, "openid", 3, 1, 0, true);
        cast.grant(cast.subject(cleo), sync, "openid", 3, 1, 0, true);
        cast.grant(cast.subject(ben), notes, "openid", 3, 1, 0, true);
    }

    private Document preview(String session, String query) {
        return page("/organization/policy/preview?" + query, session);
    }

    /** Sends the form that stands under a preview. */
    private HttpResponse<String> save(String session, Document preview) {
        Map<String, String> form = preview.selectFirst("main form.acts").select("input[name]").stream()
                .collect(Collectors.toMap(field -> field.attr("name"), Element::val));
        return call("/organization/policy").as(session).post(form);
    }

    private List<String> apps(Member member) {
        return page("/", cast.signIn(cast.subject(member)))
                .select("tr:not(.removed) .app-name")
                .eachText();
    }

    private void awaitEnd(String jobPath) {
        for (int i = 0; i < 300; i++) {
            if (!page(jobPath, admin).select(".job .chip.ok").isEmpty()) {
                return;
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        throw new AssertionError(
                "not over: " + page(jobPath, admin).select(".job").text());
    }

    private Organization organization() {
        return context.getBean(Organizations.class).get(backend(), cast.organization.organizationId());
    }

    private ProjectCaller backend() {
        return new ProjectCaller(cast.project.projectId(), new Via(Via.Door.API, "request-id-test-policy", ""));
    }

    @Test
    void adminSeesWhoLosesWhatBeforeTheyLoseIt() {
        Document preview = preview(admin, "app." + sync.wireId() + "=blocked");

        assertThat(preview.selectFirst(".loss").text()).isEqualTo("2 people lose 1 app.");
        assertThat(preview.select("details tbody tr").eachText()).containsExactly("Ben Acme Sync", "Cleo Acme Sync");
        assertThat(apps(ben)).containsExactlyInAnyOrder("Acme Sync", "Notes");

        HttpResponse<String> saved = save(admin, preview);
        assertThat(location(saved)).startsWith("/organization/jobs/");
        awaitEnd(location(saved));
        assertThat(apps(ben)).containsExactly("Notes");
        assertThat(page(location(saved), admin).selectFirst(".job .points").text())
                .contains("2");
        Document policy = page("/organization/policy", admin);
        assertThat(policy.selectFirst("#policy-" + sync.wireId() + " input[checked]")
                        .val())
                .isEqualTo("blocked");
        assertThat(policy.selectFirst("#policy-" + notes.wireId() + " input[checked]")
                        .val())
                .isEqualTo("allowed");

        // Allowing it again brings nothing back.
        HttpResponse<String> again = save(admin, preview(admin, "app." + sync.wireId() + "=allowed"));
        assertThat(location(again)).isEqualTo("/organization/policy?saved=yes");
        assertThat(apps(ben)).containsExactly("Notes");
    }

    @Test
    void whoGoesFromAllToSomeKeepsWhatIsInUse() {
        ConnectedApp unused = cast.app("Unused", ClientType.THIRD_PARTY, "https://unused.example", true);

        Document preview = preview(admin, "third=some&app." + notes.wireId() + "=blocked");
        assertThat(preview.selectFirst(".loss").text()).isEqualTo("1 person loses 1 app.");
        awaitEnd(location(save(admin, preview)));

        assertThat(apps(ben)).containsExactly("Acme Sync");
        Document all = page("/organization/policy?show=all", admin);
        assertThat(all.selectFirst("#policy-" + unused.wireId() + " input[checked]")
                        .val())
                .isEqualTo("blocked");
        assertThat(organization().thirdPartyAllowed())
                .containsExactly(sync.appId().toString());
    }

    @Test
    void noneEndsAllOfThatParty() {
        ConnectedApp own = cast.app("Console", ClientType.FIRST_PARTY, "https://acme.example", true);
        cast.grant(cast.subject(ben), own, "openid", 3, 1, 0, true);

        Document preview = preview(admin, "third=none");
        assertThat(preview.selectFirst(".loss").text()).isEqualTo("2 people lose 2 apps.");
        awaitEnd(location(save(admin, preview)));
        assertThat(apps(ben)).containsExactly("Console");
    }

    @Test
    void neitherDoorUndoesTheOther() {
        Organizations organizations = context.getBean(Organizations.class);
        Document preview = preview(admin, "app." + sync.wireId() + "=blocked");

        organizations.update(
                backend(),
                organization(),
                new JsonBody(Map.of("first_party_connected_apps_allowed_type", "NOT_ALLOWED")));
        HttpResponse<String> late = save(admin, preview);
        assertThat(late.statusCode()).isEqualTo(409);
        assertThat(Jsoup.parse(late.body()).selectFirst(".notice.warn").text())
                .contains("Somebody else changed the policy");
        assertThat(apps(ben)).containsExactlyInAnyOrder("Acme Sync", "Notes");

        awaitEnd(location(save(admin, preview(admin, "app." + sync.wireId() + "=blocked"))));
        // The API speaks of the rules; a block by name stands until it is named.
        organizations.update(
                backend(),
                organization(),
                new JsonBody(Map.of("third_party_connected_apps_allowed_type", "ALL_ALLOWED")));
        assertThat(organization().appPolicy().allows(sync.appId(), sync.clientType()))
                .isFalse();
        Organization opened = organizations.update(
                backend(),
                organization(),
                new JsonBody(java.util.Collections.singletonMap("blocked_connected_apps", null)));
        assertThat(opened.appPolicy().allows(sync.appId(), sync.clientType())).isTrue();
    }

    @Test
    void onlyWhoMayChangeThePolicySeesIt() {
        String member = cast.signIn(cast.subject(ben));
        assertThat(call("/organization/policy").as(member).get().statusCode()).isEqualTo(403);
        assertThat(call("/organization/policy/preview?third=none")
                        .as(member)
                        .get()
                        .statusCode())
                .isEqualTo(403);
        assertThat(call("/organization/policy")
                        .as(member)
                        .post(Map.of(
                                "form_token",
                                formToken(member),
                                "third",
                                "none",
                                "seen",
                                organization().appPolicy().version()))
                        .statusCode())
                .isEqualTo(403);
        assertThat(apps(ben)).hasSize(2);
        assertThat(page("/", member).select(".tabs").text()).doesNotContain("Organization");
    }

    @Test
    void appOfAnotherProjectIsNotFound() {
        ConnectedApp foreign = new PortalCast(context).app("Foreign", ClientType.THIRD_PARTY, null, false);

        assertThat(call("/organization/policy/preview?app." + foreign.wireId() + "=blocked")
                        .as(admin)
                        .get()
                        .statusCode())
                .isEqualTo(404);
        for (String wrong : List.of("third=maybe", "app." + sync.wireId() + "=x", "app.nonsense=blocked")) {
            assertThat(call("/organization/policy/preview?" + wrong)
                            .as(admin)
                            .get()
                            .statusCode())
                    .isBetween(400, 404);
        }
        assertThat(apps(ben)).hasSize(2);
    }
}
