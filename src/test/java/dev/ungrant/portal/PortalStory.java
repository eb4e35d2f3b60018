package dev.ungrant.portal;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser.NewContextOptions;
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

    /** What the pages that were opened have asked for. */
    protected final List<String> requests = new ArrayList<>();

    /** @param session null: nobody is signed in */
    protected BrowserContext browser(boolean script, String session) {
        return browser(options().setJavaScriptEnabled(script), session);
    }

    protected static NewContextOptions options() {
        return new NewContextOptions()
                .setViewportSize(1280, 860)
                .setLocale("en-GB")
                .setAcceptDownloads(true);
    }

    /** @param session null: nobody is signed in */
    protected BrowserContext browser(NewContextOptions options, String session) {
        BrowserContext context = Browser.chromium().newContext(options);
        if (session != null) {
            context.addCookies(List.of(new Cookie("s", session).setUrl(address())));
        }
        return context;
    }

    protected Page open(BrowserContext context, String path) {
        Page page = context.newPage();
        page.onConsoleMessage(message -> {
            // The browser itself notes that a page says what was mistyped, what is over, or that there is none, or none
            // for you.
            boolean said = message.text().matches(".*the server responded with a status of (403|404|410|422).*")
                    && !message.location().contains("/assets/");
            if (!said) {
                complaints.add(page.url() + " " + message.text());
            }
        });
        page.onPageError(complaints::add);
        page.onRequest(request -> requests.add(request.url()));
        page.onDialog(dialog -> {
            complaints.add("a script ran: " + dialog.message());
            dialog.dismiss();
        });
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

    /** Everything that keeps somebody from using the page as it is now. */
    protected static void judge(Page page, String name, List<String> found) {
        for (Rule rule : new AxeBuilder(page).analyze().getViolations()) {
            found.add(name + ": " + rule.getId() + " "
                    + rule.getNodes().getFirst().getHtml());
        }
    }

    /** What this story does to the page on purpose; that the browser noticed is wanted then. */
    protected void complainsOf(String... reasons) {
        for (String reason : reasons) {
            assertThat(complaints).anyMatch(complaint -> complaint.contains(reason));
            complaints.removeIf(complaint -> complaint.contains(reason));
        }
    }

    @AfterEach
    void browserHasNothingToComplainAbout() {
        assertThat(complaints).isEmpty();
    }
}
