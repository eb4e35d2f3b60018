package dev.ungrant.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.database.Transactions;
import dev.ungrant.members.Member;
import dev.ungrant.portal.PortalCast;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policy;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.rbac.Via;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.Problem;
import dev.ungrant.web.WireId;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each part of the work that these tests do is an audit event, so that the database itself counts what was done. */
@MicronautTest(transactional = false)
@Property(name = "spec.name", value = "JobsTest")
final class JobsTest {
    private static final UUID HERE = UUID.randomUUID();
    private static final UUID THERE = UUID.randomUUID();

    @Inject
    ApplicationContext context;

    @Inject
    Jobs jobs;

    @Inject
    JobSteps steps;

    @Inject
    JobRunner runner;

    @Inject
    JobRepository repository;

    @Inject
    Transactions transactions;

    @Inject
    Parts parts;

    @Inject
    SettledParts settled;

    private PortalCast cast;
    private Member ada;

    /** Does so many parts, one in each step, and fails as often as it is told to. */
    abstract static class SomeParts implements JobKind {
        private final AuditLog auditLog;
        private final Json json;
        volatile int failures;

        SomeParts(AuditLog auditLog, Json json) {
            this.auditLog = auditLog;
            this.json = json;
        }

        @Override
        public Permission permission() {
            return Permission.REVOKE_CONNECTED_APP;
        }

        @Override
        public JobStep step(Job job) {
            int part = job.reached() == null ? 1 : Integer.parseInt(job.reached());
            auditLog.record(AuditEvent.inTenant(job.actor(), job.projectId(), job.tenantId(), "test.part")
                    .with(Map.of("part", part)));
            if (failures > 0) {
                failures--;
                throw new IllegalStateException("not now");
            }
            int all = ((Number) json.object(job.asked()).get("parts")).intValue();
            return new JobStep(1, Map.of(JobStep.ENDED, 1L), part == all ? null : Integer.toString(part + 1));
        }

        @Override
        public String inWords(Job job, Locale locale) {
            return "Some parts";
        }

        @Override
        public String began(Job job) {
            return "/";
        }
    }

    @Singleton
    @Requires(property = "spec.name", value = "JobsTest")
    static class Parts extends SomeParts {
        Parts(AuditLog auditLog, Json json) {
            super(auditLog, json);
        }

        @Override
        public String name() {
            return "test.parts";
        }
    }

    @Singleton
    @Requires(property = "spec.name", value = "JobsTest")
    static class SettledParts extends SomeParts {
        SettledParts(AuditLog auditLog, Json json) {
            super(auditLog, json);
        }

        @Override
        public String name() {
            return "test.settled-parts";
        }

        @Override
        public boolean isSettled() {
            return true;
        }
    }

    /** Here the tests themselves are the nodes. */
    @BeforeEach
    void cast() throws InterruptedException {
        runner.stop();
        update("DELETE FROM jobs WHERE kind LIKE 'test.%'");
        cast = new PortalCast(context);
        ada = cast.admin("Ada");
    }

    private static SessionCaller caller(Member member) {
        return new SessionCaller(
                UUID.randomUUID(),
                member.subject(),
                Set.of(Policy.ADMIN_ROLE),
                List.of(),
                new Via(Via.Door.PORTAL, "request-id-test-jobs", "192.0.2.1"));
    }

    private UUID start(JobKind kind, Member member, int count) {
        return transactions.write(() ->
                jobs.start(caller(member), member.organizationId(), kind, count, "A reason", Map.of("parts", count)));
    }

    private Job job(UUID id) {
        return repository.find(ada.organizationId(), id).orElseThrow();
    }

    private boolean step(Job taken) {
        return steps.step(taken, taken.fence() + 1);
    }

    private void toTheEnd() {
        for (var next = steps.takeNext(HERE); next.isPresent(); next = steps.takeNext(HERE)) {
            Job taken = next.get();
            while (step(taken)) {
                // The next part.
            }
        }
    }

    @Test
    void jobIsDonePartByPartAndSaysWhatCameOfIt() {
        UUID id = start(parts, ada, 3);
        assertThat(job(id).state()).isEqualTo(Job.State.WAITING);
        toTheEnd();
        Job done = job(id);
        assertThat(done.state()).isEqualTo(Job.State.DONE);
        assertThat(done.done()).isEqualTo(3);
        assertThat(jobs.tally(done)).isEqualTo(Map.of("ended", 3L));
        assertThat(done.isOver()).isTrue();
        assertThat(partsOf(ada)).containsExactly(1, 2, 3);
        assertThat(count("job.started", ada)).isEqualTo(1);
        assertThat(count("job.finished", ada)).isEqualTo(1);
    }

