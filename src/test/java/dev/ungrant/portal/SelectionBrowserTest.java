package dev.ungrant.portal;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.ungrant.connectedapps.ClientType;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.rbac.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many apps at once, lines with several registrations, and single connections, in a real browser. */
class SelectionBrowserTest extends PortalStory {
    private Subject subject;
    private String session;
    private List<ConnectedApp> apps;
    private ConnectedApp claw;
    private ConnectedApp otherClaw;

    @BeforeEach
    void connect() {
        subject = cast.subject(cast.member("Ben Okafor"));
        session = cast.signIn(subject);
        apps = cast.everydayApps(subject);
        claw = agent();
        otherClaw = agent();
        ConnectedApp calendar = cast.app("Calendar", ClientType.THIRD_PARTY, "https://calendar.example", true);
        UUID grant = cast.grant(subject, calendar, "openid calendar:read", 60, 3, 0, false);
        cast.connection(subject, grant, "calendar.example", "", "203.0.113.7", 60, 1);
        cast.connection(subject, grant, "", "calendar-cli/2.0", "198.51.100.9", 10, 5);
        cast.connection(subject, grant, "", "", "", 5, 5);
        apps.add(calendar);
    }

    private ConnectedApp agent() {
        ConnectedApp app = cast.app("Claw", ClientType.THIRD_PARTY_PUBLIC, "https://claw.example", false);
        cast.selfRegistered(app);
        cast.grant(subject, app, "openid", 9, 24 * 8, 0, true);
        return app;
    }

    private static Locator row(Page page, String name) {
        return page.locator("tbody > tr", new Page.LocatorOptions().setHasText(name));
    }

    private static Locator box(Page page, String name) {
        return page.getByLabel("Select " + name, new Page.GetByLabelOptions().setExact(true));
    }

    private List<String> names() {
        return page("/", session).select("tbody .app-name").eachText();
    }

    @Test
    void personTicksTwoAppsAndRemovesThemInADialog() {
        try (BrowserContext context = browser(options(), session)) {
            Page page = open(context, "/");
            Locator bar = page.locator("#bulk");
            assertThat(bar).isHidden();
            box(page, "Ledgerline").check();
            assertThat(bar).isVisible();
            assertThat(page.locator("[data-selected]")).hasText("1 selected");
            box(page, "Claw").check();
            assertThat(page.locator("[data-selected]")).hasText("2 selected");
            assertThat(page.locator("#announcement")).hasText("2 selected");
            bar.getByText("Remove access").click();
            Locator dialog = page.locator("dialog[open]");
            assertThat(dialog.locator("h2")).hasText("Remove access for 2 apps?");
            assertThat(dialog.locator(".going")).containsText("Claw 2 registrations");
            assertThat(dialog.getByText("Keep them")).isFocused();
            page.keyboard().press("Escape");
            assertThat(dialog).hasCount(0);
            assertThat(bar.getByText("Remove access")).isFocused();
            assertThat(page.locator("[data-selected]")).hasText("2 selected");

            page.keyboard().press("Enter");
            dialog.locator(".danger").dblclick();
            assertThat(page.locator("tr.receipt")).hasCount(2);
            assertThat(page.locator("tr.receipt", new Page.LocatorOptions().setHasText("Ledgerline")))
                    .containsText("1 token ended");
            assertThat(page.locator("tr.receipt", new Page.LocatorOptions().setHasText("Claw")))
                    .containsText("2 tokens ended");
            assertThat(dialog).hasCount(0);
            assertThat(bar).isHidden();
            assertThat(page.locator("#app-count")).hasText("6");
            assertThat(page.locator("#announcement")).hasText("Access removed for 2 apps");
            assertThat(page.evaluate("document.activeElement.textContent").toString())
                    .contains("Remove access");
            assertThat(names()).hasSize(6).doesNotContain("Ledgerline", "Claw");
        }
    }

