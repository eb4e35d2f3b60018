package dev.ungrant.jobs;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface JobRepository extends GenericRepository<Job, UUID> {
    String SELECT = """
            SELECT BIN_TO_UUID(j.tenant_id) AS tenant_id, BIN_TO_UUID(j.job_id) AS job_id, BIN_TO_UUID(j.project_id) AS project_id,
              j.kind, j.actor_kind, BIN_TO_UUID(j.actor_id) AS actor_id, BIN_TO_UUID(j.session_id) AS session_id, j.door,
              j.request_id, j.ip_address, j.reason, j.asked, j.total, j.done, j.reached, j.tally, j.state, j.fence, j.failures,
              j.created_at, j.started_at, j.finished_at
            FROM jobs j
            """;

    String THIS = " WHERE tenant_id = UUID_TO_BIN(:tenantId) AND job_id = UUID_TO_BIN(:jobId)";

    @Query("""
            INSERT INTO jobs (tenant_id, job_id, project_id, kind, actor_kind, actor_id, session_id, door, request_id,
              ip_address, reason, asked, total, tally, state, created_at, lease_until)
            VALUES (UUID_TO_BIN(:tenantId), UUID_TO_BIN(:jobId), UUID_TO_BIN(:projectId), :kind, :actorKind,
              UUID_TO_BIN(:actorId), UUID_TO_BIN(:sessionId), :door, :requestId, :ipAddress, :reason, :asked, :total, '{}',
              'WAITING', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))
            """)
    int insert(
            UUID tenantId,
            UUID jobId,
            UUID projectId,
            String kind,
            String actorKind,
            @Nullable UUID actorId,
            @Nullable UUID sessionId,
            String door,
            String requestId,
            String ipAddress,
            @Nullable String reason,
            String asked,
            long total);

    @Query("SELECT COUNT(*) FROM jobs WHERE tenant_id = UUID_TO_BIN(:tenantId) AND lease_until IS NOT NULL")
    long open(UUID tenantId);

    @Query(SELECT + THIS)
    Optional<Job> find(UUID tenantId, UUID jobId);

    @Query(SELECT + """
            WHERE j.tenant_id = UUID_TO_BIN(:tenantId) AND j.kind IN (:kinds)
            ORDER BY j.created_at DESC LIMIT :most
            """)
    List<Job> recent(UUID tenantId, List<String> kinds, int most);

    /**
     * The job whose turn it is: of a tenant that has none in hand, the one who waits longest; within a tenant, the one that
     * waits longest. Kinds that only a newer version knows are passed over.
     */
    @Query(SELECT + """
             FORCE INDEX (due)
            WHERE j.lease_until <= UTC_TIMESTAMP(6) AND j.kind IN (:kinds)
              AND NOT EXISTS (SELECT 1 FROM jobs held WHERE held.tenant_id = j.tenant_id
                AND held.lease_until > UTC_TIMESTAMP(6) AND held.state = 'RUNNING')
            ORDER BY (SELECT MAX(had.turn_at) FROM jobs had WHERE had.tenant_id = j.tenant_id), j.turn_at, j.created_at
            LIMIT 1
            """)
    Optional<Job> next(List<String> kinds);

    /** Takes it; 0 when another node was first. */
    @Query("UPDATE jobs SET state = 'RUNNING', fence = fence + 1, holder = UUID_TO_BIN(:holder),"
            + " lease_until = UTC_TIMESTAMP(6) + INTERVAL :seconds SECOND, turn_at = UTC_TIMESTAMP(6),"
            + " started_at = COALESCE(started_at, UTC_TIMESTAMP(6))"
            + THIS
            + " AND fence = :fence AND lease_until <= UTC_TIMESTAMP(6)")
    int take(UUID tenantId, UUID jobId, long fence, UUID holder, int seconds);

    /** For the whole of a step; empty when another node has taken it since. */
    @Query(SELECT + THIS + " AND fence = :fence AND state = 'RUNNING' FOR UPDATE")
    Optional<Job> hold(UUID tenantId, UUID jobId, long fence);

    @Query("UPDATE jobs SET done = :done, tally = :tally, reached = :reached, failures = 0,"
            + " lease_until = UTC_TIMESTAMP(6) + INTERVAL :seconds SECOND" + THIS + " AND fence = :fence")
    int advance(UUID tenantId, UUID jobId, long fence, long done, String tally, String reached, int seconds);

    @Query("UPDATE jobs SET done = :done, tally = :tally, state = :state, holder = NULL, lease_until = NULL,"
            + " finished_at = UTC_TIMESTAMP(6)" + THIS + " AND fence = :fence")
    int finish(UUID tenantId, UUID jobId, long fence, long done, String tally, String state);

    /** Its turn is over, or it failed: somebody takes it again, at once or later. */
    @Query("UPDATE jobs SET state = 'WAITING', holder = NULL, failures = :failures,"
            + " lease_until = UTC_TIMESTAMP(6) + INTERVAL :seconds SECOND" + THIS
            + " AND fence = :fence AND state = 'RUNNING'")
    int putBack(UUID tenantId, UUID jobId, long fence, int failures, long seconds);
}
