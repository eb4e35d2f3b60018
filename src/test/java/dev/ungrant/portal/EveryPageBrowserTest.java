package dev.ungrant.portal;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Cookie;
import com.microsoft.playwright.options.ReducedMotion;
import dev.ungrant.Browser;
import dev.ungrant.connectedapps.ClientType;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.members.Member;
import dev.ungrant.rbac.Subject;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.MediaType;
import io.micronaut.web.router.Router;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

/**
 * Every page that somebody can open by an address, light, dark and from right to left, wide and as narrow as WCAG asks for: what
 * axe, the browser's console, a ruler and the Tab key say. The list of pages is compared with the router, so a new page is a line
 * in {@link #pages()}.
 */
final class EveryPageBrowserTest extends PortalTest {
    /** Routes that answer HTML and are no page to look at here, each with the reason. */
    private static final Map<String, String> ELSEWHERE = Map.of(
            "/oauth2/projects/{project_id}/authorize", "the same page as /oauth2/authorize",
            "/embed/apps", "in frames only, where EmbedBrowserTest looks at it; no address holds its handle",
            "/embed/apps/{app}", "as /apps/{app}",
            "/embed/apps/{app}/revoke", "as /apps/{app}/revoke",
            "/embed/session", "answers without a page",
            "/embed/theme.css", "colours",
            "/organization/activity/export", "a file",
            "/organization/apps/export", "a file");

    private static final String AXE = axe();

    /** Everything that the Tab key reaches has a ring (WCAG 2.4.7), and nothing that stays in its place covers it (2.4.11). */
    private static final String FOCUS = """
            (() => {
              const open = document.querySelector('dialog[open]') || document;
              const bad = [];
              for (const e of open.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')) {
                if (!e.checkVisibility() || e.type === 'hidden' || e.disabled) continue;
                e.focus();
                if (document.activeElement !== e) { bad.push('not reached: ' + e.outerHTML); continue; }
                const style = getComputedStyle(e);
                const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
                if (!e.matches(':focus-visible') || !ring) bad.push('no ring: ' + e.outerHTML);
                const box = e.getBoundingClientRect();
                const above = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
                const cover = above && !e.contains(above) && !above.contains(e)
                  && [...document.querySelectorAll('*')].find(c => c.contains(above) && !c.contains(e)
                    && ['sticky', 'fixed'].includes(getComputedStyle(c).position));
                if (cover) bad.push('covered by ' + cover.className + ': ' + e.outerHTML);
              }
              return bad.slice(0, 3);
            })()""";

    private static final int WIDE = 1280;
    private static final int NARROW = 320;

    private enum Who {
        ADMIN,
        MEMBER,
        /** A member without any app. */
        NEWCOMER,
        /** Signed out, with an invitation and a sign-in code on the way. */
        NOBODY,
        /** Has entered the code and has two accounts. */
        CHOOSING
    }

    private static final List<String> LANGUAGES = List.of("en", "ar", "de");

    /** @param route as the router knows it; null: none is meant to answer */
    private record Visit(Who who, String route, String address, int status, List<String> clicks) {
        Visit answering(int status) {
            return new Visit(who, route, address, status, clicks);
        }

        /** What is looked at is what these lead to: a dialog, or the answer to a form. */
        Visit after(String... clicks) {
            return new Visit(who, route, address, status, List.of(clicks));
        }

        @Override
        public String toString() {
            return who + " " + address.replaceFirst("[?]resp.*", "") + (clicks.isEmpty() ? "" : " after " + clicks);
        }
    }

    @Inject
    private Router router;

    private Subject ben;
    private final Map<Who, List<Cookie>> cookies = new HashMap<>();
    private final List<String> found = new ArrayList<>();

    /** What is looked at just now. */
    private String name = "";

    private static Visit at(Who who, String address, Object... ids) {
        String filled = address;
        for (Object id : ids) {
            filled = filled.replaceFirst("\\{[a-zA-Z]+}", Matcher.quoteReplacement(id.toString()));
        }
        return new Visit(who, address.replaceFirst("\\?.*", ""), filled, 200, List.of());
    }

