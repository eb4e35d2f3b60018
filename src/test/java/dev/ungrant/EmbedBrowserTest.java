package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Frame;
import com.microsoft.playwright.FrameLocator;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Cookie;
import com.microsoft.playwright.options.WaitForSelectorState;
import dev.ungrant.embed.EmbedHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The portal in a frame of another site's page, in Chromium, by the script that hosts load. What is removed there is asked
 * about with the app's own credentials.
 */
class EmbedBrowserTest extends FramedTest {
    /** What the browser makes of cookies in frames of other sites. */
    enum Cookies {
        ALLOWED,
        /** Those of third parties; partitioned ones are none. */
        BLOCKED,
        /** All of them, as WebKit and the strictest setting of Firefox do. */
        DROPPED
    }

    @TempDir
    static Path profiles;

    private static final Map<Boolean, BrowserContext> BROWSERS = new HashMap<>();

    private final List<String> complaints = new ArrayList<>();

    private Page opened;

    @AfterAll
    static void closeBrowsers() {
        BROWSERS.values().forEach(BrowserContext::close);
        BROWSERS.clear();
    }

    @AfterEach
    void closePage() {
        BROWSERS.values().forEach(context -> {
            context.clearCookies();
            context.pages().stream().skip(1).forEach(Page::close);
        });
    }

    /** One browser for each of the two settings; its first page stays empty. */
    private static BrowserContext browser(boolean blocks) throws IOException {
        if (!BROWSERS.containsKey(blocks)) {
            Path profile = profiles.resolve("blocks-" + blocks);
            Files.createDirectories(profile.resolve("Default"));
            Files.writeString(profile.resolve("Default/Preferences"), """
                    {"profile": {"cookie_controls_mode": %d, "block_third_party_cookies": %b}}
                    """.formatted(blocks ? 1 : 0, blocks));
            BrowserContext context = Browser.chromium(profile, sites.arguments());
            context.setDefaultTimeout(20_000);
            BROWSERS.put(blocks, context);
        }
        return BROWSERS.get(blocks);
    }

    private Page page(Cookies cookies) throws IOException {
        sites.dropsCookies = cookies == Cookies.DROPPED;
        opened = browser(cookies != Cookies.ALLOWED).newPage();
        opened.onConsoleMessage(message -> complaints.add(message.type() + ": " + message.text()));
        opened.onPageError(complaints::add);
        return opened;
    }

    private Page open(Cookies cookies) throws IOException {
        Page page = page(cookies);
        page.navigate(EmbedSites.HOST + "/");
        heard(page, "ready");
        return page;
    }

    private static FrameLocator frame(Page page) {
        return page.frameLocator("connected-apps iframe");
    }

    /** The first event of the kind that the page heard of, waited for. */
    @SuppressWarnings("unchecked")
    private Map<String, Object> heard(Page page, String type) {
        try {
            page.waitForFunction("type => heard.some(event => event[0] === type)", type);
        } catch (TimeoutError e) {
            throw new AssertionError("never heard of " + type + "; the browser said " + complaints, e);
        }
        return (Map<String, Object>) page.evaluate("type => heard.find(event => event[0] === type)[1]", type);
    }

    private static void forget(Page page) {
        page.evaluate("() => { heard.length = 0; }");
    }

    private static Locator row(Page page, String app) {
        return frame(page).locator("table.list tr", new FrameLocator.LocatorOptions().setHasText(app));
    }

    private static Locator danger(Page page) {
        return frame(page).locator("dialog .danger");
    }

    /** The button counts only when it was seen for a while. */
    private static void confirm(Page page) {
        frame(page).locator("dialog .danger:not([aria-disabled=true])").click();
    }

    private static void shoot(Page page, String name) {
        if (System.getenv("SCREENSHOTS") != null) {
            page.screenshot(new Page.ScreenshotOptions()
                    .setFullPage(true)
                    .setPath(Path.of(System.getenv("SCREENSHOTS"), "embed-" + name + ".png")));
        }
    }