    @Test
    void personWithoutScriptRemovesSeveralApps() {
        try (BrowserContext context = browser(options().setJavaScriptEnabled(false), session)) {
            Page page = open(context, "/");
            assertThat(page.locator("#bulk")).isHidden();
            assertThat(page.locator("[data-page]")).isHidden();
            box(page, "Ledgerline").check();
            box(page, "Taskfold").check();
            page.locator("#bulk").getByText("Remove access").click();
            assertThat(page.locator("h1")).hasText("Remove access for 2 apps?");
            assertThat(page.getByText("Keep them")).isFocused();
            page.locator(".danger").click();
            assertThat(page.locator("h1")).hasText("Access removed for 2 apps");
            assertThat(page.locator(".receipts li")).hasCount(2);
            page.reload();
            assertThat(page.locator(".receipts li")).hasCount(2);
            page.getByText("All apps").click();
            assertThat(row(page, "Ledgerline")).hasCount(0);

            row(page, "calendar.example").getByText("3 connections").click();
            assertThat(row(page, "calendar.example")).containsText("calendar-cli on a device");
            row(page, "Claw").locator(".inside summary").click();
            row(page, "Claw")
                    .locator(".inside")
                    .getByText("Remove access")
                    .first()
                    .click();
            page.locator(".danger").click();
            assertThat(row(page, "Claw")).hasCount(1);
            assertThat(row(page, "Claw").locator(".inside")).hasCount(0);
        }
    }

    @Test
    void personWithoutAMouseRemovesSeveralApps() {
        try (BrowserContext context = browser(options(), session)) {
            Page page = open(context, "/");
            box(page, "Taskfold").focus();
            page.keyboard().press("Space");
            box(page, "Ledgerline").focus();
            page.keyboard().press("Space");
            for (int i = 0; i < 80 && !onBar(page); i++) {
                page.keyboard().press("Tab");
            }
            assertThat(onBar(page)).isTrue();
            page.keyboard().press("Enter");
            assertThat(page.locator("dialog").getByText("Keep them")).isFocused();
            page.keyboard().press("Tab");
            page.keyboard().press("Enter");
            assertThat(page.locator("tr.receipt")).hasCount(2);
            assertThat(names()).doesNotContain("Taskfold", "Ledgerline");
        }
    }

    private static boolean onBar(Page page) {
        return (Boolean) page.evaluate("document.activeElement.matches('#bulk [type=submit]')");
    }

    @Test
    void boxInTheHeadingTicksThePageAndTheBarAllThatMatch() {
        for (int i = 0; i < 25; i++) {
            cast.grant(
                    subject, cast.app("Old " + i, ClientType.THIRD_PARTY, null, false), "openid", 90, 24 * 40, 0, true);
        }
        try (BrowserContext context = browser(options(), session)) {
            Page page = open(context, "/");
            page.getByText("Review 26 unused apps").click();
            assertThat(page).hasURL(address() + "/?unused=30");
            page.locator("[data-page]").check();
            assertThat(page.locator("[data-selected]")).hasText("25 selected");
            box(page, "Old 3").uncheck();
            assertThat(page.locator("[data-selected]")).hasText("24 selected");
            assertThat((Boolean) page.evaluate("document.querySelector('[data-page]').indeterminate"))
                    .isTrue();
            page.getByText("Select all 26 that match").click();
            assertThat(page.locator("[data-selected]")).hasText("26 selected");
            page.locator("#bulk [type=submit]").click();
            assertThat(page.locator("dialog h2")).hasText("Remove access for 26 apps?");
            page.locator("dialog .danger").click();
            assertThat(page.locator("h1")).hasText("Access removed for 26 apps");
            assertThat(names()).hasSize(7);
        }
    }

    @Test
    void errorsStayInTheDialogAndFailuresOfferToTryAgain() {
        try (BrowserContext context = browser(options(), session)) {
            Page page = open(context, "/");
            page.route("**/apps/selected", com.microsoft.playwright.Route::abort);
            box(page, "Ledgerline").check();
            page.locator("#bulk [type=submit]").click();
            assertThat(page.locator("#problem")).containsText("No answer from the server");
            page.unroute("**/apps/selected");
            page.locator("#problem").getByText("Retry").click();
            assertThat(page.locator("dialog h2")).hasText("Remove access for 1 app?");
            assertThat(page.locator("#problem .message")).hasCount(0);
            page.evaluate("document.querySelector('dialog input[name=form_token]').value = '00'");
            page.locator("dialog .danger").click();
            assertThat(page.locator("dialog #dialog-problem")).containsText("Please try that again");
            assertThat(page.locator("dialog #dialog-problem")).containsText("request-id-test-");
            assertThat(names()).contains("Ledgerline");
            page.keyboard().press("Escape");

            page.route("**/?q=*", com.microsoft.playwright.Route::abort);
            page.locator("#q").fill("ledger");
            assertThat(page.locator("#problem")).containsText("Retry");
            assertThat(page.locator("tbody > tr")).hasCount(8);
            page.unroute("**/?q=*");
            page.locator("#problem").getByText("Retry").click();
            assertThat(page.locator("tbody > tr")).hasCount(1);
            complainsOf("net::ERR_FAILED", "Failed to fetch");
        }
    }

