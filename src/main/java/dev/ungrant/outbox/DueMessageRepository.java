package dev.ungrant.outbox;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface DueMessageRepository extends GenericRepository<DueMessage, UUID> {
    /** What another node is taking is passed over, and so is what only a newer version knows what to do with. */
    @Query("""
            SELECT BIN_TO_UUID(tenant_id) AS tenant_id, BIN_TO_UUID(message_id) AS message_id, kind, payload, attempts, created_at
            FROM outbox WHERE due_at <= UTC_TIMESTAMP(6) AND kind IN (:kinds) ORDER BY due_at LIMIT :most FOR UPDATE SKIP LOCKED
            """)
    List<DueMessage> lockDue(List<String> kinds, int most);

    /** Nobody else takes them for so long. */
    @Query("""
            UPDATE outbox SET attempts = attempts + 1, due_at = UTC_TIMESTAMP(6) + INTERVAL 5 MINUTE
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND message_id = UUID_TO_BIN(:messageId)
            """)
    int take(List<DueMessage> messages);

    @Query("DELETE FROM outbox WHERE tenant_id = UUID_TO_BIN(:tenantId) AND message_id = UUID_TO_BIN(:messageId)")
    int done(List<DueMessage> messages);

    @Query("""
            UPDATE outbox SET due_at = UTC_TIMESTAMP(6) + INTERVAL :seconds SECOND
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND message_id = UUID_TO_BIN(:messageId)
            """)
    int later(UUID tenantId, UUID messageId, long seconds);
}
