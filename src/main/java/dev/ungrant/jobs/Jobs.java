package dev.ungrant.jobs;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.rbac.Actor;
import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.Policies;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.Problem;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Work that outlives a request: asked for, and looked at. {@link JobRunner} does it. */
@Singleton
public final class Jobs {
    /** More than one person asks for; whoever meets it waits until some are over. */
    static final int MOST_OPEN = 20;

    private final JobRepository repository;
    private final Map<String, JobKind> kinds;
    private final AuditLog auditLog;
    private final Policies policies;
    private final Json json;

    Jobs(JobRepository repository, List<JobKind> kinds, AuditLog auditLog, Policies policies, Json json) {
        this.repository = repository;
        this.kinds = kinds.stream().collect(Collectors.toMap(JobKind::name, Function.identity()));
        this.auditLog = auditLog;
        this.policies = policies;
        this.json = json;
    }

    /**
     * Asks for a job of the caller's organization, in the transaction that is open: it is begun only if that is committed.
     * The verb that asks has seen to it that the caller may.
     *
     * @param total how many rows it is about now
     * @param reason at most 512 characters
     * @param asked what its kind will read, written as a JSON object
     * @return its id, for the address of its page
     * @throws Problem 429 when the organization has too many that are not over
     */
    public UUID start(
            Caller caller, UUID organizationId, JobKind kind, long total, @Nullable String reason, Object asked) {
        if (repository.open(organizationId) >= MOST_OPEN) {
            throw Problem.tooManyRequests(60);
        }
        UUID jobId = UUID.randomUUID();
        Actor actor = caller.actor();
        repository.insert(
                organizationId,
                jobId,
                caller.projectId(),
                kind.name(),
                actor.kind().name(),
                actor.id(),
                actor.sessionId(),
                actor.via().door().name(),
                actor.via().requestId(),
                actor.via().ipAddress(),
                reason,
                json.write(asked),
                total);
        auditLog.record(AuditEvent.inTenant(actor, caller.projectId(), organizationId, "job.started")
                .because(reason)
                .with(Map.of("job", WireId.of(Job.ID_KIND, jobId), "kind", kind.name(), "total", total)));
        return jobId;
    }

    /**
     * @param wireId as the address has it
     * @throws Problem 404 when there is no such job in the organization, or the caller may not see it
     */
    public Job find(Caller caller, UUID organizationId, String wireId) {
        return WireId.parse(Job.ID_KIND, wireId)
                .flatMap(jobId -> repository.find(organizationId, jobId))
                .filter(job -> isFor(caller, job))
                .orElseThrow(() -> new Problem(ErrorType.ROUTE_NOT_FOUND));
    }

    /** The last ones of these kinds that the caller may see, the latest first; {@code most} is at most 50. */
    public List<Job> recent(Caller caller, UUID organizationId, List<JobKind> ofKinds, int most) {
        List<String> names = ofKinds.stream().map(JobKind::name).toList();
        return repository.recent(organizationId, names, Math.min(most, 50)).stream()
                .filter(job -> isFor(caller, job))
                .toList();
    }

    private boolean isFor(Caller caller, Job job) {
        return kind(job)
                .filter(kind -> policies.permits(caller, kind.permission(), job.tenantId()))
                .isPresent();
    }

    /** Empty for one that only another version of this program knows. */
    Optional<JobKind> kind(Job job) {
        return Optional.ofNullable(kinds.get(job.kind()));
    }

    List<String> kinds() {
        return List.copyOf(kinds.keySet());
    }

    /** How many rows, by what came of them. */
    Map<String, Long> tally(Job job) {
        Map<String, Long> tally = new LinkedHashMap<>();
        json.object(job.tally()).forEach((name, count) -> tally.put(name, ((Number) count).longValue()));
        return tally;
    }
}
