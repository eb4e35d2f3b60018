package dev.ungrant.portal;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import dev.ungrant.connectedapps.ClientType;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.members.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody who answers for an organization, and the apps that can act for its people. */
final class InventoryBrowserTest extends PortalStory {
    private static final String PATH = "/organization/apps";

    private final List<Member> people = new ArrayList<>();
    private ConnectedApp sync;
    private ConnectedApp notes;
    private String session;

    @BeforeEach
    void fill() {
        session = cast.signIn(cast.subject(cast.admin("Ada Lindqvist")));
        sync = cast.app("Northwind Sync", ClientType.THIRD_PARTY, "https://northwind.example", true);
        notes = cast.app("Acme Notes", ClientType.FIRST_PARTY, null, false);
        for (String name : List.of("Ben Okafor", "Dana Ruiz", "Erik Sandvik", "Fatima Noor", "Grace Liu")) {
            Member member = cast.member(name);
            people.add(member);
            cast.grant(
                    cast.subject(member),
                    sync,
                    "openid calendar:read calendar:write offline_access",
                    90,
                    name.startsWith("E") ? 24 * 70 : 3,
                    0,
                    true);
        }
        cast.grant(cast.subject(people.getFirst()), notes, "openid notes:read", 40, 5, 0, true);
    }

    @ParameterizedTest(name = "script {0}")
    @ValueSource(booleans = {true, false})
    void adminFindsAnAppAndRemovesItForOneForSomeAndForEverybody(boolean script) {
        try (BrowserContext context = browser(script, session)) {
            Page page = open(context, PATH);
            page.getByPlaceholder("Search apps").fill("north");
            if (!script) {
                button(page, "Apply");
            }
            assertThat(page.locator("table.inventory tbody tr")).hasCount(1);
            assertThat(page).hasURL(Pattern.compile("q=north"));
            link(page, "Northwind Sync");
            assertThat(page.locator("h1")).hasText("Northwind Sync");

            page.locator("tbody tr", new Page.LocatorOptions().setHasText("Ben Okafor"))
                    .locator("button")
                    .click();
            assertThat(page.locator("h1")).hasText("Remove access of Northwind Sync for 1 person?");
            page.getByLabel("Reason").fill("Left the team");
            page.locator(".danger").click();
            assertThat(page.locator(".notice")).containsText("Access was removed.");
            assertThat(page.locator("table.inventory tbody tr")).hasCount(4);

            Locator boxes = page.locator("[data-pick]");
            boxes.nth(0).check();
            boxes.nth(1).check();
            if (script) {
                assertThat(page.locator("[data-selected]")).hasText("2 selected");
            }
            button(page, "Ask to approve again");
            assertThat(page.locator("h1")).hasText("Ask 2 people to approve Northwind Sync again?");
            page.getByLabel("Reason").fill("Review");
            page.getByLabel("Tell the 2 people by mail").uncheck();
            page.getByLabel("To confirm, type").fill("2");
            page.locator("form.answers [type=submit]").click();
            report(page, script, "New approval asked for 2 times");
            page.locator("a.back").click();
            assertThat(page.getByText("Needs a new approval")).hasCount(2);

            button(page, "Remove for everyone");
            assertThat(page.locator("h1")).hasText("Remove access of Northwind Sync for 4 people?");
            page.getByLabel("Reason").fill("Incident 12");
            page.getByLabel("To confirm, type").fill("Northwind");
            page.locator(".danger").click();
            assertThat(page.locator("#typed[aria-invalid]")).isVisible();
            assertThat(page.getByLabel("Reason")).hasValue("Incident 12");
            page.getByLabel("To confirm, type").fill("Northwind Sync");
            page.locator(".danger").click();
            report(page, script, "Access removed 4 times");
            page.locator("a.back").click();
            assertThat(page.locator("h1")).hasText("Northwind Sync");
            assertThat(page.locator(".empty")).containsText("Nobody uses it");
        }
        assertThat(page(PATH, session).select("table.inventory tbody .app-name").eachText())
                .containsExactly("Acme Notes");
    }

    /** With script the page asks by itself how far the job is; without, the person does. */
    private void report(Page page, boolean script, String line) {
        assertThat(page).hasURL(Pattern.compile("/organization/jobs/"));
        for (int i = 0; !script && i < 100 && page.locator("#job h2").count() == 0; i++) {
            page.waitForTimeout(100);
            page.reload();
        }
        assertThat(page.locator("#job h2"))
                .hasText("Report", new LocatorAssertions.HasTextOptions().setTimeout(30_000));
        assertThat(page.locator("#job")).containsText(line);
    }

    @ParameterizedTest(name = "script {0}")
    @ValueSource(booleans = {true, false})
    void viewsFiltersAndExportGoTogether(boolean script) throws IOException {
        try (BrowserContext context = browser(script, session)) {
            Page page = open(context, PATH);
            link(page, "By person");
            assertThat(page.locator("table.inventory tbody tr")).hasCount(5);
            link(page, "2 apps of Ben Okafor");
            assertThat(page.locator(".acting")).containsText("Acting on Ben Okafor’s apps");
            page.goBack();
            link(page, "Flat list");
            assertThat(page.locator(".switch [aria-current]")).hasText("Flat list");
            page.locator("#unused").selectOption("30");
            if (!script) {
                button(page, "Apply");
            }
            assertThat(page).hasURL(Pattern.compile("unused=30"));
            assertThat(page.locator("table.inventory tbody tr")).hasCount(1);
            Download download =
                    page.waitForDownload(() -> page.locator("#export").click());
            assertThat(Files.readAllLines(download.path()))
                    .hasSize(2)
                    .last()
                    .asString()
                    .contains("Erik Sandvik");
        }
    }
}
