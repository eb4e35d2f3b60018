package dev.ungrant.audit;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.UUID;

/** Writing has a repository of its own, as a batch is bound to the entity of its repository. Events are only ever added. */
@JdbcRepository(dialect = Dialect.MYSQL)
interface AuditInsertRepository extends GenericRepository<AuditInsert, UUID> {
    @Query("""
            INSERT INTO audit_events (tenant_id, event_id, occurred_at, project_id, actor_kind, actor_id, session_id, door,
              action, outcome, subject_kind, subject_id, app_id, grant_id, reason, request_id, ip_address, details,
              mac)
            VALUES (UUID_TO_BIN(:tenantId), UUID_TO_BIN(:eventId), UTC_TIMESTAMP(6), UUID_TO_BIN(:projectId), :actorKind,
              UUID_TO_BIN(:actorId), UUID_TO_BIN(:sessionId), :door, :action, :outcome, :subjectKind,
              UUID_TO_BIN(:subjectId), UUID_TO_BIN(:appId), UUID_TO_BIN(:grantId), :reason, :requestId, :ipAddress, :details,
              :mac)
            """)
    int insertAll(List<AuditInsert> events);
}
