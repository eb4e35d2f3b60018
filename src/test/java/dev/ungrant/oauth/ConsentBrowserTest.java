package dev.ungrant.oauth;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Cookie;
import dev.ungrant.Browser;
import dev.ungrant.TestSession;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.Policy;
import dev.ungrant.rbac.Role;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way from an app to a yes and back, in a real browser: with script, without, by keyboard, and as axe and the CSP see it. */
class ConsentBrowserTest extends HostedPageTest {
    @Inject
    Policies policies;

    private LoopbackApp app;
    private final List<String> complaints = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();

    @BeforeEach
    void openApp() {
        app = new LoopbackApp();
        calendar =
                app(backend, "third_party", Map.of("client_name", "Calendar", "redirect_urls", List.of(app.address())));
        policies.replace(
                backend.project().projectId(),
                new Policy(
                        List.of(),
                        List.of(),
                        List.of(
                                new Policy.Scope("calendar:read", "Read it", List.of()),
                                new Policy.Scope("calendar:write", "Write it", List.of()),
                                new Policy.Scope(
                                        "ledger:export",
                                        "Export the ledger",
                                        List.of(new Role.ResourceActions("ledger", List.of("export")))))));
    }

    @AfterEach
    void closeApp() {
        app.close();
    }

    private static com.microsoft.playwright.Browser.NewContextOptions options() {
        return new com.microsoft.playwright.Browser.NewContextOptions().setViewportSize(1280, 900);
    }

    private BrowserContext browser(com.microsoft.playwright.Browser.NewContextOptions options) {
        return Browser.chromium().newContext(options);
    }

    private BrowserContext signedIn(com.microsoft.playwright.Browser.NewContextOptions options) {
        BrowserContext context = browser(options);
        context.addCookies(List.of(new Cookie("s", portalSession(backend, ben))
                .setUrl(server.getURI().toString())));
        return context;
    }

    private Page page(BrowserContext context) {
        Page page = context.newPage();
        page.onConsoleMessage(message -> complaints.add(message.text()));
        page.onPageError(complaints::add);
        page.onRequest(request -> requests.add(request.url()));
        return page;
    }

    private void visit(Page page, Map<String, String> more, String... scopes) {
        Map<String, String> parameters = asking(calendar, more, scopes);
        parameters.put("redirect_uri", app.address());
        page.navigate(uri(authorize(parameters)).toString());
    }

    private void signIn(Page page, String emailAddress) {
        int before = TestSession.mailbox().mailsTo(emailAddress).size();
        page.locator("#email").fill(emailAddress);
        page.locator("#sign-in-send").click();
        page.locator("#code").fill(mailedCode(emailAddress, before));
        page.locator("#sign-in-enter").click();
    }

