package dev.ungrant.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.ApiTest;
import dev.ungrant.commands.CommandLine;
import io.micronaut.context.ApplicationContext;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** L07 at the command line. */
final class VerifyAuditTest extends ApiTest {
    @Inject
    ApplicationContext context;

    private Backend backend;
    private String acme;
    private UUID acmeId;

    @BeforeEach
    void cast() throws SQLException, InterruptedException {
        backend = b2b();
        Map<String, Object> organization = backend.organization("Acme");
        acme = (String) organization.get("organization_id");
        acmeId = uuid("organization", acme);
        backend.member(organization, "ben@acme.example");
        backend.member(organization, "cleo@acme.example");
        backend.organization("Globex");
        // The node itself seals, within a second or so.
        for (int i = 0; i < 1000 && unsealed() > 0; i++) {
            Thread.sleep(20);
        }
        assertThat(unsealed()).isZero();
    }

    @Test
    void whatIsAsItWasSealedIsSaidWithItsHead(@TempDir Path folder) throws IOException {
        Map<String, Object> answer = verify(0, "--project", backend.project().wireId());
        assertThat(answer).containsEntry("sound", true).containsEntry("events", 4);
        assertThat(chains(answer))
                .hasSize(3)
                .allSatisfy(
                        chain -> assertThat(chain).containsEntry("sound", true).doesNotContainKey("first_bad"));
        Map<String, Object> one = chain(verify(0, "--organization", acme), acme);
        assertThat(one).containsEntry("events", 3);
        String head = (String) one.get("head");
        assertThat(head).matches("3:[0-9a-f]{64}");
        verify(0, "--organization", acme, "--expect", head);
        Path file = Files.writeString(folder.resolve("heads.json"), json.write(answer));
        verify(0, "--project", backend.project().wireId(), "--expect", file.toString());
        verify(0, "--organization", acme, "--expect", file.toString());
    }

    @Test
    void firstBadEventIsNamedAndTheExitCodeSaysSo() throws SQLException {
        update("UPDATE audit_events SET request_id = 'request-id-test-x' WHERE seq = 2 AND tenant_id = UUID_TO_BIN(?)");
        Map<String, Object> answer = verify(3, "--organization", acme);
        assertThat(answer).containsEntry("sound", false);
        assertThat(chain(answer, acme)).containsEntry("sound", false).containsEntry("events", 1);
        assertThat(bad(answer))
                .containsEntry("problem", "changed")
                .containsEntry("seq", 2)
                .containsEntry("action", "member.created")
                .hasEntrySatisfying("event_id", id -> assertThat((String) id).startsWith("event-test-"));
        Map<String, Object> all = verify(3, "--project", backend.project().wireId());
        assertThat(chains(all))
                .filteredOn(chain -> chain.get("sound").equals(false))
                .hasSize(1);
        assertThat(bad(all)).containsEntry("seq", 2);
    }

    @Test
    void chainsThatWereNotedAndAreGoneAreMissed(@TempDir Path folder) throws SQLException, IOException {
        Map<String, Object> before = verify(0, "--project", backend.project().wireId());
        Path file = Files.writeString(folder.resolve("heads.json"), json.write(before));
        update("DELETE FROM audit_events WHERE tenant_id = UUID_TO_BIN(?)");
        update("DELETE FROM audit_chains WHERE tenant_id = UUID_TO_BIN(?)");
        assertThat(bad(verify(3, "--project", backend.project().wireId())))
                .containsEntry("problem", "without_beginning")
                .containsEntry("seq", 1);
        assertThat(bad(verify(3, "--project", backend.project().wireId(), "--expect", file.toString())))
                .containsEntry("problem", "rolled_back");
        update("DELETE FROM organizations WHERE organization_id = UUID_TO_BIN(?)");
        verify(0, "--project", backend.project().wireId());
        Map<String, Object> missed = verify(3, "--project", backend.project().wireId(), "--expect", file.toString());
        assertThat(missed.get("noted_and_not_found")).isEqualTo(List.of(acme));
    }

    @Test
    void wrongOptionsAreRefused(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("other.json"), "{}");
        for (List<String> wrong : List.of(
                List.of("--organization", "acme"),
                List.of("--organization", acme, "--project", backend.project().wireId()),
                List.of("--expect", "1:" + "0".repeat(64)),
                List.of("--organization", acme, "--expect", file.toString()),
                List.of("--organization", acme, "--expect", "nowhere.json"))) {
            assertThat(run(new ByteArrayOutputStream(), wrong.toArray(String[]::new)))
                    .as("%s", wrong)
                    .isEqualTo(2);
        }
    }

    private Map<String, Object> verify(int exitCode, String... options) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(run(out, options)).as(out.toString(StandardCharsets.UTF_8)).isEqualTo(exitCode);
        return json.object(out.toString(StandardCharsets.UTF_8));
    }

    private int run(ByteArrayOutputStream out, String... options) {
        String[] arguments = new String[options.length + 1];
        arguments[0] = "verify-audit";
        System.arraycopy(options, 0, arguments, 1, options.length);
        return new CommandLine(context, new PrintStream(out, true, StandardCharsets.UTF_8))
                .run(arguments, new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> chains(Map<String, Object> answer) {
        return (List<Map<String, Object>>) answer.get("chains");
    }

    private static Map<String, Object> chain(Map<String, Object> answer, String name) {
        return chains(answer).stream()
                .filter(chain -> chain.get("chain").equals(name))
                .findFirst()
                .orElseThrow();
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> bad(Map<String, Object> answer) {
        return (Map<String, Object>) chain(answer, acme).get("first_bad");
    }

    private void update(String sql) throws SQLException {
        try (Connection connection = database();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, acmeId.toString());
            assertThat(statement.executeUpdate()).isPositive();
        }
    }

    private long unsealed() throws SQLException {
        try (Connection connection = database();
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT COUNT(*) FROM audit_events WHERE project_id = UUID_TO_BIN(?) AND seq IS NULL")) {
            statement.setString(1, backend.project().projectId().toString());
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }
}