    @Test
    void jobThatWasRolledBackIsNone() {
        assertThatThrownBy(() -> transactions.write(() -> {
                    jobs.start(caller(ada), ada.organizationId(), parts, 1, null, Map.of("parts", 1));
                    throw new IllegalStateException("after all not");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(steps.takeNext(HERE)).isEmpty();
        assertThat(count("job.started", ada)).isZero();
    }

    @Test
    void partThatFailsIsUndoneAndTriedAgain() {
        UUID id = start(parts, ada, 2);
        parts.failures = 1;
        Job taken = steps.takeNext(HERE).orElseThrow();
        assertThatThrownBy(() -> step(taken)).hasMessage("not now");
        steps.failed(taken, taken.fence() + 1);
        assertThat(partsOf(ada)).isEmpty();
        assertThat(job(id).failures()).isEqualTo(1);
        assertThat(steps.takeNext(HERE)).as("not at once").isEmpty();
        due(id);
        toTheEnd();
        assertThat(partsOf(ada)).containsExactly(1, 2);
        assertThat(job(id).state()).isEqualTo(Job.State.DONE);
    }

    @Test
    void whatFailsAlwaysIsGivenUp() {
        UUID id = start(parts, ada, 1);
        parts.failures = 100;
        for (int i = 0; i < 12; i++) {
            due(id);
            Job taken = steps.takeNext(HERE).orElseThrow();
            assertThatThrownBy(() -> step(taken)).hasMessage("not now");
            steps.failed(taken, taken.fence() + 1);
        }
        parts.failures = 0;
        assertThat(job(id).state()).isEqualTo(Job.State.FAILED);
        assertThat(steps.takeNext(HERE)).isEmpty();
        assertThat(partsOf(ada)).isEmpty();
    }

    @Test
    void anotherNodeGoesOnAndWhoComesBackLateIsRefused() {
        UUID id = start(parts, ada, 4);
        Job here = steps.takeNext(HERE).orElseThrow();
        assertThat(step(here)).isTrue();
        assertThat(steps.takeNext(THERE)).as("while it is held").isEmpty();
        due(id);
        Job there = steps.takeNext(THERE).orElseThrow();
        assertThat(step(here)).as("a holder of the past").isFalse();
        assertThat(step(there)).isTrue();
        assertThat(step(here)).isFalse();
        steps.putBack(here, here.fence() + 1);
        steps.failed(here, here.fence() + 1);
        assertThat(job(id).state()).as("nothing that the first one says counts").isEqualTo(Job.State.RUNNING);
        while (step(there)) {
            // The next part.
        }
        assertThat(partsOf(ada)).containsExactly(1, 2, 3, 4);
        assertThat(job(id).state()).isEqualTo(Job.State.DONE);
    }

    @Test
    void twoNodesDoNotTakeTheSameJob() {
        UUID id = start(parts, ada, 1);
        Job seen = job(id);
        assertThat(transactions.write(() -> repository.take(seen.tenantId(), id, seen.fence(), HERE, 15)))
                .isEqualTo(1);
        assertThat(transactions.write(() -> repository.take(seen.tenantId(), id, seen.fence(), THERE, 15)))
                .isZero();
    }

    @Test
    void jobStopsWhenItsActorMayNoLonger() {
        UUID id = start(parts, ada, 3);
        Job taken = steps.takeNext(HERE).orElseThrow();
        assertThat(step(taken)).isTrue();
        update("DELETE FROM role_assignments WHERE subject_id = ?", ada.memberId());
        assertThat(step(taken)).isFalse();
        assertThat(job(id).state()).isEqualTo(Job.State.STOPPED);
        assertThat(partsOf(ada)).containsExactly(1);
    }

    @Test
    void jobStopsWhenItsActorIsDeactivated() {
        UUID id = start(parts, ada, 3);
        Job taken = steps.takeNext(HERE).orElseThrow();
        assertThat(step(taken)).isTrue();
        update("UPDATE members SET status = 'DELETED' WHERE member_id = ?", ada.memberId());
        assertThat(step(taken)).isFalse();
        assertThat(job(id).state()).isEqualTo(Job.State.STOPPED);
        assertThat(jobs.tally(job(id))).isEqualTo(Map.of("ended", 1L));
    }

    @Test
    void whatWasSettledGoesOnWithoutItsActor() {
        UUID id = start(settled, ada, 3);
        update("UPDATE members SET status = 'DELETED' WHERE member_id = ?", ada.memberId());
        toTheEnd();
        assertThat(job(id).state()).isEqualTo(Job.State.DONE);
        assertThat(partsOf(ada)).containsExactly(1, 2, 3);
    }

    @Test
    void eachTenantHasItsTurnHoweverManyJobsOneHas() {
        PortalCast elsewhere = new PortalCast(context);
        Member gil = elsewhere.admin("Gil");
        start(parts, ada, 1);
        start(parts, ada, 1);
        start(parts, ada, 1);
        start(parts, gil, 1);
        List<UUID> turns = new ArrayList<>();
        Job first = steps.takeNext(HERE).orElseThrow();
        turns.add(first.tenantId());
        Job second = steps.takeNext(HERE).orElseThrow();
        turns.add(second.tenantId());
        assertThat(turns).as("one of each").containsExactlyInAnyOrder(ada.organizationId(), gil.organizationId());
        assertThat(steps.takeNext(HERE)).as("both have one in hand").isEmpty();
    }

    @Test
    void turnsAmongTheJobsOfOneTenantGoRound() {
        UUID first = start(parts, ada, 100);
        UUID second = start(parts, ada, 100);
        List<UUID> turns = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Job taken = steps.takeNext(HERE).orElseThrow();
            turns.add(taken.jobId());
            step(taken);
            steps.putBack(taken, taken.fence() + 1);
        }
        assertThat(turns).containsExactly(first, second, first, second);
    }

    @Test
    void anOrganizationCanAskForSoManyAtOnceOnly() {
        for (int i = 0; i < Jobs.MOST_OPEN; i++) {
            start(parts, ada, 1);
        }
        assertThatThrownBy(() -> start(parts, ada, 1))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.type()).isEqualTo(ErrorType.TOO_MANY_REQUESTS));
        toTheEnd();
        start(parts, ada, 1);
    }