    private Connection redeemed() {
        Map<String, String> answer = app.answer();
        assertThat(answer).containsEntry("iss", issuer()).containsEntry("state", "state-1");
        Map<String, String> form = calendar.credentials();
        form.put("grant_type", "authorization_code");
        form.put("code", answer.get("code"));
        form.put("redirect_uri", app.address());
        form.put("code_verifier", verifier);
        Answer token = form("/v1/public/" + backend.project().wireId() + "/oauth2/token", form)
                .ok();
        return new Connection(calendar, token.text("access_token"), token.text("refresh_token"), token);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void personSignsInChoosesTheOrganizationAllowsAndTakesItBack(boolean script) {
        String address = (String) ben.get("email_address");
        backend.member(backend.organization("Globex"), address);
        try (BrowserContext context = browser(options().setJavaScriptEnabled(script))) {
            Page page = page(context);
            visit(page, Map.of(), "openid", "calendar:write", "offline_access");
            assertThat(page.locator("#sign-in-app")).hasText("to go on to \u2068Calendar\u2069");
            signIn(page, address);
            assertThat(page.locator("h1")).hasText("Where do you want to go?");
            page.locator(".choice", new Page.LocatorOptions().setHasText("Acme"))
                    .click();
            assertThat(page.locator("#consent-place")).hasText("Acme");
            page.locator("#consent-allow").click();
            assertThat(page.locator("h1")).hasText("Back in the app");
            Connection connection = redeemed();
            assertThat(isActive(calendar, connection.accessToken())).isTrue();

            // The person takes it back on the portal's own page, and the app asks anew.
            page.navigate(server.getURI().toString());
            page.locator("tbody tr", new Page.LocatorOptions().setHasText("Calendar"))
                    .getByText("Remove access")
                    .first()
                    .click();
            page.locator(".confirm .danger").click();
            assertThat(page.getByText("Access removed just now").first()).isVisible();
            assertThat(isActive(calendar, connection.accessToken())).isFalse();
            refusedAs(refresh(connection), 400, "invalid_grant");
            visit(page, Map.of("prompt", "none"), "openid");
            assertThat(app.answer()).containsEntry("error", "consent_required");
            visit(page, Map.of(), "openid");
            assertThat(page.locator("#consent-allow")).isVisible();
            page.locator("#consent-deny").click();
            assertThat(page.locator("h1")).hasText("Back in the app");
            assertThat(app.answer()).containsEntry("error", "access_denied").containsEntry("iss", issuer());
            assertThat(complaints).isEmpty();
        }
    }

    @Test
    void appThatNeedNotAskIsReachedStraightFromTheSignIn() {
        try (BrowserContext context = signedIn(options())) {
            Page page = page(context);
            visit(page, Map.of(), "openid");
            page.locator("#consent-allow").click();
            assertThat(page.locator("h1")).hasText("Back in the app");
            visit(page, Map.of("prompt", "login"), "openid");
            signIn(page, (String) ben.get("email_address"));
            assertThat(page.locator("h1")).hasText("Back in the app");
            assertThat(complaints).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void answerByFormGoesOnByItselfOrByAButton(boolean script) {
        try (BrowserContext context = signedIn(options().setJavaScriptEnabled(script))) {
            Page page = page(context);
            visit(page, Map.of("response_mode", "form_post"), "openid");
            page.locator("#consent-allow").click();
            if (!script) {
                page.locator("#form-post-continue").click();
            }
            assertThat(page.locator("h1")).hasText("Back in the app");
            redeemed();
            assertThat(complaints).isEmpty();
        }
    }

    @Test
    void personWithoutAMouseDecides() {
        try (BrowserContext context = signedIn(options())) {
            Page page = page(context);
            visit(page, Map.of(), "openid");
            page.keyboard().press("Tab");
            assertThat(page.locator(".skip")).isFocused();
            page.keyboard().press("Enter");
            List<String> order = new ArrayList<>();
            for (int i = 0; i < 6 && !order.contains("consent-allow"); i++) {
                page.keyboard().press("Tab");
                order.add((String) page.evaluate("document.activeElement.id"));
            }
            assertThat(order).containsExactly("consent-switch", "consent-apps", "consent-deny", "consent-allow");
            page.keyboard().press("Enter");
            assertThat(page.locator("h1")).hasText("Back in the app");
            redeemed();
        }
    }

    // R04, as it happens to people: two tabs.
    @Test
    void r04YesInOneTabAfterRemovalInAnotherIsAskedAgain() {
        try (BrowserContext context = signedIn(options())) {
            Page first = page(context);
            visit(first, Map.of(), "openid");
            first.locator("#consent-allow").click();
            assertThat(first.locator("h1")).hasText("Back in the app");
            Connection connection = redeemed();
            visit(first, Map.of("prompt", "consent"), "openid");
            Page second = page(context);
            second.navigate(server.getURI()
                    .resolve("/apps/" + calendar.id() + "/revoke")
                    .toString());
            second.locator(".danger").click();
            assertThat(second.getByText("Access removed just now").first()).isVisible();
            first.bringToFront();
            first.locator("#consent-allow").click();
            assertThat(first.locator("#consent-stale")).containsText("nothing was done");
            assertThat(isActive(calendar, connection.accessToken())).isFalse();
            assertThat(grantRows(backend.project(), ben)).isZero();
            first.locator("#consent-allow").click();
            assertThat(first.locator("h1")).hasText("Back in the app");
            redeemed();
            assertThat(complaints.stream().filter(complaint -> !complaint.contains("409")))
                    .isEmpty();
        }
    }

    @Test
    void doubleClickIsOneAnswer() {
        try (BrowserContext context = signedIn(options())) {
            Page page = page(context);
            visit(page, Map.of(), "openid");
            page.locator("#consent-allow").dblclick();
            assertThat(page.locator("h1")).hasText("Back in the app");
            redeemed();
        }
    }

    // Rules 14 and 15, E12.
    @Test
    void rule14PagesAreNotFramedAndLoadNothingFromElsewhere() {
        try (BrowserContext context = signedIn(options())) {
            Page page = page(context);
            visit(page, Map.of(), "openid", "calendar:write", "ledger:export");
            assertThat(requests).allMatch(url -> url.startsWith(server.getURI().toString()));
            String address = page.url();
            Page host = page(context);
            host.route(
                    "**/host",
                    route -> route.fulfill(new com.microsoft.playwright.Route.FulfillOptions()
                            .setContentType("text/html")
                            .setBody("<iframe src='" + address + "'></iframe>")));
            host.navigate("http://127.0.0.1:" + server.getPort() + "/host");
            host.waitForTimeout(500);
            assertThat(host.frames().stream().filter(frame -> frame.url().equals(address)))
                    .isEmpty();
        }
    }

    @Test
    void axeFindsNothingAndNothingScrollsSideways() {
        backend.member(backend.organization("Globex"), (String) ben.get("email_address"));
        List<String> found = new ArrayList<>();
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : List.of(1280, 320)) {
                try (BrowserContext context =
                        signedIn(options().setColorScheme(scheme).setViewportSize(width, 800))) {
                    Page page = page(context);
                    visit(page, Map.of(), "openid", "email", "calendar:write", "ledger:export", "offline_access");
                    Locator allow = page.locator("#consent-allow");
                    assertThat(allow).isVisible();
                    judge(page, scheme + " consent " + width, width, found);
                    page.evaluate("document.documentElement.dir = 'rtl'");
                    judge(page, scheme + " right to left " + width, width, found);
                    assertThat(page.locator("#consent-deny").boundingBox().height)
                            .isEqualTo(allow.boundingBox().height);
                    page.locator("#consent-switch").click();
                    page.waitForURL("**/switch**");
                    judge(page, scheme + " switch " + width, width, found);
                    page.navigate(uri("/oauth2/logout").toString());
                    judge(page, scheme + " logout " + width, width, found);
                    page.navigate(uri("/oauth2/authorize?client_id=x").toString());
                    judge(page, scheme + " error " + width, width, found);
                }
            }
        }
        assertThat(found).isEmpty();
    }

    private static void judge(Page page, String name, int width, List<String> found) {
        for (Rule rule : new AxeBuilder(page).analyze().getViolations()) {
            found.add(name + ": " + rule.getId() + " "
                    + rule.getNodes().getFirst().getHtml());
        }
        Object scroll = page.evaluate("document.documentElement.scrollWidth");
        if (!scroll.equals(width)) {
            found.add(name + " scrolls to " + scroll);
        }
        if (System.getenv("SCREENSHOTS") != null) {
            page.screenshot(new Page.ScreenshotOptions()
                    .setPath(java.nio.file.Path.of(System.getenv("SCREENSHOTS"), name.replace(' ', '-') + ".png"))
                    .setFullPage(true));
        }
    }
}
