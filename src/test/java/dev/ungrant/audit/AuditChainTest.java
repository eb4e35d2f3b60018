package dev.ungrant.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.ApiTest;
import dev.ungrant.audit.ChainReport.Problem;
import dev.ungrant.rbac.Actor;
import dev.ungrant.rbac.Subject;
import dev.ungrant.rbac.Via;
import dev.ungrant.web.WireId;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** L07: whoever can write to the database alone changes nothing of what happened without its being noticed. */
final class AuditChainTest extends ApiTest {
    @Inject
    AuditLog auditLog;

    @Inject
    AuditSealer sealer;

    @Inject
    AuditVerifier verifier;

    private final UUID projectId = UUID.randomUUID();
    private final UUID tenantId = UUID.randomUUID();
    private final ChainOwner owner = new ChainOwner(tenantId, "organization");

    @BeforeEach
    void tenEvents() {
        transactions.write(() -> {
            auditLog.record(AuditEvent.inTenant(actor(), projectId, tenantId, "organization.created"));
            return null;
        });
        record(9);
        sealEverything();
    }

    @Test
    void eventsAreNumberedInTheOrderInWhichTheyHappened() throws SQLException {
        assertThat(column("SELECT seq FROM audit_events WHERE tenant_id = ? ORDER BY occurred_at, event_id"))
                .containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9", "10");
        ChainReport report = verifier.verify(owner, null);
        assertThat(report.bad()).isNull();
        assertThat(report.sound()).isTrue();
        assertThat(report.events()).isEqualTo(10);
        assertThat(report.seq()).isEqualTo(10);
    }

    @ParameterizedTest(name = "{0}: {1} at {2}")
    @CsvSource(delimiter = '|', textBlock = """
        an edited action                 | CHANGED      | 4  | UPDATE audit_events SET action = 'grant.opened' WHERE tenant_id = ? AND seq = 4
        an edited time                   | CHANGED      | 4  | UPDATE audit_events SET occurred_at = occurred_at - INTERVAL 1 MICROSECOND WHERE tenant_id = ? AND seq = 4
        an edited actor                  | CHANGED      | 4  | UPDATE audit_events SET actor_id = NULL WHERE tenant_id = ? AND seq = 4
        an edited address                | CHANGED      | 4  | UPDATE audit_events SET ip_address = '203.0.113.1' WHERE tenant_id = ? AND seq = 4
        an edited reason                 | CHANGED      | 4  | UPDATE audit_events SET reason = '' WHERE tenant_id = ? AND seq = 4
        edited details                   | CHANGED      | 4  | UPDATE audit_events SET details = JSON_SET(details, '$.n', 99) WHERE tenant_id = ? AND seq = 4
        an edited hash                   | CHANGED      | 4  | UPDATE audit_events SET hash = REVERSE(hash) WHERE tenant_id = ? AND seq = 4
        an edit hashed anew without key  | CHANGED      | 4  | UPDATE audit_events SET action = 'x', hash = UNHEX(SHA2(CONCAT(tenant_id, 'x'), 256)) WHERE tenant_id = ? AND seq = 4
        another's mac                    | FORGED       | 4  | UPDATE audit_events SET mac = REVERSE(mac) WHERE tenant_id = ? AND seq = 4
        a deleted event                  | MISSING      | 6  | DELETE FROM audit_events WHERE tenant_id = ? AND seq = 6
        a deleted first event            | MISSING      | 1  | DELETE FROM audit_events WHERE tenant_id = ? AND seq = 1
        numbers closed up after a delete | CHANGED      | 6  | DELETE FROM audit_events WHERE tenant_id = ? AND seq = 6; UPDATE audit_events SET seq = seq - 1 WHERE tenant_id = ? AND seq > 6 ORDER BY seq; UPDATE audit_chains SET seq = 9 WHERE tenant_id = ?
        two events that change places    | CHANGED      | 3  | UPDATE audit_events SET seq = 99 WHERE tenant_id = ? AND seq = 3; UPDATE audit_events SET seq = 3 WHERE tenant_id = ? AND seq = 7; UPDATE audit_events SET seq = 7 WHERE tenant_id = ? AND seq = 99
        the newest cut off               | TRUNCATED    | 8  | DELETE FROM audit_events WHERE tenant_id = ? AND seq > 7
        cut off, and the head moved back | HEAD_FORGED  | 7  | DELETE FROM audit_events WHERE tenant_id = ? AND seq > 7; UPDATE audit_chains c JOIN audit_events e USING (tenant_id) SET c.seq = 7, c.hash = e.hash WHERE c.tenant_id = ? AND e.seq = 7
        everything cut off               | TRUNCATED    | 1  | DELETE FROM audit_events WHERE tenant_id = ?
        everything gone, the head too    | WITHOUT_BEGINNING | 1  | DELETE FROM audit_events WHERE tenant_id = ?; DELETE FROM audit_chains WHERE tenant_id = ?
        the head gone                    | HEAD_MISSING | 10 | DELETE FROM audit_chains WHERE tenant_id = ?
        the head moved back alone        | BEYOND_HEAD  | 8  | UPDATE audit_chains c JOIN audit_events e USING (tenant_id) SET c.seq = 7, c.hash = e.hash WHERE c.tenant_id = ? AND e.seq = 7
        one put in behind the last       | CHANGED      | 11 | INSERT INTO audit_events SELECT tenant_id, UNHEX(MD5('forged')), occurred_at, project_id, actor_kind, actor_id, session_id, door, action, outcome, subject_kind, subject_id, app_id, grant_id, reason, request_id, ip_address, details, mac, 11, hash FROM audit_events WHERE tenant_id = ? AND seq = 10
        one unsealed behind our back     | MISSING      | 5  | UPDATE audit_events SET seq = NULL, hash = NULL WHERE tenant_id = ? AND seq = 5
        """)
    void manipulationIsFoundAndItsFirstRowNamed(String what, Problem problem, long seq, String sql)
            throws SQLException {
        for (String statement : sql.split(";")) {
            execute(statement);
        }
        ChainReport report = verifier.verify(owner, null);
        assertThat(report.sound()).isFalse();
        assertThat(report.bad()).isNotNull();
        assertThat(report.bad().problem()).isEqualTo(problem);
        assertThat(report.bad().seq()).isEqualTo(seq);
        if (problem == Problem.CHANGED || problem == Problem.FORGED) {
            assertThat(column("SELECT BIN_TO_UUID(event_id) FROM audit_events WHERE tenant_id = ? AND seq = " + seq))
                    .containsExactly(report.bad().eventId().toString());
        }
        // What happens from now on heals nothing.
        record(3);
        sealEverything();
        assertThat(verifier.verify(owner, null).bad()).isNotNull();
        assertThat(verifier.verify(owner, null).overdue()).isZero();
    }