    /** As the person sees it, without what would have to be scrolled to. */
    private static void shootScreen(Page page, String name) {
        if (System.getenv("SCREENSHOTS") != null) {
            page.screenshot(new Page.ScreenshotOptions()
                    .setPath(Path.of(System.getenv("SCREENSHOTS"), "embed-" + name + ".png")));
        }
    }

    /** E08 is the last of the three. */
    @ParameterizedTest
    @EnumSource(Cookies.class)
    void memberRemovesAccessInsideTheHostsPage(Cookies cookies) throws IOException {
        Page page = open(cookies);
        assertThat(frame(page).locator("table.list .app-name").allInnerTexts())
                .containsExactlyInAnyOrder("Calendar", "Notes");
        shoot(page, "list-" + cookies);
        row(page, "Calendar").getByText("Remove access").first().click();
        danger(page).waitFor();
        shoot(page, "question-" + cookies);
        confirm(page);
        Map<String, Object> revoked = heard(page, "app-revoked");
        assertThat(revoked)
                .containsEntry("connected_app_id", calendar.id())
                .containsEntry("member_id", ben.get("member_id"));
        assertThat((String) revoked.get("request_id")).startsWith("request-id-test-");
        isDead(ofCalendar);
        isAlive(ofNotes);
        shoot(page, "removed-" + cookies);

        // On to an app's own page, which htmx has no button for, and from there the same again.
        row(page, "Notes").locator(".app-name a").click();
        assertThat(heard(page, "navigate")).containsEntry("path", "/apps/" + notes.id());
        frame(page).locator("main h1:has-text('Notes')").waitFor();
        shoot(page, "app-" + cookies);
        frame(page).locator(".danger-zone button").click();
        confirm(page);
        frame(page).locator(".notice[data-revoked]").waitFor();
        isDead(ofNotes);

        boolean sent = sites.asked.stream()
                .filter(asked -> asked.address().startsWith("POST /embed/apps/"))
                .allMatch(asked -> asked.headers().keySet().stream().anyMatch("Cookie"::equalsIgnoreCase));
        assertThat(sent).as("whether the cookie comes back").isEqualTo(cookies != Cookies.DROPPED);
        assertThat(complaints).noneMatch(text -> text.startsWith("error") || text.contains("Trusted Types"));
        for (Object message : (List<?>) page.evaluate("() => seen.map(one => JSON.stringify(one))")) {
            assertThat(LogSecrets.in((String) message))
                    .as("E09: messages hold no secret")
                    .isEmpty();
            assertThat((String) message).startsWith("[\"" + EmbedSites.PORTAL + "\",{\"ungrant\":1,\"type\":\"");
        }
        for (Frame each : page.frames()) {
            assertThat(secrets).noneMatch(each.url()::contains);
        }
    }

    @Test
    void pageInTheFrameIsForEverybody() throws IOException {
        Page page = open(Cookies.BLOCKED);
        assertThat(new AxeBuilder(page).analyze().getViolations()).isEmpty();
        row(page, "Calendar").getByText("Remove access").first().click();
        danger(page).waitFor();
        page.waitForTimeout(700);
        assertThat(new AxeBuilder(page).analyze().getViolations()).isEmpty();
        assertThat(page.locator("connected-apps iframe").getAttribute("title")).isEqualTo("Connected apps");
        // Focus goes into the frame and out of it in the order of the page.
        page.keyboard().press("Escape");
        page.locator("a[href='#before']").focus();
        page.keyboard().press("Tab");
        assertThat(page.evaluate("document.activeElement.tagName")).isEqualTo("IFRAME");
        page.locator("a[href='#after']").focus();
        page.keyboard().press("Shift+Tab");
        assertThat(page.evaluate("document.activeElement.tagName")).isEqualTo("IFRAME");
    }

