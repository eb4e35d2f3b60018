package dev.ungrant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.RunningJar;
import dev.ungrant.connectedapps.ClientType;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.members.Member;
import dev.ungrant.portal.PortalCast;
import io.micronaut.context.ApplicationContext;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node that dies by kill -9 in the midst of a job of ten thousand grants, and one that is started after it. */
@MicronautTest(transactional = false)
final class KilledJobTest {
    private static final int PEOPLE = 2_000;
    private static final int APPS = 5;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @Inject
    ApplicationContext context;

    @Inject
    JobRunner runner;

    private PortalCast cast;
    private String session;
    private RunningJar jar;

    @BeforeEach
    void cast() throws InterruptedException, IOException {
        // The node of the test itself leaves all work to the other one.
        runner.stop();
        Files.deleteIfExists(RunningJar.logOf("KilledJobTest"));
        cast = new PortalCast(context);
        Member ada = cast.admin("Ada");
        session = cast.signIn(cast.subject(ada));
        cast.update("""
                INSERT INTO members (organization_id, member_id, project_id, email_address, name, status, trusted_metadata,
                  untrusted_metadata, created_at, updated_at)
                WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999)
                SELECT o.organization_id, UUID_TO_BIN(UUID()), o.project_id, CONCAT('p', half.k, '-', n.i, '@crowd.example'),
                  CONCAT('Person ', half.k, '-', n.i), 'ACTIVE', '{}', '{}', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)
                FROM organizations o JOIN n JOIN (SELECT 0 AS k UNION ALL SELECT 1) half WHERE o.organization_id = ?
                """, cast.organization.organizationId());
        for (int i = 0; i < APPS; i++) {
            ConnectedApp app = cast.app("App " + i, ClientType.THIRD_PARTY, null, false);
            cast.update("""
                    INSERT INTO grants (tenant_id, grant_id, project_id, subject_kind, subject_id, app_id, scopes, granted_at,
                      authorized_at)
                    SELECT m.organization_id, UUID_TO_BIN(UUID()), m.project_id, 'MEMBER', m.member_id, ?, 'openid',
                      UTC_TIMESTAMP(6) - INTERVAL 1 DAY, UTC_TIMESTAMP(6) - INTERVAL 1 DAY
                    FROM members m WHERE m.organization_id = ? AND m.email_address LIKE '%@crowd.example'
                    """, app.appId(), cast.organization.organizationId());
        }
        jar = RunningJar.start("KilledJobTest", Map.of());
    }

    @AfterEach
    void end() {
        jar.close();
    }

    @Test
    void jobEndsRightWithOneEventForEachGrant() throws Exception {
        String job = removeAll();
        // Some steps are done, and some are not.
        while (number("SELECT done FROM jobs WHERE tenant_id = UUID_TO_BIN(?)") < 2_000) {
            Thread.sleep(5);
        }
        jar.kill();
        long done = number("SELECT done FROM jobs WHERE tenant_id = UUID_TO_BIN(?)");
        assertThat(done).isBetween(2_000L, (long) PEOPLE * APPS - 1);
        assertThat(ended()).as("what is ended is what the job says").isEqualTo(done);
        assertThat(number("SELECT COUNT(*) FROM jobs WHERE tenant_id = UUID_TO_BIN(?) AND finished_at IS NULL"))
                .isEqualTo(1);
        UUID late = lateConsent();

        jar = RunningJar.start("KilledJobTest", Map.of());
        for (int i = 0;
                i < 1_200
                        && number("SELECT COUNT(*) FROM jobs WHERE tenant_id = UUID_TO_BIN(?) AND state = 'DONE'") == 0;
                i++) {
            Thread.sleep(100);
        }
        String report = Jsoup.parse(get(job)).selectFirst("#job").text();
        assertThat(report).contains("Done", "10,000");
        assertThat(ended()).isEqualTo(PEOPLE * APPS);
        String events = " FROM audit_events WHERE tenant_id = UUID_TO_BIN(?) AND action = 'grant.revoked'";
        assertThat(number("SELECT COUNT(*)" + events)).isEqualTo(PEOPLE * APPS);
        assertThat(number("SELECT COUNT(DISTINCT grant_id)" + events)).isEqualTo(PEOPLE * APPS);
        assertThat(number("SELECT tally->'$.ended' FROM jobs WHERE tenant_id = UUID_TO_BIN(?)"))
                .isEqualTo(PEOPLE * APPS);
        assertThat(number("SELECT COUNT(*) FROM grants WHERE tenant_id = UUID_TO_BIN(?) AND live = 1"
                        + " AND grant_id = UUID_TO_BIN('" + late + "')"))
                .as("what was approved after the confirmation stays")
                .isEqualTo(1);
    }

    /** Somebody lets an app in while the job is cut off. */
    private UUID lateConsent() {
        Member eve = cast.member("Eve");
        return cast.grant(
                cast.subject(eve), cast.app("Late", ClientType.THIRD_PARTY, null, false), "openid", 0, -1, 0, true);
    }

    /** As an administrator does: all that there is, with a reason and the number of people. */
    private String removeAll() throws Exception {
        Element bulk = Jsoup.parse(get("/organization/apps?view=flat")).getElementById("bulk");
        String form = "view=flat&all=yes&reason=Incident&typed=" + PEOPLE + "&form_token="
                + bulk.selectFirst("[name=form_token]").val();
        HttpResponse<String> answer = CLIENT.send(
                request("/organization/apps/revoke")
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("Sec-Fetch-Site", "same-origin")
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
        return answer.headers().firstValue("location").orElseThrow();
    }

    private String get(String path) throws Exception {
        HttpResponse<String> answer = CLIENT.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(jar.uri(path))
                .header("Accept", "text/html")
                .header("Cookie", "s=" + session);
    }

    private long ended() {
        return number("SELECT COUNT(*) FROM grants WHERE tenant_id = UUID_TO_BIN(?) AND revoked_at IS NOT NULL");
    }

    private long number(String query) {
        try (Connection connection = DriverManager.getConnection(
                        System.getProperty("ungrant.db.url"),
                        System.getProperty("ungrant.db.user"),
                        System.getProperty("ungrant.db.password"));
                PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, cast.organization.organizationId().toString());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