    /** It has no number yet, so the sealing node takes it for one of ours; the verifier does not. */
    @Test
    void eventThatNoNodeWroteIsSealedAndFound() throws SQLException {
        execute("""
                INSERT INTO audit_events (tenant_id, event_id, occurred_at, project_id, actor_kind, door, action, outcome, request_id,
                  details, mac)
                SELECT tenant_id, UNHEX(MD5(RAND())), UTC_TIMESTAMP(6), project_id, actor_kind, door, action, outcome, request_id,
                  details, mac FROM audit_events WHERE tenant_id = ? AND seq = 2
                """);
        sealEverything();
        ChainReport report = verifier.verify(owner, null);
        assertThat(report.bad().problem()).isEqualTo(Problem.FORGED);
        assertThat(report.bad().seq()).isEqualTo(11);
        assertThat(report.bad().action()).isEqualTo("grant.revoked");
    }

    /** A whole genuine earlier state, head included, is told from the present one only by a head that was noted elsewhere. */
    @Test
    void rollBackToAnEarlierStateIsFoundAgainstANotedHead() throws SQLException {
        List<String> earlier =
                column("SELECT CONCAT(seq, ':', HEX(hash), ':', HEX(mac)) FROM audit_chains WHERE tenant_id = ?");
        record(5);
        sealEverything();
        ChainReport noted = verifier.verify(owner, null);
        String[] head = earlier.getFirst().split(":");
        execute("DELETE FROM audit_events WHERE tenant_id = ? AND seq > 10");
        execute("UPDATE audit_chains SET seq = " + head[0] + ", hash = UNHEX('" + head[1] + "'), mac = UNHEX('"
                + head[2] + "') WHERE tenant_id = ?");
        assertThat(verifier.verify(owner, null).sound()).isTrue();
        AuditVerifier.Noted expected = new AuditVerifier.Noted(noted.seq(), noted.hash());
        assertThat(verifier.verify(owner, expected).bad().problem()).isEqualTo(Problem.ROLLED_BACK);
        assertThat(verifier.verify(owner, expected).bad().seq()).isEqualTo(11);
        // And when as many other events have happened since.
        record(6);
        sealEverything();
        ChainReport other = verifier.verify(owner, expected);
        assertThat(other.bad().problem()).isEqualTo(Problem.NOT_AS_NOTED);
        assertThat(other.bad().seq()).isEqualTo(15);
    }