    @Test
    void e12NothingButFramesPagesLetsItselfBeFramed() throws IOException {
        Page page = open(Cookies.ALLOWED);
        for (String path :
                List.of("/", "/sign-in", "/embed", "/organization/origins", "/oauth2/authorize", "/nothing")) {
            page.evaluate("path => { document.querySelector('iframe').src = path; }", EmbedSites.PORTAL + path);
            page.waitForTimeout(700);
            assertThat(page.frames().get(1).content()).as(path).doesNotContain("Ungrant");
        }
        assertThat(complaints).anyMatch(text -> text.contains("frame-ancestors 'none'"));
    }

    @Test
    void e01FrameOfAnotherSiteIsNotShownAndLeavesNoCookie() throws IOException {
        sites.hostPolicy = "script-src 'self' 'unsafe-inline' " + EmbedSites.PORTAL;
        Page page = page(Cookies.ALLOWED);
        page.navigate("https://evil.example/");
        page.locator("connected-apps [role=alert] button").waitFor(new Locator.WaitForOptions().setTimeout(25_000));
        assertThat(heard(page, "error")).containsEntry("code", "no-answer");
        assertThat(opened.context().cookies()).noneMatch(cookie -> cookie.name.equals("__Host-es"));
        isAlive(ofCalendar);
        shoot(page, "fallback");
    }

    @Test
    void e09MessagesOfOthersAreIgnored() throws IOException {
        sites.hostPolicy = sites.hostPolicy.replace("frame-src ", "frame-src 'self' ");
        Page page = open(Cookies.ALLOWED);
        String sheet = "link[data-sheet]";
        String before = frame(page).locator(sheet).getAttribute("href");
        page.evaluate("""
                portal => {
                  const inner = document.body.appendChild(document.createElement('iframe'));
                  inner.srcdoc = '<script>parent.frames[0].postMessage({ungrant: 1, type: "theme", theme: {mode: "dark"}}, "*")</script>';
                  const to = document.querySelector('connected-apps iframe').contentWindow;
                  for (const message of [null, 5, 'theme', {type: 'theme', theme: {mode: 'dark'}}, {ungrant: 2, type: 'theme', theme: {mode: 'dark'}},
                      {ungrant: 1, type: 'constructor'}, {ungrant: 1, type: 'viewport', top: 'x'}, {ungrant: 1, type: 'locale', locale: '../x'}])
                    to.postMessage(message, portal);
                  postMessage({ungrant: 1, type: 'app-revoked', connected_app_id: 'x'}, location.origin);
                }""", EmbedSites.PORTAL);
        page.waitForTimeout(800);
        assertThat(frame(page).locator(sheet).getAttribute("href")).isEqualTo(before);
        assertThat(page.evaluate("heard.filter(event => event[0] === 'app-revoked').length"))
                .isEqualTo(0);
        assertThat(complaints).noneMatch(text -> text.contains("TypeError"));
    }