    @Test
    void oneRegistrationGoesFromWithinItsLine() {
        try (BrowserContext context = browser(options(), session)) {
            Page page = open(context, "/");
            Locator line = row(page, "Claw");
            line.locator(".inside summary").click();
            line.locator(".inside button").first().click();
            assertThat(page.locator("dialog h2")).hasText("Remove access for Claw?");
            page.locator("dialog .danger").click();
            assertThat(line.locator("li.receipt")).containsText("Access removed just now");
            assertThat(line.locator("li:not(.receipt) button")).isFocused();
            assertThat(page.locator("#app-count")).hasText("8");
            line.locator("li:not(.receipt) button").click();
            page.locator("dialog .danger").click();
            assertThat(line.locator("li.receipt")).hasCount(2);
            assertThat(page.locator("#app-count")).hasText("7");
            assertThat(names()).doesNotContain("Claw");
        }
    }

    @Test
    void connectionEndsAndTheAppStays() {
        try (BrowserContext context = browser(options(), session)) {
            Page page = open(context, "/");
            row(page, "calendar.example").getByText("3 connections").click();
            row(page, "calendar.example").getByText("Manage connections").click();
            assertThat(page.locator("#connections .connections > li")).hasCount(3);
            page.locator("#connections button").first().click();
            assertThat(page.locator("dialog h2")).hasText("End this connection of Calendar?");
            assertThat(page.locator("dialog")).containsText("keeps its access");
            page.locator("dialog").getByText("End connection").click();
            assertThat(page.locator("#connections li.receipt")).containsText("Connection ended just now");
            assertThat(page.locator("#connections button").first()).isFocused();
            page.reload();
            assertThat(page.locator("#connections .connections > li")).hasCount(2);
            assertThat(names()).contains("Calendar");
        }
    }

    /** WCAG 2.2, 2.4.11: whatever has the focus is to be seen, at least in part. */
    @Test
    void focusIsNeverUnderTheBar() {
        try (BrowserContext context = browser(options().setViewportSize(320, 560), session)) {
            Page page = open(context, "/");
            for (Locator summary : page.locator(".inside summary").all()) {
                summary.click();
            }
            page.locator("[data-pick]").first().check();
            page.locator("[data-page]").focus();
            int stops = 0;
            for (int i = 0; i < 120 && !onBar(page); i++) {
                page.keyboard().press("Tab");
                if ((Boolean) page.evaluate("document.activeElement.closest('#bulk') !== null")) {
                    continue;
                }
                stops++;
                assertThat(page.evaluate("""
                                (() => {
                                  const focus = document.activeElement.getBoundingClientRect();
                                  const bar = document.getElementById('bulk').getBoundingClientRect();
                                  return focus.bottom <= bar.top || focus.top >= bar.bottom;
                                })()"""))
                        .as("%s", page.evaluate("document.activeElement.outerHTML"))
                        .isEqualTo(true);
            }
            assertThat(stops).isGreaterThan(20);
        }
    }

    @Test
    void axeFindsNothingSeriousAndNothingScrollsSideways() {
        List<String> found = new ArrayList<>();
        String calendar = "/apps/" + apps.getLast().wireId();
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : List.of(1280, 320)) {
                try (BrowserContext context =
                        browser(options().setColorScheme(scheme).setViewportSize(width, 800), session)) {
                    Page page = open(context, "/");
                    for (Locator summary : page.locator(".inside summary").all()) {
                        summary.click();
                    }
                    page.locator("[data-pick]").first().check();
                    judge(page, scheme + " bar", width, found);
                    page.locator("#bulk [type=submit]").click();
                    assertThat(page.locator("dialog[open] .confirm")).isVisible();
                    page.waitForTimeout(300);
                    judge(page, scheme + " dialog", width, found);
                    page.navigate(address() + calendar);
                    judge(page, scheme + " detail", width, found);
                    page.locator("#connections button").first().click();
                    assertThat(page.locator("dialog[open] .confirm")).isVisible();
                    page.waitForTimeout(300);
                    judge(page, scheme + " end", width, found);
                    page.navigate(address() + "/organization/apps");
                    judge(page, scheme + " hidden", width, found);
                    page.navigate(address() + "/removed/none");
                    judge(page, scheme + " receipts", width, found);
                }
            }
        }
        assertThat(found).isEmpty();
    }

    private static void judge(Page page, String name, int width, List<String> found) {
        if (!Integer.valueOf(width).equals(page.evaluate("document.documentElement.scrollWidth"))) {
            found.add(name + " scrolls sideways at " + width);
        }
        judge(page, name, found);
    }
}