    @Test
    void headThatWasNotedEarlierIsFoundOnTheWay() {
        ChainReport noted = verifier.verify(owner, null);
        record(5);
        sealEverything();
        ChainReport later = verifier.verify(owner, new AuditVerifier.Noted(noted.seq(), noted.hash()));
        assertThat(later.sound()).isTrue();
        assertThat(later.seq()).isEqualTo(15);
    }

    /** Its time is before that of events which have their numbers already. */
    @Test
    void eventWhoseTransactionIsCommittedLateIsNotPassedOver() throws SQLException, InterruptedException {
        AtomicBoolean written = new AtomicBoolean();
        AtomicBoolean mayCommit = new AtomicBoolean();
        Thread late = Thread.ofVirtual()
                .start(() -> transactions.write(() -> {
                    auditLog.record(event(0, "late.act"));
                    written.set(true);
                    await(mayCommit);
                    return null;
                }));
        await(written);
        record(4);
        sealEverything();
        assertThat(verifier.verify(owner, null).seq()).isEqualTo(14);
        mayCommit.set(true);
        late.join();
        sealEverything();
        assertThat(column("SELECT seq FROM audit_events WHERE tenant_id = ? AND action = 'late.act'"))
                .containsExactly("15");
        assertThat(verifier.verify(owner, null).sound()).isTrue();
    }

    @Test
    void detailsAreSealedByTheirValueWhicheverWayTheDatabaseSpellsThem() {
        transactions.write(() -> {
            auditLog.record(event(1, "grant.revoked")
                    .with(Map.of(
                            "zebra",
                            1,
                            "a",
                            List.of("é \u202e \uD83D\uDE00", "", 2.50, 1e21, -0.0, 12345678901L),
                            "longer",
                            Map.of("b", true, "aa", List.of())))
                    .because("Left the company – “for good”, \u0000 end"));
            return null;
        });
        sealEverything();
        assertThat(verifier.verify(owner, null).bad()).isNull();
        assertThat(verifier.verify(owner, null).events()).isEqualTo(11);
    }