    /** What a host could do to have a button pressed that nobody can read. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "position:fixed;inset:0;background:#fff;opacity:.9;pointer-events:none;z-index:9",
                "opacity:.02",
                "transform:scale(3)",
                "filter:blur(6px)"
            })
    void e10ButtonThatCannotBeReadDoesNothing(String style) throws IOException {
        Page page = open(Cookies.ALLOWED);
        row(page, "Calendar").getByText("Remove access").first().click();
        danger(page).waitFor();
        page.evaluate("""
                style => {
                  const veil = document.body.appendChild(document.createElement('div'));
                  (style.startsWith('position') ? veil : document.querySelector('connected-apps')).style.cssText += style;
                  window.unveil = () => { veil.remove(); document.querySelector('connected-apps').style.cssText = 'display:block'; };
                }""", style);
        page.waitForTimeout(1000);
        assertThat(danger(page).getAttribute("aria-disabled")).isEqualTo("true");
        danger(page).evaluate("button => button.click()");
        page.waitForTimeout(300);
        isAlive(ofCalendar);
        page.evaluate("unveil()");
        confirm(page);
        heard(page, "app-revoked");
        isDead(ofCalendar);
    }

    @Test
    void e11SecondClickOfADoubleClickRemovesNothing() throws IOException {
        Page page = open(Cookies.ALLOWED);
        row(page, "Calendar").getByText("Remove access").first().click();
        danger(page).waitFor();
        danger(page).click(new Locator.ClickOptions().setForce(true));
        page.waitForTimeout(200);
        assertThat(sites.asked).noneMatch(asked -> asked.address().startsWith("POST /embed/apps/"));
        isAlive(ofCalendar);
    }

    @Test
    void e14FrameThatMayNotDoEnoughSaysSo() throws IOException {
        Page page = page(Cookies.ALLOWED);
        for (String sandbox : List.of("allow-scripts allow-forms", "allow-same-origin allow-forms")) {
            sites.body = "<iframe name=\"raw\" sandbox=\"" + sandbox + "\" width=\"900\" height=\"600\"></iframe>";
            page.navigate(EmbedSites.HOST + "/");
            page.evaluate(
                    """
                    ([url, token]) => {
                      const form = document.body.appendChild(document.createElement('form'));
                      Object.assign(form, {method: 'post', action: url, target: 'raw'});
                      form.innerHTML = '<input name="token">';
                      form.firstChild.value = token;
                      form.submit();
                    }""",
                    List.of(
                            EmbedSites.PORTAL + "/embed",
                            json.object(mint(Map.of())).get("embed_token")));
            Locator note = page.frameLocator("iframe").locator(".restricted");
            note.waitFor();
            // It is there at first, until its style is, and again two seconds later, unless all is well by then.
            page.waitForTimeout(2_500);
            assertThat(note.isVisible()).as(sandbox).isTrue();
            assertThat(note.locator("a[target=_blank]").getAttribute("href")).isEqualTo("/");
            shoot(page, "sandbox-" + sandbox.replace(' ', '-'));
        }
    }

    /** Where the page comes back from the browser's memory, for example, with a token that was handed over before. */
    @Test
    void frameThatGetsAnOldTokenAsksForAnother() throws IOException {
        Page page = open(Cookies.DROPPED);
        String old = mint(Map.of());
        String token = (String) json.object(old).get("embed_token");
        assertThat(new EmbedHost(uri("/")).handOver(token, EmbedSites.HOST).statusCode())
                .isEqualTo(200);
        int before = secrets.size();
        sites.backend = () -> {
            sites.backend = () -> mint(Map.of());
            return old;
        };
        page.reload();
        heard(page, "session-expired");
        heard(page, "ready");
        assertThat(secrets).hasSize(before + 1);
        frame(page).locator("table.list").waitFor();
    }

    @Test
    void sessionThatEndsIsTakenUpAgainByTheHost() throws IOException {
        Page page = open(Cookies.ALLOWED);
        backend.post("/v1/b2b/sessions/revoke", Map.of("member_id", ben.get("member_id")))
                .ok();
        forget(page);
        row(page, "Calendar").getByText("Remove access").first().click();
        heard(page, "session-expired");
        heard(page, "ready");
        frame(page).locator("table.list").waitFor();
        // And when the host knows nobody any more, there is a way on.
        sites.backend = () -> null;
        page.evaluate("document.querySelector('connected-apps').load()");
        page.locator("connected-apps [role=alert] button").waitFor();
        assertThat(heard(page, "error")).containsEntry("code", "token");
    }

    @Test
    void hostHearsTwoMinutesBeforeAnUnusedSessionEnds() throws IOException {
        Page page = page(Cookies.ALLOWED);
        page.clock().install();
        page.navigate(EmbedSites.HOST + "/");
        heard(page, "ready");
        page.clock().fastForward("27:00");
        assertThat((Boolean) page.evaluate("heard.some(event => event[0] === 'session-expiring')"))
                .isFalse();
        page.clock().fastForward("01:30");
        assertThat(((Number) heard(page, "session-expiring").get("seconds")).intValue())
                .isBetween(60, 120);
        forget(page);
        page.clock().fastForward("02:00");
        heard(page, "session-expired");
        heard(page, "ready");
    }