    private List<Visit> pages() {
        Member member = cast.member("Ben Okafor");
        ben = cast.subject(member);
        Member ada = cast.admin("Ada Lindqvist");
        String session = cast.signIn(ben);
        String admin = cast.signIn(cast.subject(ada));
        List<ConnectedApp> apps = cast.everydayApps(ben);
        cast.everydayApps(cast.subject(ada));
        ConnectedApp app = apps.getFirst();
        ConnectedApp blocked =
                cast.app("Blocked before long", ClientType.THIRD_PARTY, "https://blocked.example", false);
        ConnectedApp wanted = cast.app("A calendar with a name of some length", ClientType.THIRD_PARTY, null, false);
        UUID grant = cast.grant(ben, blocked, "openid mail:read", 9, 3, 0, true);
        String connection = cast.connection(ben, grant, "blocked.example", "Blocked/1.0", "203.0.113.9", 9, 1);
        ConnectedApp several = cast.app("Signed in twice", ClientType.THIRD_PARTY, "https://twice.example", true);
        UUID both = cast.grant(ben, several, "openid mail:read", 9, 3, 0, true);
        for (String place : List.of("203.0.113.9", "203.0.113.10")) {
            cast.connection(ben, both, "twice.example", "Twice/1.0", place, 9, 1);
        }
        cast.consent(ben, app, grant, "grant.created", 20, "openid email");
        cast.role("bookkeeper", "stytch.member get.connected-apps");
        Member gone = cast.memberWith("Dan Whitfield");
        form(admin, "/organization/members/" + gone.wireId() + "/deactivate", Map.of());
        String address = "nora-" + UUID.randomUUID().toString().substring(0, 8) + "@acme.example";
        HttpResponse<String> invited =
                form(admin, "/organization/members/new", Map.of("email", address, "name", "Nora", "how", "invite"));
        String nora = location(invited).replaceFirst(".*/(member-[^?#/]*).*", "$1");
        form(admin, "/organization/origins", Map.of("origin", "https://intranet.acme.example"));
        Map<String, String> provider = new HashMap<>(
                Map.of("issuer", "https://127.0.0.1:9", "client_id", "ungrant", "client_secret", "shared"));
        provider.put(
                "shown",
                page("/organization/settings/sign-in", admin)
                        .selectFirst("input[name=shown]")
                        .val());
        form(admin, "/organization/settings/sign-in", provider);
        String removed = location(
                form(session, "/apps/revoke", Map.of("app", apps.getLast().wireId())));
        String removedByAda = location(form(
                        admin,
                        "/organization/members/" + member.wireId() + "/apps/revoke",
                        Map.of("app", apps.get(4).wireId(), "reason", "The phone was lost", "tell", "yes")))
                .replaceFirst(".*/", "");
        Map<String, String> policy = new HashMap<>();
        Document preview = page("/organization/policy/preview?app." + blocked.wireId() + "=blocked", admin);
        preview.select("main form.acts input[name]").forEach(field -> policy.put(field.attr("name"), field.val()));
        String job = location(form(admin, "/organization/policy", policy)).replaceFirst(".*/", "");
        arrive(Who.ADMIN, "s", admin);
        arrive(Who.MEMBER, "s", session);
        arrive(Who.NEWCOMER, "s", cast.signIn(cast.subject(cast.member("Nell Castro"))));
        String twice = "tess-" + UUID.randomUUID() + "@acme.example";
        cast.memberAt("Tess Mora", twice);
        new PortalCast(context).memberAt("Tess Mora", twice);
        arrive(Who.NOBODY, "i", cookieOf(call("/sign-in").post(Map.of("email", address)), "i"));
        String attempt = cookieOf(call("/sign-in").post(Map.of("email", twice)), "i");
        call("/sign-in/code")
                .cookie("i", attempt)
                .post(Map.of("code", mailTo(twice, 1).subject().replaceFirst(".*?([0-9]{6}).*", "$1")));
        arrive(Who.CHOOSING, "i", attempt);
        String members = "/organization/members";
        String asking = "/oauth2/authorize?response_type=code&scope=openid%20calendar:write%20offline_access"
                + "&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback&code_challenge_method=S256&code_challenge="
                + "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&client_id=" + wanted.wireId();
        return List.<Visit>of(
                at(Who.NOBODY, "/sign-in"),
                at(Who.NOBODY, "/sign-in/code"),
                at(Who.CHOOSING, "/sign-in/choose"),
                at(Who.NOBODY, "/join/{link}", invitation(address)),
                at(Who.NOBODY, "/join"),
                at(Who.NOBODY, "/sign-in/organization"),
                at(Who.NOBODY, "/sign-in/{slug}", cast.organization.wireId()),
                at(Who.NOBODY, "/sign-in/go/{key}", "none").answering(403),
                at(Who.NOBODY, "/sign-in/callback/{organization}", cast.organization.wireId())
                        .answering(403),
                at(Who.NOBODY, "/embed"),
                at(Who.NOBODY, "/link"),
                at(Who.NOBODY, "/oauth2/authorize?client_id=nobody").answering(400),
                at(Who.NOBODY, "/oauth2/logout"),
                at(Who.MEMBER, "/"),
                at(Who.MEMBER, "/").after("tbody tr:nth-child(1) td.act button"),
                at(Who.MEMBER, "/")
                        .after(
                                "tbody tr:nth-child(1) [data-pick]",
                                "tbody tr:nth-child(2) [data-pick]",
                                "#bulk [type=submit]"),
                at(Who.MEMBER, "/").after(".account summary"),
                at(Who.MEMBER, "/").after(".inside summary", "[data-pick]"),
                at(Who.NEWCOMER, "/"),
                at(Who.MEMBER, "/?q=nothing-is-called-this"),
                at(Who.MEMBER, "/?status=removed"),
                at(Who.MEMBER, "/apps/{app}", app.wireId()),
                at(Who.MEMBER, "/apps/{app}/revoke", app.wireId()),
                at(Who.MEMBER, "/apps/{app}/connections/{connection}/end", blocked.wireId(), connection),
                at(Who.MEMBER, "/removed/{requestId}", removed.replaceFirst(".*/", "")),
                at(Who.MEMBER, "/activity"),
                at(Who.MEMBER, "/sessions"),
                at(Who.MEMBER, "/preferences"),
                at(Who.MEMBER, "/switch"),
                at(Who.MEMBER, "/organization/apps").answering(403),
                new Visit(Who.MEMBER, "/oauth2/authorize/{page}", asking, 200, List.of()),
                new Visit(Who.MEMBER, "/oauth2/logout/{page}", "/oauth2/logout", 200, List.of()),
                new Visit(Who.MEMBER, null, "/nothing", 404, List.of()),
                at(Who.ADMIN, members),
                at(Who.ADMIN, members + "?q=nothing-is-called-this"),
                at(Who.ADMIN, members + "/new"),
                at(Who.ADMIN, members + "/{member}", member.wireId()).after(".danger-zone button"),
                at(Who.ADMIN, members + "/{member}", member.wireId()),
                at(Who.ADMIN, members + "/{member}", nora),
                at(Who.ADMIN, members + "/{member}", gone.wireId()),
                at(Who.ADMIN, members + "/{member}/edit", member.wireId()),
                at(Who.ADMIN, members + "/{member}/deactivate", member.wireId()),
                at(Who.ADMIN, members + "/{member}/reactivate", gone.wireId()),
                at(Who.ADMIN, members + "/{member}/erase", gone.wireId()),
                at(Who.ADMIN, members + "/{member}/withdraw", nora),
                at(Who.ADMIN, members + "/{member}/apps", member.wireId()),
                at(Who.ADMIN, members + "/{member}/apps/{app}", member.wireId(), app.wireId()),
                at(Who.ADMIN, members + "/{member}/apps/{app}/revoke", member.wireId(), app.wireId()),
                at(Who.ADMIN, members + "/{member}/removed/{requestId}", member.wireId(), removedByAda),
                at(Who.ADMIN, members + "/{member}/apps/{app}", member.wireId(), app.wireId())
                        .after(".danger-zone button"),
                at(Who.ADMIN, "/organization/apps"),
                at(Who.ADMIN, "/organization/apps?view=person"),
                at(Who.ADMIN, "/organization/apps?view=flat"),
                at(Who.ADMIN, "/organization/apps?q=nothing-is-called-this"),
                at(Who.ADMIN, "/organization/apps/{app}", app.wireId()),
                at(Who.ADMIN, "/organization/apps/{app}", app.wireId()).after("button[value=remove]"),
                at(Who.ADMIN, "/organization/apps/{app}", app.wireId()).after("button[value=ask]"),
                at(Who.ADMIN, "/organization/policy"),
                at(Who.ADMIN, "/organization/policy/preview?third=none"),
                at(Who.ADMIN, "/organization/jobs/{job}", job),
                at(Who.ADMIN, "/organization/activity"),
                at(Who.ADMIN, "/organization/activity").after("tbody summary"),
                at(Who.ADMIN, "/organization/activity?kind=user.deleted"),
                at(Who.ADMIN, "/organization/settings"),
                at(Who.ADMIN, "/organization/settings/sign-in"),
                at(Who.ADMIN, "/organization/settings/sign-in/delete"),
                at(Who.ADMIN, "/organization/settings/roles"),
                at(Who.ADMIN, "/organization/settings/roles/edit"),
                at(Who.ADMIN, "/organization/settings/roles/edit?role=bookkeeper"),
                at(Who.ADMIN, "/organization/settings/roles/delete?role=bookkeeper"),
                at(Who.ADMIN, "/organization/origins"));
    }

