package dev.ungrant.portal;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.Cookie;
import dev.ungrant.Browser;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** What somebody does on the pages of an organization, click by click, in a real browser with script or without. */
abstract class PortalStory extends PortalTest {
    private final List<String> complaints = new ArrayList<>();

    /** @param session null: nobody is signed in */
    protected BrowserContext browser(boolean script, String session) {
        BrowserContext context = Browser.chromium()
                .newContext(new com.microsoft.playwright.Browser.NewContextOptions()
                        .setViewportSize(1280, 860)
                        .setLocale("en-GB")
                        .setAcceptDownloads(true)
                        .setJavaScriptEnabled(script));
        if (session != null) {
            context.addCookies(List.of(new Cookie("s", session).setUrl(address())));
        }
        return context;
    }

    protected Page open(BrowserContext context, String path) {
        Page page = context.newPage();
        page.onConsoleMessage(message -> {
            // The browser itself notes that a page says what was mistyped, or what is over.
            if (!message.text().matches(".*the server responded with a status of (410|422).*")) {
                complaints.add(page.url() + " " + message.text());
            }
        });
        page.onPageError(complaints::add);
        page.navigate(address() + path);
        return page;
    }

    protected static void link(Page page, String name) {
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name))
                .first()
                .click();
    }

    protected static void button(Page page, String name) {
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name))
                .first()
                .click();
    }

    /** The question before an act: a dialog over the page, or without script a page of its own. */
    protected static Locator question(Page page, boolean script) {
        Locator question = page.locator(script ? "dialog[open] .confirm" : "main .confirm");
        question.waitFor();
        return question;
    }

    @AfterEach
    void browserHasNothingToComplainAbout() {
        assertThat(complaints).isEmpty();
    }
}
