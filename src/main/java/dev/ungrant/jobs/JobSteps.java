package dev.ungrant.jobs;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.database.Transactions;
import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.HeldRoles;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.Json;
import dev.ungrant.web.WireId;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** One step of a job: the part that its kind does, and how far the job has come by it, in one transaction. */
@Singleton
final class JobSteps {
    /** After a node has died, its jobs wait so long for another one. */
    static final int LEASE_SECONDS = 15;

    private static final int MOST_FAILURES = 12;
    private static final long LONGEST_PAUSE_SECONDS = 300;

    private final JobRepository repository;
    private final Jobs jobs;
    private final Transactions transactions;
    private final HeldRoles roles;
    private final Policies policies;
    private final AuditLog auditLog;
    private final Json json;

    JobSteps(
            JobRepository repository,
            Jobs jobs,
            Transactions transactions,
            HeldRoles roles,
            Policies policies,
            AuditLog auditLog,
            Json json) {
        this.repository = repository;
        this.jobs = jobs;
        this.transactions = transactions;
        this.roles = roles;
        this.policies = policies;
        this.auditLog = auditLog;
        this.json = json;
    }

    /** The job whose turn it is, taken by this node; empty when there is none, or another node was first. */
    Optional<Job> takeNext(UUID holder) {
        if (jobs.kinds().isEmpty()) {
            return Optional.empty();
        }
        return transactions.write(() -> repository
                .next(jobs.kinds())
                .filter(job -> repository.take(job.tenantId(), job.jobId(), job.fence(), holder, LEASE_SECONDS) == 1));
    }

    /**
     * @param fence the number that this node took the job with
     * @return whether there is more to do, and this node is still the one to do it
     */
    boolean step(Job taken, long fence) {
        JobKind kind = jobs.kind(taken).orElseThrow();
        // When the answer to a commit was lost, the row says whether the step was done: then this is the next one.
        return transactions.writeRepeatable(() -> repository
                .hold(taken.tenantId(), taken.jobId(), fence)
                .map(job -> mayGoOn(job, kind)
                        ? advance(job, kind)
                        : finish(job, job.done(), jobs.tally(job), Job.State.STOPPED))
                .orElse(false));
    }

    private boolean advance(Job job, JobKind kind) {
        JobStep step = kind.step(job);
        Map<String, Long> tally = new LinkedHashMap<>(jobs.tally(job));
        step.tally().forEach((name, count) -> tally.merge(name, count, Long::sum));
        long done = job.done() + step.done();
        if (step.isLast()) {
            return finish(job, done, tally, Job.State.DONE);
        }
        return repository.advance(
                        job.tenantId(),
                        job.jobId(),
                        job.fence(),
                        done,
                        json.write(tally),
                        step.reached(),
                        LEASE_SECONDS)
                == 1;
    }

    /** @return false: there is no more to do */
    private boolean finish(Job job, long done, Map<String, Long> tally, Job.State state) {
        repository.finish(job.tenantId(), job.jobId(), job.fence(), done, json.write(tally), state.name());
        auditLog.record(AuditEvent.inTenant(job.actor(), job.projectId(), job.tenantId(), "job.finished")
                .with(Map.of(
                        "job", WireId.of(Job.ID_KIND, job.jobId()),
                        "kind", job.kind(),
                        "state", state.name().toLowerCase(Locale.ROOT),
                        "tally", tally)));
        return false;
    }

    private boolean mayGoOn(Job job, JobKind kind) {
        return kind.isSettled()
                || job.member().isEmpty()
                || caller(job)
                        .filter(caller -> policies.permits(caller, kind.permission(), job.tenantId()))
                        .isPresent();
    }

    /** Whoever asked for it, with the roles that they hold now; empty when they are gone. */
    private Optional<Caller> caller(Job job) {
        return job.member()
                .flatMap(roles::person)
                .map(person -> new SessionCaller(
                        job.sessionId(),
                        person.subject(),
                        person.roles(),
                        person.customRoles(),
                        job.actor().via()));
    }

    /** Its turn is over. */
    void putBack(Job taken, long fence) {
        transactions.writeRepeatable(() -> repository.putBack(taken.tenantId(), taken.jobId(), fence, 0, 0));
    }

    /** It is tried again, each time twice as late, and given up in the end. */
    void failed(Job taken, long fence) {
        transactions.writeRepeatable(() -> {
            repository.hold(taken.tenantId(), taken.jobId(), fence).ifPresent(job -> {
                int failures = job.failures() + 1;
                if (failures >= MOST_FAILURES) {
                    finish(job, job.done(), jobs.tally(job), Job.State.FAILED);
                } else {
                    repository.putBack(
                            job.tenantId(),
                            job.jobId(),
                            fence,
                            failures,
                            Math.min(LONGEST_PAUSE_SECONDS, 1L << failures));
                }
            });
            return null;
        });
    }
}