    @Test
    void hostChangesLookAndLanguageOfAnOpenFrame() throws IOException {
        Page page = open(Cookies.DROPPED);
        page.evaluate("document.querySelector('connected-apps').setAttribute('theme', 'dark')");
        page.waitForCondition(() -> "rgb(14, 16, 21)".equals(ground(page)));
        shoot(page, "dark");
        page.evaluate("document.querySelector('connected-apps').setAttribute('theme',"
                + " JSON.stringify({mode: 'light', light: {ground: '#fff8f0', accent: '#8a3b00'}, radius: 2}))");
        page.waitForCondition(() -> "rgb(255, 248, 240)".equals(ground(page)));
        assertThat(new AxeBuilder(page).analyze().getViolations()).isEmpty();
        shoot(page, "themed");
        page.evaluate("document.querySelector('connected-apps').setAttribute('theme',"
                + " JSON.stringify({mode: 'light', light: {text: '#cccccc'}}))");
        assertThat(heard(page, "error")).containsEntry("code", "theme-refused");
        assertThat(ground(page)).isEqualTo("rgb(255, 248, 240)");

        page.evaluate("document.querySelector('connected-apps').setAttribute('locale', 'ar')");
        frame(page).locator("html[lang=ar][dir=rtl]").waitFor();
        assertThat(frame(page).locator("h1").innerText()).doesNotContain("Connected apps");
        shoot(page, "arabic");
    }

    private static String ground(Page page) {
        return (String) frame(page).locator("body").evaluate("body => getComputedStyle(body).backgroundColor");
    }

