package dev.ungrant.audit;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface AuditRepository extends GenericRepository<AuditRow, UUID> {
    @Query("""
            SELECT BIN_TO_UUID(event_id) AS event_id, occurred_at, actor_kind, BIN_TO_UUID(actor_id) AS actor_id, door,
              action, outcome, BIN_TO_UUID(subject_id) AS subject_id, BIN_TO_UUID(app_id) AS app_id,
              BIN_TO_UUID(grant_id) AS grant_id, reason, request_id
            FROM audit_events
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND subject_id = UUID_TO_BIN(:subjectId)
              AND app_id = UUID_TO_BIN(:appId)
            ORDER BY occurred_at DESC LIMIT :limit
            """)
    List<AuditRow> ofSubjectAndApp(UUID tenantId, UUID subjectId, UUID appId, int limit);
}