    private HttpResponse<String> form(String session, String path, Map<String, String> fields) {
        Map<String, String> whole = new HashMap<>(fields);
        whole.put("form_token", formToken(session));
        HttpResponse<String> answer = call(path).as(session).post(whole);
        assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(303);
        return answer;
    }

    private void arrive(Who who, String name, String value) {
        cookies.put(who, List.of(new Cookie(name, value).setUrl(address())));
    }

    private static String invitation(String address) {
        for (int number = 1; number <= 2; number++) {
            Matcher link = Pattern.compile("/join/([^\\s\"<]+)")
                    .matcher(mailTo(address, number).text());
            if (link.find()) {
                return link.group(1);
            }
        }
        throw new AssertionError("no invitation among the mails to " + address);
    }

    @Test
    void everyPageIsInTheList() {
        Set<String> listed = pages().stream()
                .map(visit -> String.valueOf(visit.route()))
                .collect(Collectors.toCollection(TreeSet::new));
        listed.addAll(ELSEWHERE.keySet());
        Set<String> missing = router.uriRoutes()
                .filter(route -> route.getHttpMethod() == HttpMethod.GET
                        && route.getProduces().contains(MediaType.TEXT_HTML_TYPE))
                .map(route -> route.getUriMatchTemplate().toPathString())
                .filter(route -> !listed.contains(route))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(missing)
                .as("nobody looks at these pages: give each a line in pages(), such as"
                        + " at(Who.ADMIN, \"/organization/settings\"), or a reason in ELSEWHERE")
                .isEmpty();
    }

