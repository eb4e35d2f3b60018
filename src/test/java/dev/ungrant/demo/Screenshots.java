package dev.ungrant.demo;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.ungrant.Browser;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Makes the pictures of the documentation, of the demo that {@code bin/screenshots} has started. No test, so it runs only when
 * it is named.
 */
class Screenshots {
    private static final Path IMAGES = Path.of("docs", "images");

    /** In pictures of single pages the banner of the demo would be in the way of what they show. */
    private static final String WITHOUT_BANNER = ".demo-banner { display: none !important; }";

    private static final Consumer<Page> AS_IT_IS = page -> {};

    /** As wide and as tall as a picture is. */
    private enum Screen {
        WIDE(1280, 800),
        PHONE(390, 844);

        private final int width;
        private final int height;

        Screen(int width, int height) {
            this.width = width;
            this.height = height;
        }
    }

    private Cast cast;

    @BeforeEach
    void meetTheCast() throws IOException {
        Files.createDirectories(IMAGES);
        cast = new CastFile(JsonMapper.createDefault())
                .read(Path.of(System.getProperty("screenshots.cast")))
                .orElseThrow();
    }

    @Test
    void takeThem() {
        Cast.B2b acme = cast.b2b();
        Map<String, Cast.App> apps = acme.apps();
        String calendar = "/apps/" + apps.get("calendar").connectedAppId();
        String ben = "/organization/members/" + acme.members().get("ben").memberId();

        take("portal", "ben", "/");
        take("portal-phone", "ben", "/", Screen.PHONE, "en-GB", ColorScheme.DARK, AS_IT_IS);
        take("consent", "ben", authorize(apps.get("tasks")));
        take("app", "ben", calendar);
        take("remove", "ben", "/", page -> {
            page.locator("tbody tr", new Page.LocatorOptions().setHasText("Inbox Agent"))
                    .getByText("Remove access")
                    .first()
                    .click();
            page.locator("dialog[open] .confirm").waitFor();
        });
        take("activity", "ben", "/activity");

        take("members", "ada", "/organization/members");
        take("member", "ada", ben);
        take("inventory", "ada", "/organization/apps");
        take(
                "policy-preview",
                "ada",
                "/organization/policy/preview?app." + apps.get("backup").connectedAppId() + "=blocked&app."
                        + apps.get("calendar").connectedAppId() + "=blocked");
        take("organization-activity", "ada", "/organization/activity?kind=access");
        take("role", "ada", "/organization/settings/roles/edit");
        take("own-sign-in", "ada", "/organization/settings/sign-in");
    }

    private void take(String name, String persona, String path) {
        take(name, persona, path, AS_IT_IS);
    }

    private void take(String name, String persona, String path, Consumer<Page> first) {
        take(name, persona, path, Screen.WIDE, "en-GB", ColorScheme.LIGHT, first);
    }

    private void take(
            String name,
            String persona,
            String path,
            Screen screen,
            String language,
            ColorScheme scheme,
            Consumer<Page> first) {
        com.microsoft.playwright.Browser.NewContextOptions options =
                new com.microsoft.playwright.Browser.NewContextOptions()
                        .setViewportSize(screen.width, screen.height)
                        .setLocale(language)
                        .setTimezoneId("UTC")
                        .setColorScheme(scheme)
                        .setBypassCSP(true);
        try (BrowserContext context = Browser.chromium().newContext(options)) {
            Page page = context.newPage();
            page.navigate(cast.baseUrl() + "/demo/sign-in/" + persona);
            page.navigate(cast.baseUrl() + path);
            page.addStyleTag(new Page.AddStyleTagOptions().setContent(WITHOUT_BANNER));
            first.accept(page);
            // Pictures wait until nothing moves any more.
            page.evaluate("Promise.all(document.getAnimations().map(animation => animation.finished))");
            page.screenshot(new Page.ScreenshotOptions().setPath(IMAGES.resolve(name + ".png")));
        }
    }

    private static String authorize(Cast.App app) {
        return "/oauth2/authorize?response_type=code&scope=openid%20mail:read%20tasks:write%20offline_access"
                + "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&client_id="
                + app.connectedAppId() + "&redirect_uri="
                + URLEncoder.encode(app.redirectUrls().getFirst(), StandardCharsets.UTF_8);
    }
}