    /** Four sealing nodes and two that write, and connections that die in the middle of it. */
    @Test
    void twentyThousandEventsMakeOneChainWhoeverSealsAndWhateverDies() throws Exception {
        int batches = 40;
        AtomicBoolean writing = new AtomicBoolean(true);
        int killed = 0;
        try (ExecutorService nodes = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> sealers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                sealers.add(nodes.submit(() -> {
                    while (writing.get()) {
                        trySealing();
                    }
                }));
            }
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                writers.add(nodes.submit(() -> IntStream.range(0, batches / 2).forEach(batch -> record(500))));
            }
            while (!writers.stream().allMatch(Future::isDone)) {
                killed += killSealers();
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
            for (int i = 0; i < 200 && killed == 0; i++) {
                record(50);
                killed += killSealers();
            }
            writing.set(false);
            for (Future<?> node : sealers) {
                node.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
        sealEverything();
        ChainReport report = verifier.verify(owner, null);
        assertThat(report.bad()).isNull();
        assertThat(report.events()).isGreaterThanOrEqualTo(10 + 500L * batches);
        assertThat(column("SELECT COUNT(*) FROM audit_events WHERE tenant_id = ?"))
                .containsExactly(Long.toString(report.events()));
        assertThat(killed).as("sealing that was cut off").isPositive();
    }

    /** Nobody can seal while the head is held. */
    @Test
    void eventsThatWaitForMoreThanAMinuteAreReported() throws SQLException {
        try (Connection holder = database()) {
            holder.setAutoCommit(false);
            try (PreparedStatement lock = holder.prepareStatement(
                    "SELECT seq FROM audit_chains WHERE tenant_id = UUID_TO_BIN(?) FOR UPDATE")) {
                lock.setString(1, tenantId.toString());
                lock.executeQuery();
            }
            record(2);
            assertThat(sealer.seal(tenantId)).isZero();
            assertThat(verifier.verify(owner, null).sound())
                    .as("of the last minute")
                    .isTrue();
            execute(
                    "UPDATE audit_events SET occurred_at = occurred_at - INTERVAL 61 SECOND WHERE tenant_id = ? AND seq IS NULL");
            ChainReport report = verifier.verify(owner, null);
            assertThat(report.bad()).isNull();
            assertThat(report.overdue()).isEqualTo(2);
            assertThat(report.sound()).isFalse();
            holder.rollback();
        }
        sealEverything();
        assertThat(verifier.verify(owner, null).sound()).isTrue();
    }

    @Test
    void whatIsNewIsFoundByAKeyAndInItsOrder() throws SQLException {
        String found = column("""
                        EXPLAIN FORMAT=TREE SELECT * FROM audit_events FORCE INDEX (unsealed)
                        WHERE seq IS NULL AND tenant_id > ? ORDER BY tenant_id LIMIT 1
                        """).getFirst();
        assertThat(found).contains("using unsealed").doesNotContain("Sort");
        String batch = column("""
                        EXPLAIN FORMAT=TREE SELECT * FROM audit_events FORCE INDEX (unsealed)
                        WHERE seq IS NULL AND tenant_id = ? ORDER BY occurred_at, event_id LIMIT 500
                        """).getFirst();
        assertThat(batch).contains("using unsealed").doesNotContain("Sort");
        String walk = column("""
                        EXPLAIN FORMAT=TREE SELECT * FROM audit_events FORCE INDEX (chain)
                        WHERE tenant_id = ? AND seq > 5 ORDER BY seq LIMIT 500
                        """).getFirst();
        assertThat(walk).contains("using chain").doesNotContain("Sort");
    }

    private void record(int events) {
        transactions.write(() -> {
            auditLog.recordAll(IntStream.range(0, events)
                    .mapToObj(n -> event(n, "grant.revoked"))
                    .toList());
            return null;
        });
    }

    private AuditEvent event(int n, String action) {
        Subject subject = Subject.member(projectId, tenantId, UUID.randomUUID());
        return AuditEvent.about(actor(), subject, action)
                .app(UUID.randomUUID())
                .grant(UUID.randomUUID())
                .because("because " + n)
                .with(Map.of("why", "revoked", "n", n));
    }

    private static Actor actor() {
        Via via = new Via(Via.Door.PORTAL, WireId.of("request-id", UUID.randomUUID()), "198.51.100.7");
        return new Actor(Actor.Kind.MEMBER, UUID.randomUUID(), UUID.randomUUID(), via);
    }

    private void sealEverything() {
        while (sealer.seal(tenantId) > 0) {
            // Until nothing is left.
        }
        try {
            // Another node's sealer may be at it.
            while (!column("SELECT 1 FROM audit_events WHERE tenant_id = ? AND seq IS NULL LIMIT 1")
                    .isEmpty()) {
                Thread.onSpinWait();
                sealer.seal(tenantId);
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private void trySealing() {
        try {
            sealer.seal(tenantId);
        } catch (RuntimeException e) {
            // A connection that was killed, or a chain that cannot go on.
        }
    }

    private static void await(AtomicBoolean condition) {
        while (!condition.get()) {
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static int killSealers() throws SQLException {
        int killed = 0;
        try (Connection connection = database();
                var statement = connection.createStatement()) {
            List<Long> ids = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery(
                    "SELECT id FROM information_schema.processlist WHERE info LIKE 'UPDATE JSON_TABLE(%audit_events%'")) {
                while (rows.next()) {
                    ids.add(rows.getLong(1));
                }
            }
            for (long id : ids) {
                try {
                    statement.execute("KILL " + id);
                    killed++;
                } catch (SQLException e) {
                    // It was done in the meantime.
                }
            }
        }
        return killed;
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database();
                PreparedStatement statement = prepare(connection, sql)) {
            assertThat(statement.executeUpdate()).as(sql).isPositive();
        }
    }

    private List<String> column(String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Connection connection = database();
                PreparedStatement statement = prepare(connection, sql);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    private PreparedStatement prepare(Connection connection, String sql) throws SQLException {
        PreparedStatement statement =
                connection.prepareStatement(sql.replaceAll("tenant_id ([=>]) \\?", "tenant_id $1 UUID_TO_BIN(?)"));
        for (int i = 1; i <= statement.getParameterMetaData().getParameterCount(); i++) {
            statement.setString(i, tenantId.toString());
        }
        return statement;
    }
}