    @Test
    void everyPageIsFitForEveryReaderInEveryLook() {
        List<Visit> pages = pages();
        for (String language : LANGUAGES) {
            for (Who who : Who.values()) {
                try (BrowserContext context = Browser.chromium()
                        .newContext(new com.microsoft.playwright.Browser.NewContextOptions()
                                .setLocale(language)
                                .setReducedMotion(ReducedMotion.REDUCE)
                                .setColorScheme(ColorScheme.LIGHT))) {
                    context.addCookies(cookies.get(who));
                    if (!language.equals("de")) {
                        context.addInitScript(AXE);
                    }
                    Page page = listened(context.newPage());
                    pages.stream().filter(visit -> visit.who() == who).forEach(visit -> look(page, language, visit));
                }
            }
        }
        assertThat(found).isEmpty();
    }

    /** One load: wide, then narrow. English is judged light and dark; German has the longest words and is only measured. */
    private void look(Page page, String language, Visit visit) {
        name = language + " " + visit + ": ";
        try {
            open(page, visit);
        } catch (PlaywrightException e) {
            found.add(name + e.getMessage().replace("\n", " "));
            return;
        }
        expect("language", language, page.evaluate("document.documentElement.lang"));
        expect("direction", language.equals("ar") ? "rtl" : "ltr", page.evaluate("document.documentElement.dir"));
        expect("words without a translation", List.of(), page.evaluate("""
                (document.documentElement.outerHTML.match(/[?]{2}[a-z.-]+[a-z_]*[?]{2}/g) || [])"""));
        expect("headings that show", "H1, one of them", page.evaluate("""
                (() => {
                  const shown = [...document.querySelectorAll('h1, h2, h3, h4')].filter(h => h.checkVisibility());
                  const most = shown.filter(h => h.tagName === 'H1').length;
                  return (shown[0]?.tagName ?? 'none') + (most === 1 ? ', one of them' : ', ' + most + ' of them');
                })()"""));
        expect("pictures that are not there or not ours", List.of(), page.evaluate("""
                [...document.images]
                  .filter(i => !i.complete || !i.naturalWidth || new URL(i.currentSrc).origin !== location.origin)
                  .map(i => i.outerHTML)"""));
        if (!language.equals("de")) {
            judge(page, "", "{}");
        }
        if (language.equals("en")) {
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
            // Nothing else about a page is another in the dark.
            judge(page, "dark: ", "{runOnly: ['color-contrast', 'link-in-text-block']}");
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        }
        page.setViewportSize(NARROW, 800);
        expect("what sticks out at " + NARROW, List.of(), page.evaluate("""
                (() => {
                  const root = document.scrollingElement;
                  if (root.scrollWidth <= root.clientWidth) return [];
                  const sticksOut = e => { const b = e.getBoundingClientRect(); return b.right > innerWidth + 1 || b.left < -1; };
                  return [root.scrollWidth + ' wide'].concat([...document.querySelectorAll('body *')]
                    .filter(e => sticksOut(e) && ![...e.children].some(sticksOut)).slice(0, 3).map(e => e.outerHTML));
                })()"""));
        if (language.equals("en")) {
            judge(
                    page,
                    NARROW + ": ",
                    "{runOnly: ['color-contrast', 'link-in-text-block', 'scrollable-region-focusable']}");
            page.keyboard().press("Tab");
            expect("focus that does not show", List.of(), page.evaluate(FOCUS));
        }
    }

