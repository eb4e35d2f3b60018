package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The portal in a frame of another site's page in the browsers that {@code -Dbrowsers=firefox,webkit} names. Off unless asked
 * for, since a build machine has neither; docs/development.md says what they need.
 */
@EnabledIfSystemProperty(named = "browsers", matches = ".+")
class OtherBrowsersTest extends FramedTest {
    @TempDir
    Path folder;

    /** A browser, what it does with cookies of frames, and whether the portal's comes back. */
    enum Setting {
        FIREFOX_AS_IT_COMES(5, true),
        FIREFOX_KEEPING_ALL(0, true),
        FIREFOX_KEEPING_NONE_OF_THIRD_PARTIES(1, false),
        WEBKIT(-1, false);

        private final int cookieBehavior;
        private final boolean comesBack;

        Setting(int cookieBehavior, boolean comesBack) {
            this.cookieBehavior = cookieBehavior;
            this.comesBack = comesBack;
        }

        boolean isWanted() {
            return List.of(System.getProperty("browsers").split(","))
                    .contains(name().split("_")[0].toLowerCase(Locale.ROOT));
        }

        RemoteBrowser start(Path folder, ConnectProxy proxy) throws IOException {
            return this == WEBKIT ? new WebKit(folder, proxy) : Firefox.start(folder, proxy, cookieBehavior);
        }
    }

    /** E08: and where the cookie does not come back, the header does. */
    @ParameterizedTest
    @EnumSource(Setting.class)
    void memberRemovesAccessInsideTheHostsPage(Setting setting) throws IOException {
        assumeTrue(setting.isWanted(), "not among -Dbrowsers");
        try (ConnectProxy proxy = sites.proxy();
                RemoteBrowser browser = setting.start(folder, proxy)) {
            browser.go(EmbedSites.HOST + "/");
            browser.await("return window.heard && window.heard.some(event => event[0] === 'ready')");
            browser.enterFrame();
            assertThat(browser.script(
                            "return [...document.querySelectorAll('table.list .app-name')].map(one => one.innerText)"))
                    .asInstanceOf(InstanceOfAssertFactories.LIST)
                    .containsExactlyInAnyOrder("Calendar", "Notes");
            shoot(browser, setting + "-list");
            browser.click(rowOf("Calendar") + ".querySelector('td.act button')");
            browser.await("return document.querySelector('dialog[open] .danger')");
            shoot(browser, setting + "-question");
            confirm(browser);
            browser.leaveFrame();
            Map<?, ?> revoked = (Map<?, ?>)
                    browser.await("return (window.heard.find(event => event[0] === 'app-revoked') || [])[1]");
            assertThat(revoked.get("connected_app_id")).isEqualTo(calendar.id());
            assertThat(revoked.get("member_id")).isEqualTo(ben.get("member_id"));
            isDead(ofCalendar);
            isAlive(ofNotes);

            // On to an app's own page, and from there the same again.
            browser.enterFrame();
            browser.click(rowOf("Notes") + ".querySelector('.app-name a')");
            browser.await("return document.querySelector('main h1').innerText.includes('Notes')");
            shoot(browser, setting + "-app");
            // Frame and page are taller than the window, and WebKit scrolls no page for a click in a frame of another
            // site.
            browser.leaveFrame();
            browser.script("document.querySelector('iframe').scrollIntoView({block: 'end'})");
            browser.enterFrame();
            browser.click("return document.querySelector('.danger-zone button')");
            confirm(browser);
            browser.await("return document.querySelector('.notice[data-revoked]')");
            isDead(ofNotes);

            assertThat(sites.asked.stream()
                            .filter(asked -> asked.address().startsWith("POST /embed/apps/"))
                            .map(asked -> asked.headers().keySet().stream().anyMatch("Cookie"::equalsIgnoreCase)))
                    .as("whether the cookie comes back")
                    .containsOnly(setting.comesBack);
            isNotFramed(browser);
        }
    }

    /** Of the whole page: Firefox draws no frame of another site by itself. */
    private static void shoot(RemoteBrowser browser, String name) throws IOException {
        browser.leaveFrame();
        browser.shoot(name);
        browser.enterFrame();
    }

    private static String rowOf(String app) {
        return "return [...document.querySelectorAll('table.list tr')].find(row => row.innerText.includes('" + app
                + "'))";
    }

    private static void confirm(RemoteBrowser browser) {
        browser.click("return document.querySelector('dialog[open] .danger:not([aria-disabled=true])')");
    }

    /** E12 */
    private static void isNotFramed(RemoteBrowser browser) {
        String text = "return document.documentElement.textContent";
        browser.enterFrame();
        assertThat((String) browser.script(text))
                .as("what a frame's page is known by")
                .contains("Ungrant");
        for (String path : List.of("/", "/sign-in", "/embed", "/oauth2/authorize")) {
            browser.leaveFrame();
            browser.script("document.querySelector('iframe').src = arguments[0]", EmbedSites.PORTAL + path);
            RemoteBrowser.pause(1000);
            assertThat(sites.asked).anyMatch(asked -> asked.address().equals("GET " + path));
            browser.enterFrame();
            assertThat((String) browser.script(text)).as(path).doesNotContain("Ungrant");
        }
    }
}
