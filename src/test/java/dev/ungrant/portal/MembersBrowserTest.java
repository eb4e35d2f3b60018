package dev.ungrant.portal;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.ungrant.members.Member;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An administrator and the members of their organization. */
class MembersBrowserTest extends PortalStory {
    private static final String LIST = "/organization/members";

    private Member dana;
    private String session;

    @BeforeEach
    void fillTheOrganization() {
        session = cast.signIn(cast.subject(cast.admin("Ada Lindqvist")));
        dana = cast.member("Dana Ruiz");
        cast.member("Cléo Marchetti");
    }

    private static String address(String name) {
        return name + "-" + UUID.randomUUID() + "@acme.example";
    }

    @ParameterizedTest(name = "script {0}")
    @ValueSource(booleans = {true, false})
    void adminAddsFindsChangesDeactivatesReactivatesAndErasesSomebody(boolean script) {
        String nora = address("nora");
        try (BrowserContext context = browser(script, session)) {
            Page page = open(context, LIST);
            link(page, "Add a member");
            page.locator("#email").fill(nora);
            page.locator("#name").fill("Nora Lind");
            page.locator("input[value=create]").check();
            button(page, "Add member");
            assertThat(page.locator("h1")).hasText("Nora Lind");
            assertThat(page.locator(".notice")).hasText("Nora Lind is a member now.");

            link(page, "All members");
            page.locator("#q").fill("NORA");
            if (script) {
                assertThat(page.locator("#announcement")).containsText("1 member matches");
                assertThat(page.locator("#q")).isFocused();
            } else {
                button(page, "Apply");
            }
            assertThat(page).hasURL(address() + LIST + "?q=NORA" + (script ? "" : "&status=&role=&sort="));
            assertThat(page.locator("table.members tbody tr")).hasCount(1);
            link(page, "Nora Lind");

            link(page, "Edit name and roles");
            page.locator("#name").fill("Nora L.");
            page.locator("input[value=stytch_admin]").check();
            button(page, "Save");
            assertThat(page.locator(".notice")).hasText("Saved.");
            assertThat(page.locator(".lines")).containsText("Admin");

            button(page, "Deactivate");
            Locator question = question(page, script);
            assertThat(question).containsText("Deactivate Nora L.?");
            assertThat(question.getByText("Cancel")).isFocused();
            question.getByText("Cancel").click();
            button(page, "Deactivate");
            question(page, script).locator("button.danger").click();
            assertThat(page.locator(".notice")).containsText("Nora L. is deactivated.");
            button(page, "Reactivate");
            question(page, script).locator("button.primary").click();
            assertThat(page.locator(".notice")).containsText("Nora L. is active again.");
            button(page, "Deactivate");
            question(page, script).locator("button.danger").click();

            button(page, "Erase for good");
            question(page, script).locator("#typed").fill("nora");
            page.locator("button.danger[type=submit]").last().click();
            assertThat(page.locator("#mistyped")).isVisible();
            page.locator("#typed").fill(nora);
            page.locator(".confirm button.danger").click();
            assertThat(page.locator(".notice")).hasText("Erased for good.");
            page.navigate(address() + LIST + "?status=deactivated");
            assertThat(page.locator("main")).not().containsText("Nora");
        }
    }

    @ParameterizedTest(name = "script {0}")
    @ValueSource(booleans = {true, false})
    void adminInvitesAgainWithdrawsAndTheOtherJoins(boolean script) {
        String nils = address("nils");
        String otto = address("otto");
        try (BrowserContext context = browser(script, session);
                BrowserContext theirs = browser(script, null)) {
            Page page = open(context, LIST + "/new");
            page.locator("#email").fill(otto);
            button(page, "Add member");
            assertThat(page.locator(".invitation")).containsText("It works until");
            String withdrawn = invitation(otto, 1);
            button(page, "Withdraw invitation");
            question(page, script).locator("button[type=submit]").click();
            assertThat(page.locator(".notice")).hasText("The invitation is withdrawn.");
            Page late = open(theirs, withdrawn);
            assertThat(late.locator("h1")).hasText("This invitation does not work any more");

            page.navigate(address() + LIST + "/new");
            page.locator("#email").fill(nils);
            button(page, "Add member");
            String first = invitation(nils, 1);
            button(page, "Send a new link");
            assertThat(page.locator(".notice")).containsText("is on its way");
            Page join = open(theirs, invitation(nils, 2));
            assertThat(join).hasURL(address() + "/join");
            assertThat(join.locator("h1")).hasText("Join Acme");
            join.locator("#join").click();
            assertThat(join.locator("h1")).containsText("Connected apps");
            Page again = open(theirs, first);
            assertThat(again.locator("h1")).hasText("This invitation does not work any more");
            page.reload();
            assertThat(page.locator(".app-head .chip")).hasText("Active");
        }
    }

    private static String invitation(String address, int number) {
        String link = mailTo(address, number)
                .text()
                .lines()
                .map(String::strip)
                .filter(line -> line.contains("/join/"))
                .findFirst()
                .orElseThrow();
        return link.substring(link.indexOf("/join/"));
    }

    @ParameterizedTest(name = "script {0}")
    @ValueSource(booleans = {true, false})
    void adminEndsSessionsAndRemovesAccessOnAMembersBehalf(boolean script) {
        cast.everydayApps(cast.subject(dana));
        String hers = cast.signIn(cast.subject(dana));
        cast.signIn(cast.subject(dana));
        try (BrowserContext context = browser(script, session)) {
            Page page = open(context, LIST + "/" + dana.wireId());
            button(page, "Sign out everywhere");
            assertThat(page.locator(".notice")).containsText("Dana Ruiz is signed out everywhere.");
            assertThat(call("/").as(hers).get().statusCode()).isEqualTo(303);

            link(page, "Manage 6 apps");
            assertThat(page.locator(".acting")).containsText("Acting on Dana Ruiz’s apps");
            page.locator("tbody tr", new Page.LocatorOptions().setHasText("Ledgerline"))
                    .getByText("Remove access")
                    .click();
            Locator question = question(page, script);
            assertThat(page.locator(script ? "dialog .acting" : ".acting")).isVisible();
            question.locator("button.danger").click();
            // Nothing is sent without a reason: the browser itself asks for it.
            assertThat(question.locator("#reason")).isFocused();
            question.locator("#reason").fill("No longer needed");
            question.locator("button.danger").click();
            assertThat(page.locator(".notice")).containsText("Access removed just now · Ledgerline");
            assertThat(page.locator("tbody tr")).hasCount(5);

            page.locator("[data-pick]").first().check();
            page.locator("[data-pick]").nth(1).check();
            page.locator("#bulk button[type=submit]").click();
            question = question(page, script);
            assertThat(question).containsText("Remove access for 2 apps?");
            question.locator("#reason").fill("Cleaning up");
            question.locator("[name=tell]").uncheck();
            question.locator("button.danger").click();
            assertThat(page.locator("h1")).hasText("Access removed for 2 apps");
        }
        assertThat(page("/", cast.signIn(cast.subject(dana))).select("tbody .app-name"))
                .hasSize(3);
        assertThat(mailTo(dana.emailAddress(), 1).text()).contains("Ledgerline", "No longer needed");
    }
}
