package dev.ungrant.portal;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Cookie;
import dev.ungrant.connectedapps.ClientType;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.rbac.Subject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The portal in a real browser: with script, without, by keyboard alone, and as axe and the CSP see it. */
class PortalBrowserTest extends PortalStory {
    private Subject subject;
    private String session;
    private List<ConnectedApp> apps;

    @BeforeEach
    void connect() {
        subject = cast.subject(cast.member("Ben Okafor"));
        session = cast.signIn(subject);
        apps = cast.everydayApps(subject);
    }

    private static Locator row(Page page, String name) {
        return page.locator("tbody tr", new Page.LocatorOptions().setHasText(name));
    }

    @Test
    void personRemovesAccessInADialog() {
        try (BrowserContext context = browser(options(), session)) {
            Page page = open(context, "/");
            Locator remove = row(page, "Research Agent").getByText("Remove access");
            remove.click();
            Locator dialog = page.locator("dialog[open]");
            assertThat(dialog).hasAttribute("role", "alertdialog");
            assertThat(dialog.locator("h2")).hasText("Remove access for Research Agent?");
            assertThat(dialog.getByText("Keep")).isFocused();
            page.keyboard().press("Escape");
            assertThat(dialog).hasCount(0);
            assertThat(row(page, "Research Agent").locator("button")).isFocused();

            remove.click();
            dialog.locator(".danger").dblclick();
            assertThat(page.locator("tr.receipt"))
                    .containsText("Access removed just now · Research Agent · 1 token ended");
            assertThat(page.locator("tr.receipt")).containsText("request-id-test-");
            assertThat(dialog).hasCount(0);
            assertThat(row(page, "Ledgerline").locator("button")).isFocused();
            assertThat(page.locator("#announcement")).containsText("Access removed just now");
            assertThat(page.locator("#app-count")).hasText("5");
            assertThat(page("/", session).select("tbody .app-name").eachText()).doesNotContain("Research Agent");
        }
    }

    @Test
    void buttonSaysThatItIsRemovingAndErrorsStayInTheDialog() {
        try (BrowserContext context = browser(options(), session)) {
            Page page = open(context, "/");
            row(page, "Ledgerline").getByText("Remove access").click();
            Locator button = page.locator("dialog .danger");
            assertThat(button).isVisible();
            double width = button.boundingBox().width;
            page.route("**/revoke", route -> {
                assertThat(button).hasClass(java.util.regex.Pattern.compile(".*busy.*"));
                assertThat(button).hasAttribute("aria-disabled", "true");
                assertThat(button.locator(".swap > :last-child")).isVisible();
                assertThat(button.boundingBox().width).isBetween(width, width + 30);
                route.abort();
            });
            button.click();
            assertThat(page.locator("dialog #dialog-problem")).containsText("No answer from the server");
            assertThat(button).hasAttribute("aria-disabled", "false");
            page.unroute("**/revoke");

            // The session is gone meanwhile in so far as its forms are: the refusal is shown where the person looks.
            page.evaluate("document.querySelector('dialog input[name=form_token]').value = '00'");
            button.click();
            assertThat(page.locator("dialog #dialog-problem")).containsText("Please try that again");
            assertThat(page.locator("dialog #dialog-problem")).containsText("request-id-test-");
            assertThat(row(page, "Ledgerline")).hasCount(1);
            complainsOf("net::ERR_FAILED", "Failed to fetch");
        }
    }

    @Test
    void personWithoutScriptRemovesAccess() {
        try (BrowserContext context = browser(options().setJavaScriptEnabled(false), session)) {
            Page page = open(context, "/");
            row(page, "Research Agent").getByText("Remove access").click();
            assertThat(page.locator("h1")).hasText("Remove access for Research Agent?");
            assertThat(page.getByText("Keep")).isFocused();
            page.locator(".danger").click();
            assertThat(page.locator(".notice")).containsText("Access removed just now");
            assertThat(row(page, "Research Agent")).hasCount(0);
            page.locator("#status").selectOption("removed");
            page.getByText("Apply").click();
            assertThat(row(page, "Research Agent")).containsText("You removed access");
        }
    }

    @Test
    void personWithoutAMouseRemovesAccess() {
        try (BrowserContext context = browser(options(), session)) {
            Page page = open(context, "/");
            page.keyboard().press("Tab");
            assertThat(page.locator(".skip")).isFocused();
            page.keyboard().press("Enter");
            tabTo(page, "Remove access for Research Agent");
            page.keyboard().press("Enter");
            assertThat(page.locator("dialog").getByText("Keep")).isFocused();
            page.keyboard().press("Tab");
            assertThat(page.locator("dialog .danger")).isFocused();
            page.keyboard().press("Enter");
            assertThat(page.locator("tr.receipt")).containsText("Research Agent");
            assertThat(row(page, "Ledgerline").locator("button")).isFocused();
            page.keyboard().press("Enter");
            assertThat(page.locator("dialog h2")).hasText("Remove access for Ledgerline?");
            page.keyboard().press("Enter");
            assertThat(page.locator("dialog[open]")).hasCount(0);
            assertThat(row(page, "Ledgerline").locator("button")).isFocused();
        }
    }

