package dev.ungrant.portal;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import dev.ungrant.connectedapps.ClientType;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.members.Member;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An administrator says how the organization is named, what roles there are and which apps are allowed. */
class SettingsBrowserTest extends PortalStory {
    private String session;
    private Member ben;

    @BeforeEach
    void people() {
        session = cast.signIn(cast.subject(cast.admin("Ada Lindqvist")));
        ben = cast.member("Ben Okafor");
    }

    @ParameterizedTest(name = "script {0}")
    @ValueSource(booleans = {true, false})
    void adminRenamesTheOrganizationAndSaysWhoCanBeInvited(boolean script) {
        try (BrowserContext context = browser(script, session)) {
            Page page = open(context, "/");
            link(page, "Organization");
            link(page, "Settings");
            page.locator("#name").fill("Acme Widgets");
            page.locator("#slug").fill("No spaces here");
            page.locator("#domains").fill("acme.example\nacme.test");
            page.locator("input[name=invites][value=RESTRICTED]").check();
            page.locator("#settings-save").click();
            assertThat(page.locator("#slug[aria-invalid]")).isVisible();
            assertThat(page.locator("#name")).hasValue("Acme Widgets");
            page.locator("#slug").fill("acme-widgets");
            page.locator("#settings-save").click();
            assertThat(page.locator(".notice")).hasText("Saved. It counts from now on.");
            assertThat(page.locator(".place-name")).hasText("Acme Widgets");
            page.navigate(address() + "/organization/members/new");
            page.locator("#email").fill("mallory@elsewhere.example");
            button(page, "Add member");
            assertThat(page.locator("#wrong")).containsText("does not let people with this email address be invited");
        }
        assertThat(cast.now().name()).isEqualTo("Acme Widgets");
        assertThat(cast.now().slug()).isEqualTo("acme-widgets");
    }

    @ParameterizedTest(name = "script {0}")
    @ValueSource(booleans = {true, false})
    void adminMakesARoleGivesItChangesItAndDeletesIt(boolean script) {
        String his = cast.signIn(cast.subject(ben));
        try (BrowserContext context = browser(script, session)) {
            Page page = open(context, "/organization/settings/roles");
            link(page, "New role");
            button(page, "Create role");
            // The browser itself stops what has no name.
            assertThat(page.locator("#name")).isFocused();
            page.locator("#name").fill("Auditor");
            button(page, "Create role");
            assertThat(page.locator("#permissions-wrong")).isVisible();
            page.getByLabel("See what happened in the organization").check();
            button(page, "Create role");
            Locator own = page.locator("section[aria-labelledby=own-roles]");
            assertThat(own).containsText("Auditor");

            page.navigate(address() + "/organization/members/" + ben.wireId() + "/edit");
            page.getByLabel("Auditor").check();
            button(page, "Save");
            assertThat(page.locator(".lines")).containsText("Auditor");
            assertThat(call("/organization/activity").as(his).get().statusCode())
                    .isEqualTo(200);
            assertThat(call("/organization/members").as(his).get().statusCode()).isEqualTo(403);

            page.navigate(address() + "/organization/settings/roles");
            assertThat(own).containsText("1 member");
            link(page, "Change Auditor");
            page.getByLabel("See and search the members").check();
            button(page, "Save role");
            assertThat(own).containsText("See and search the members");
            assertThat(call("/organization/members").as(his).get().statusCode()).isEqualTo(200);

            link(page, "Delete Auditor");
            assertThat(page.locator("h1")).hasText("Delete the role Auditor?");
            assertThat(page.getByText("1 member loses it.")).isVisible();
            assertThat(page.getByText("Keep the role")).isFocused();
            button(page, "Delete the role");
            assertThat(page.locator("h1")).hasText("Roles");
            assertThat(page.locator("main")).not().containsText("Auditor");
            assertThat(call("/organization/activity").as(his).get().statusCode())
                    .isEqualTo(403);
        }
    }

    @ParameterizedTest(name = "script {0}")
    @ValueSource(booleans = {true, false})
    void adminSeesWhatAPolicyWouldTakeAndThenSavesIt(boolean script) {
        Member cleo = cast.member("Cleo Marchetti");
        ConnectedApp sync = cast.app("Northwind Sync", ClientType.THIRD_PARTY, "https://northwind.example", true);
        ConnectedApp agent = cast.app("Research Agent", ClientType.THIRD_PARTY_PUBLIC, "https://agents.example", false);
        ConnectedApp notes = cast.app("Acme Notes", ClientType.FIRST_PARTY, null, false);
        for (Member member : List.of(ben, cleo)) {
            cast.grant(cast.subject(member), sync, "openid calendar:read", 9, 1, 0, true);
            cast.grant(cast.subject(member), notes, "openid notes:read", 9, 1, 0, true);
        }
        cast.grant(cast.subject(ben), agent, "openid files:read", 9, 1, 0, true);
        try (BrowserContext context = browser(script, session)) {
            Page page = open(context, "/organization/policy");
            page.locator("#policy-" + agent.wireId()).getByLabel("Blocked").check();
            button(page, "Preview the change");
            assertThat(page.locator(".loss")).hasText("1 person loses 1 app.");
            page.getByText("Who loses what").first().click();
            assertThat(page.locator("details[open]")).containsText("Ben Okafor");
            link(page, "Keep the policy as it is");
            assertThat(page.locator("#policy-" + agent.wireId()).getByLabel("Allowed"))
                    .isChecked();
            assertThat(apps(ben)).hasSize(3);

            page.locator("input[name=third][value=none]").check();
            button(page, "Preview the change");
            assertThat(page.locator(".loss")).hasText("2 people lose 2 apps.");
            button(page, "Save and remove access for 2 people");
            assertThat(page).hasURL(Pattern.compile("/organization/jobs/"));
            for (int i = 0; !script && i < 100 && page.locator("#job h2").count() == 0; i++) {
                page.waitForTimeout(100);
                page.reload();
            }
            assertThat(page.locator("#job h2"))
                    .hasText("Report", new LocatorAssertions.HasTextOptions().setTimeout(30_000));
            assertThat(page.locator("#job")).containsText("Access removed 3 times");
            page.navigate(address() + "/organization/policy");
            assertThat(page.locator("input[name=third][value=none]")).isChecked();
        }
        assertThat(apps(ben)).hasSize(1);
        assertThat(apps(cleo)).hasSize(1);
    }

    private List<String> apps(Member member) {
        return page("/", cast.signIn(cast.subject(member)))
                .select("tbody .app-name")
                .eachText();
    }
}