    /** plausible/analytics#1363 and others: a dialog at the top of a tall frame that nobody looks at. */
    @ParameterizedTest
    @CsvSource({"1000, 640", "390, 700"})
    void dialogOpensWhereThePersonLooks(int width, int height) throws IOException {
        for (int i = 0; i < 12; i++) {
            Client client = app(backend, "third_party", Map.of("client_name", "App " + (char) ('A' + i)));
            connect(backend, ben, client, "openid");
        }
        Page page = page(Cookies.ALLOWED);
        page.setViewportSize(width, height);
        page.navigate(EmbedSites.HOST + "/");
        heard(page, "ready");
        page.waitForFunction("() => document.querySelector('iframe').offsetHeight > 900");
        assertThat(overflow(page, "scrollHeight - innerHeight"))
                .as("no second scroll bar")
                .isLessThanOrEqualTo(2);
        Locator buttons = frame(page).locator("table.list tr td.act button");
        for (boolean last : List.of(true, false)) {
            Locator button = last ? buttons.last() : buttons.first();
            button.scrollIntoViewIfNeeded();
            page.waitForTimeout(200);
            button.click();
            danger(page).waitFor();
            page.waitForTimeout(400);
            isSeenWhole(page, height);
            shootScreen(page, "tall-" + width + (last ? "-last" : "-first"));
            // And it stays there when the page under it is scrolled.
            page.evaluate("scrollBy(0, -60)");
            page.waitForTimeout(300);
            isSeenWhole(page, height);
            page.keyboard().press("Escape");
            danger(page).waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED));
        }
    }

    private static void isSeenWhole(Page page, int height) {
        BoundingBox box = frame(page).locator("dialog").boundingBox();
        assertThat(box.y).isGreaterThanOrEqualTo(0);
        assertThat(box.y + box.height).isLessThanOrEqualTo(height);
        assertThat(frame(page).locator("dialog").evaluate("dialog => dialog.scrollHeight - dialog.clientHeight"))
                .as("what is in it is in view")
                .isEqualTo(0);
    }

    private static int overflow(Page page, String of) {
        return (Integer) frame(page)
                .locator("html")
                .evaluate("html => { const {scrollHeight, scrollWidth} = html; return " + of + "; }");
    }

    @Test
    void phoneWithADarkSystem() throws IOException {
        Page page = page(Cookies.ALLOWED);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        page.setViewportSize(390, 800);
        page.navigate(EmbedSites.HOST + "/");
        heard(page, "ready");
        frame(page).locator("table.list").waitFor();
        page.waitForTimeout(300);
        assertThat(overflow(page, "scrollWidth - innerWidth")).isLessThanOrEqualTo(0);
        assertThat(ground(page)).isEqualTo("rgb(14, 16, 21)");
        assertThat(new AxeBuilder(page).analyze().getViolations()).isEmpty();
        shootScreen(page, "phone");
        row(page, "Notes").getByText("Remove access").first().click();
        danger(page).waitFor();
        page.waitForTimeout(400);
        shootScreen(page, "phone-question");
        isSeenWhole(page, 800);
    }

    @Test
    void frameWorksWithoutScriptWhereTheCookieComesBack() throws IOException, InterruptedException {
        Page page = page(Cookies.BLOCKED);
        sites.body =
                "<iframe name=\"raw\" sandbox=\"allow-same-origin allow-forms\" width=\"900\" height=\"900\"></iframe>"
                        + "<form method=\"post\" target=\"raw\" action=\"" + EmbedSites.PORTAL
                        + "/embed\"><input name=\"token\" value=\""
                        + json.object(mint(Map.of())).get("embed_token") + "\"><button>Go</button></form>";
        page.navigate(EmbedSites.HOST + "/");
        page.getByText("Go").click();
        FrameLocator raw = page.frameLocator("iframe");
        raw.locator("tr", new FrameLocator.LocatorOptions().setHasText("Calendar"))
                .getByText("Remove access")
                .first()
                .click();
        raw.locator(".confirm-page .danger").waitFor();
        TimeUnit.MILLISECONDS.sleep(600);
        shoot(page, "no-script");
        raw.locator(".confirm-page .danger").click();
        raw.locator(".notice[data-revoked]").waitFor();
        isDead(ofCalendar);
    }

    @Test
    void portalOpensInATabOfItsOwn() throws IOException {
        Page page = open(Cookies.BLOCKED);
        Page tab = opened.context()
                .waitForPage(() -> frame(page).locator("[data-open]").last().click());
        tab.waitForURL(EmbedSites.PORTAL + "/");
        assertThat(tab.locator("table.list .app-name").allInnerTexts()).contains("Calendar");
        assertThat(tab.evaluate("window.opener")).isNull();
        assertThat(opened.context().cookies(EmbedSites.PORTAL)).anyMatch(cookie -> cookie.name.equals("__Host-s"));
        shoot(tab, "link");
    }

    @Test
    void administratorLetsAPageIn() throws IOException {
        Map<String, Object> ada = backend.member(acme, "ada@acme.example", "stytch_admin");
        Page page = page(Cookies.ALLOWED);
        opened.context()
                .addCookies(List.of(new Cookie("__Host-s", portalSession(backend, ada))
                        .setUrl(EmbedSites.PORTAL)
                        .setSecure(true)
                        .setHttpOnly(true)));
        page.navigate(EmbedSites.PORTAL + "/organization/origins");
        page.locator("#origin").fill("app.example.com");
        page.getByText("Add", new Page.GetByTextOptions().setExact(true)).click();
        assertThat(page.locator("#origin-wrong").isVisible()).isTrue();
        assertThat(new AxeBuilder(page).analyze().getViolations()).isEmpty();
        shoot(page, "origins-wrong");
        page.locator("#origin").fill("https://app.example.com");
        page.getByText("Add", new Page.GetByTextOptions().setExact(true)).click();
        page.locator(".rows strong", new Page.LocatorOptions().setHasText("https://app.example.com"))
                .waitFor();
        assertThat(new AxeBuilder(page).analyze().getViolations()).isEmpty();
        shoot(page, "origins");
        page.setViewportSize(390, 800);
        shoot(page, "origins-phone");
    }
}