    private static void tabTo(Page page, String text) {
        for (int i = 0; i < 30; i++) {
            page.keyboard().press("Tab");
            if (page.evaluate("document.activeElement.textContent")
                    .toString()
                    .strip()
                    .equals(text)) {
                return;
            }
        }
        throw new AssertionError("the keyboard does not reach: " + text);
    }

    @Test
    void filtersWorkWhileOneTypesAndTheAddressFollows() {
        try (BrowserContext context = browser(options(), session)) {
            Page page = open(context, "/");
            page.locator("#q").fill("ledger");
            assertThat(page.locator("tbody tr")).hasCount(1);
            assertThat(page.locator("#app-count")).hasText("1");
            assertThat(page).hasURL(address() + "/?q=ledger");
            assertThat(page.locator("#q")).isFocused();
            assertThat(page.locator("#announcement")).containsText("1 of 6 apps matches");
            page.locator("#publisher").selectOption("unverified");
            assertThat(page.locator(".empty")).containsText("“ledger”, Not verified");
            page.reload();
            assertThat(page.locator("#app-count")).hasText("0");
        }
    }

    @Test
    void axeFindsNothingSerious() {
        String nobody = cast.signIn(cast.subject(cast.member("Nora")));
        String detail = "/apps/" + apps.getFirst().wireId();
        List<String> found = new ArrayList<>();
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            try (BrowserContext context = browser(options().setColorScheme(scheme), session)) {
                for (String path : List.of(
                        "/",
                        "/?q=zzz",
                        "/?status=removed",
                        detail,
                        detail + "/revoke",
                        "/sessions",
                        "/sign-in",
                        "/nothing")) {
                    Page page = open(context, path);
                    judge(page, scheme + " " + path, found);
                    page.close();
                }
                Page dialog = open(context, "/");
                row(dialog, "Ledgerline").getByText("Remove access").click();
                assertThat(dialog.locator("dialog[open] .confirm")).isVisible();
                dialog.waitForTimeout(300);
                judge(dialog, scheme + " dialog", found);
                context.addCookies(List.of(new Cookie("s", nobody).setUrl(address())));
                judge(open(context, "/"), scheme + " empty", found);
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void nothingScrollsSidewaysOnANarrowPhone() {
        cast.grant(
                subject,
                cast.app("W".repeat(120), ClientType.THIRD_PARTY, "https://" + "w".repeat(60) + ".example", false),
                "openid x:" + "y".repeat(200),
                1,
                1,
                0,
                true);
        String detail = "/apps/" + apps.getFirst().wireId();
        try (BrowserContext context = browser(options().setViewportSize(320, 640), session)) {
            for (String path :
                    List.of("/", "/?q=zzz", detail, detail + "/revoke", "/sessions", "/sign-in", "/nothing")) {
                Page page = open(context, path);
                assertThat(page.evaluate("document.documentElement.scrollWidth"))
                        .as(path)
                        .isEqualTo(320);
                page.close();
            }
        }
    }

    @Test
    void pageTakesAtMostFiveRequestsAndFiftyKilobytes() {
        try (BrowserContext context = browser(options(), session)) {
            List<Integer> sizes = new ArrayList<>();
            context.onRequestFinished(
                    request -> sizes.add(request.sizes().responseBodySize + request.sizes().responseHeadersSize));
            Page page = open(context, "/");
            page.waitForLoadState(com.microsoft.playwright.options.LoadState.NETWORKIDLE);
            assertThat(requests).hasSizeLessThanOrEqualTo(5).allMatch(url -> url.startsWith(address()));
            assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isLessThan(50_000);
        }
    }

    @Test
    void hostileNamesStayInert() {
        ConnectedApp app = cast.app(PortalCast.HOSTILE_NAME, ClientType.THIRD_PARTY, null, false);
        cast.grant(subject, app, "openid <img/src=x/onerror=alert(3)>", 1, 1, 0, true);
        try (BrowserContext context = browser(options(), session)) {
            Page page = open(context, "/");
            row(page, "onerror").getByText("Remove access").click();
            assertThat(page.locator("dialog h2")).containsText(PortalCast.HOSTILE_NAME.substring(0, 40));
            page.locator("dialog .danger").click();
            assertThat(page.locator("tr.receipt")).containsText("<script>alert(1)</script>");
        }
    }

    @Test
    void injectedHtmxAttributesWithoutTheNonceAreStripped() {
        try (BrowserContext context = browser(options(), session)) {
            Page page = open(context, "/");
            page.route(
                    "**/apps/*/revoke",
                    route -> route.fulfill(
                            new com.microsoft.playwright.Route.FulfillOptions()
                                    .setStatus(200)
                                    .setContentType("text/html")
                                    .setBody(
                                            "<div class=\"confirm\"><a id=\"evil\" href=\"#\" hx-get=\"/evil\" hx-trigger=\"load\">x</a></div>")));
            row(page, "Ledgerline").getByText("Remove access").click();
            page.locator("#evil").waitFor();
            page.waitForTimeout(300);
            assertThat(requests).noneMatch(url -> url.endsWith("/evil"));
            assertThat(page.locator("#evil")).not().hasAttribute("hx-get", "/evil");
            complainsOf("no hx-nonce attribute");
        }
    }
}