    @Test
    void jobIsFoundOnlyByWhoMayAndInItsOwnOrganization() {
        String id = WireId.of(Job.ID_KIND, start(parts, ada, 1));
        assertThat(jobs.find(caller(ada), ada.organizationId(), id).total()).isEqualTo(1);
        Member ben = cast.member("Ben");
        SessionCaller member = new SessionCaller(
                UUID.randomUUID(),
                ben.subject(),
                Set.of(Policy.MEMBER_ROLE),
                List.of(),
                caller(ben).via());
        notFound(() -> jobs.find(member, ben.organizationId(), id));
        Member gil = new PortalCast(context).admin("Gil");
        notFound(() -> jobs.find(caller(gil), gil.organizationId(), id));
        notFound(() -> jobs.find(caller(gil), ada.organizationId(), id));
        notFound(() -> jobs.find(caller(ada), ada.organizationId(), WireId.of(Job.ID_KIND, UUID.randomUUID())));
        notFound(() -> jobs.find(caller(ada), ada.organizationId(), "nonsense"));
        assertThat(jobs.recent(caller(ada), ada.organizationId(), List.of(parts), 5))
                .hasSize(1);
        assertThat(jobs.recent(member, ada.organizationId(), List.of(parts), 5)).isEmpty();
        assertThat(jobs.recent(caller(ada), ada.organizationId(), List.of(settled), 5))
                .isEmpty();
    }

    private static void notFound(org.assertj.core.api.ThrowableAssert.ThrowingCallable act) {
        assertThatThrownBy(act)
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.type()).isEqualTo(ErrorType.ROUTE_NOT_FOUND));
    }

    /** As if so much time had passed that another node may have it. */
    private void due(UUID id) {
        update("UPDATE jobs SET lease_until = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE job_id = ?", id);
    }

    private List<Integer> partsOf(Member member) {
        List<Integer> numbers = new ArrayList<>();
        query(
                "SELECT details->'$.part' FROM audit_events WHERE tenant_id = UUID_TO_BIN(?) AND action = 'test.part' ORDER BY occurred_at",
                member.organizationId(),
                row -> numbers.add(row.getInt(1)));
        return numbers;
    }

    private long count(String action, Member member) {
        List<Long> counts = new ArrayList<>();
        query(
                "SELECT COUNT(*) FROM audit_events WHERE tenant_id = UUID_TO_BIN(?) AND action = '" + action + "'",
                member.organizationId(),
                row -> counts.add(row.getLong(1)));
        return counts.getFirst();
    }

    private interface Row {
        void read(ResultSet row) throws SQLException;
    }

    private static void query(String sql, UUID id, Row reader) {
        try (Connection connection = DriverManager.getConnection(
                        System.getProperty("ungrant.db.url"),
                        System.getProperty("ungrant.db.user"),
                        System.getProperty("ungrant.db.password"));
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, id.toString());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    reader.read(rows);
                }
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private void update(String sql, Object... values) {
        cast = cast == null ? new PortalCast(context) : cast;
        cast.update(sql, values);
    }
}
