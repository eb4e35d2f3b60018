package dev.ungrant.audit;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface AuditRepository extends GenericRepository<AuditRow, UUID> {
    String SELECT = """
            SELECT BIN_TO_UUID(event_id) AS event_id, occurred_at, actor_kind, BIN_TO_UUID(actor_id) AS actor_id, door,
              action, outcome, BIN_TO_UUID(subject_id) AS subject_id, BIN_TO_UUID(app_id) AS app_id,
              BIN_TO_UUID(grant_id) AS grant_id, reason, request_id, details
            FROM audit_events
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND subject_id = UUID_TO_BIN(:subjectId)
            """;

    @Query(SELECT + " AND app_id = UUID_TO_BIN(:appId) ORDER BY occurred_at DESC LIMIT :limit")
    List<AuditRow> ofSubjectAndApp(UUID tenantId, UUID subjectId, UUID appId, int limit);

    @Query(SELECT + """
              AND app_id = UUID_TO_BIN(:appId) AND action IN ('grant.opened', 'grant.confirmed') AND outcome = 'DONE'
            ORDER BY occurred_at DESC LIMIT :limit
            """)
    List<AuditRow> consents(UUID tenantId, UUID subjectId, UUID appId, int limit);

    @Query(SELECT + " ORDER BY occurred_at DESC LIMIT :limit")
    List<AuditRow> about(UUID tenantId, UUID subjectId, int limit);

    /** Of the last day, as below. */
    @Query(SELECT + """
              AND occurred_at > UTC_TIMESTAMP(6) - INTERVAL 1 DAY AND request_id = :requestId AND outcome = 'DONE'
            ORDER BY occurred_at LIMIT :limit
            """)
    List<AuditRow> doneBy(UUID tenantId, UUID subjectId, String requestId, int limit);

    /** Of the last day, which is as long as anybody asks what a request has just done. */
    @Query(SELECT + """
              AND occurred_at > UTC_TIMESTAMP(6) - INTERVAL 1 DAY AND request_id = :requestId AND action = 'grant.revoked'
              AND outcome = 'DONE'
            LIMIT :limit
            """)
    List<AuditRow> revokedBy(UUID tenantId, UUID subjectId, String requestId, int limit);
}
