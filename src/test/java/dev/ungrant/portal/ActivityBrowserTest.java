package dev.ungrant.portal;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Media;
import dev.ungrant.connectedapps.ClientType;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.members.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Activity in a real browser: filters, files and paper, with script and without. */
class ActivityBrowserTest extends PortalStory {
    private static final String PATH = "/organization/activity";

    private String admin;
    private String session;
    private ConnectedApp calendar;

    @BeforeEach
    void somethingHappens() {
        Member ada = cast.admin("Ada Lindqvist");
        Member ben = cast.member("Ben Okafor");
        Member cleo = cast.member("Cleo Marchetti-Vandenberg");
        admin = cast.signIn(cast.subject(ada));
        session = cast.signIn(cast.subject(ben));
        calendar = cast.app("Calendar", ClientType.THIRD_PARTY, "https://calendar.example", true);
        ConnectedApp agent = cast.app("Research Agent", ClientType.THIRD_PARTY_PUBLIC, "https://agents.example", false);
        cast.grant(cast.subject(ben), calendar, "openid calendar:read", 10, 1, 0, true);
        PortalDoor.revoke(server.getPort(), session, calendar.wireId(), false);
        event("grant.opened", "PORTAL", "MEMBER", ben, ben, calendar, "DONE", 10, null);
        event("grant.opened", "PORTAL", "MEMBER", cleo, cleo, agent, "DONE", 9, null);
        event("session.begun", "PORTAL", "MEMBER", cleo, cleo, null, "DONE", 9, null);
        event(
                "grant.revoked",
                "PORTAL",
                "MEMBER",
                ada,
                cleo,
                agent,
                "DONE",
                6,
                "The agent wrote to customers by itself, see ticket 4711");
        event("revoke.connected-app", "PORTAL", "MEMBER", ben, cleo, calendar, "DENIED", 5, null);
        event("token.refresh_reused", "OAUTH", "SYSTEM", null, ben, calendar, "DONE", 4, null);
        event("member.updated", "API", "PROJECT", null, cleo, null, "DONE", 3, null);
    }

    @Test
    void administratorFiltersWithScriptAndTheAddressFollows() {
        try (BrowserContext context = browser(options(), admin)) {
            Page page = open(context, PATH);
            assertThat(page.locator("h1")).containsText("Activity");
            assertThat(page.locator("nav.subtabs [aria-current]")).hasText("Activity");
            page.selectOption("#kind", "grant.revoked");
            assertThat(page.locator("tbody > tr")).hasCount(2);
            assertThat(page).hasURL(address() + PATH + "?kind=grant.revoked");
            assertThat(page.locator("#event-count")).hasText("2");
            assertThat(page.locator(".found")).containsText("2 events match");
            page.locator("tbody a", new Page.LocatorOptions().setHasText("Research Agent"))
                    .first()
                    .click();
            assertThat(page.locator(".removable")).containsText("App Research Agent");
            assertThat(page.locator("tbody > tr")).hasCount(2);
            page.selectOption("#outcome", "denied");
            assertThat(page.locator(".empty")).containsText("No event matches");
            page.locator(".empty").getByText("Clear filters").click();
            page.fill("#request", "request-id-test-4");
            assertThat(page.locator("tbody > tr")).hasCount(1);
            assertThat(page.locator("#request")).isFocused();
            assertThat(page.locator("tbody")).containsText("A used-up token was sent again");
            page.reload();
            assertThat(page.locator("tbody > tr")).hasCount(1);
            page.locator("tbody summary").click();
            assertThat(page.locator(".event-facts")).isVisible();
        }
    }

    @Test
    void administratorFiltersAndDownloadsWithoutScript() throws IOException {
        try (BrowserContext context = browser(options().setJavaScriptEnabled(false), admin)) {
            Page page = open(context, PATH);
            page.selectOption("#kind", "access");
            page.selectOption("#by", "member");
            page.getByText("Apply").click();
            assertThat(page.locator("tbody > tr")).hasCount(5);
            page.locator("tbody > tr", new Page.LocatorOptions().setHasText("ticket 4711"))
                    .locator("summary")
                    .click();
            assertThat(page.locator("tbody > tr", new Page.LocatorOptions().setHasText("ticket 4711")))
                    .containsText("Network address");
            for (String format : List.of("CSV", "JSON Lines")) {
                Download download = page.waitForDownload(
                        () -> page.locator(".exports").getByText(format).click());
                List<String> lines = Files.readAllLines(download.path());
                assertThat(lines).hasSize(format.equals("CSV") ? 6 : 5);
                assertThat(download.suggestedFilename()).endsWith(format.equals("CSV") ? ".csv" : ".jsonl");
            }
        }
    }

    @Test
    void paperHasAllColumnsAndNoNavigation() throws IOException {
        try (BrowserContext context = browser(options(), admin)) {
            Page page = open(context, PATH + "?kind=access");
            page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));
            for (String gone : List.of("header nav", ".filters", ".subtabs", ".exports", ".account", "tbody summary")) {
                assertThat(page.locator(gone).first()).isHidden();
            }
            assertThat(page.locator(".print-only")).isVisible();
            assertThat(page.locator(".print-only")).containsText(PATH + "?kind=access");
            for (String there : List.of("Network address", "Request", "Number", "When", "By", "Through")) {
                assertThat(page.locator("thead th", new Page.LocatorOptions().setHasText(there))
                                .first())
                        .isVisible();
            }
            assertThat(page.locator("tbody .exact").first()).isVisible();
            assertThat(page.locator("tbody > tr", new Page.LocatorOptions().setHasText("ticket 4711")))
                    .containsText("198.51.100.99");
            assertThat(page.pdf(new Page.PdfOptions().setFormat("A4"))).hasSizeGreaterThan(10_000);
        }
    }

    private void event(
            String action,
            String door,
            String actorKind,
            Member actor,
            Member subject,
            ConnectedApp app,
            String outcome,
            int daysAgo,
            String reason) {
        cast.update(
                """
                INSERT INTO audit_events (tenant_id, event_id, occurred_at, project_id, actor_kind, actor_id, session_id, door,
                  action, outcome, subject_kind, subject_id, app_id, grant_id, reason, request_id, ip_address, details)
                VALUES (?, ?, UTC_TIMESTAMP(6) - INTERVAL ? DAY, ?, ?, ?, ?, ?, ?, ?, 'MEMBER', ?, ?, ?, ?, ?, '198.51.100.99', '{}')
                """,
                cast.organization.organizationId(),
                UUID.randomUUID(),
                daysAgo,
                cast.project.projectId(),
                actorKind,
                actor == null ? null : actor.memberId(),
                actor == null ? null : UUID.randomUUID(),
                door,
                action,
                outcome,
                subject.memberId(),
                app == null ? null : app.appId(),
                app == null ? null : UUID.randomUUID(),
                reason,
                "request-id-test-" + daysAgo);
    }
}