    private void open(Page page, Visit visit) {
        page.setViewportSize(WIDE, 800);
        Response response = page.navigate(address() + visit.address());
        expect("status", visit.status(), response.status());
        visit.clicks().forEach(selector -> page.locator(selector).first().click());
        if (visit.clicks().stream().anyMatch(selector -> selector.contains("button") || selector.contains("submit"))) {
            page.locator(".confirm").first().waitFor();
        }
    }

    private Page listened(Page page) {
        page.onConsoleMessage(message -> {
            // The browser itself notes that a page is an error page, and that signing out empties its cache.
            if (!message.text().contains("the server responded with a status of 4")
                    && !message.text().startsWith("Clear-Site-Data")) {
                found.add(name + "console: " + message.text());
            }
        });
        page.onPageError(error -> found.add(name + "script: " + error));
        page.onRequest(request -> {
            if (!request.url().startsWith(address()) || request.url().endsWith("/csp-report")) {
                found.add(name + "asks for what it should not: " + request.url());
            }
        });
        return page;
    }

    private void expect(String what, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            found.add(name + what + ": " + actual);
        }
    }

    /** What axe finds. It is in the page already, so that it is read once for each page and not once for each look. */
    private void judge(Page page, String look, String rules) {
        @SuppressWarnings("unchecked")
        List<String> violations = (List<String>) page.evaluate("""
                axe.run({resultTypes: ['violations'], ...%s}).then(result => result.violations.map(
                  rule => rule.id + ' ' + rule.nodes[0].html + ' ' + rule.nodes[0].failureSummary))""".formatted(rules));
        violations.forEach(violation -> found.add(name + look + "axe: " + violation));
    }

    private static String axe() {
        try (InputStream script = AxeBuilder.class.getResourceAsStream("/axe.min.js")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
