package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import org.junit.jupiter.api.Test;

class BrowserTest {
    @Test
    void browserDrawsAPageAndAxeJudgesIt() {
        try (BrowserContext context = Browser.chromium().newContext()) {
            Page page = context.newPage();
            page.navigate("data:text/html,<html lang=en><title>Page</title><main><h1>Grants</h1><img src=x></main>");

            assertThat(page.locator("h1").innerText()).isEqualTo("Grants");
            assertThat(page.locator("h1").boundingBox().width).isGreaterThan(50);
            assertThat(new AxeBuilder(page).analyze().getViolations())
                    .extracting(violation -> violation.getId())
                    .containsExactly("image-alt");
        }
    }
}
