package dev.ungrant.outbox;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface OutboxRepository extends GenericRepository<OutboxMessage, UUID> {
    String INSERT = """
            INSERT INTO outbox (tenant_id, message_id, kind, payload, created_at, due_at)
            VALUES (UUID_TO_BIN(:tenantId), UUID_TO_BIN(:messageId), :kind, :payload, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))
            """;

    @Query(INSERT)
    int insert(UUID tenantId, UUID messageId, String kind, String payload);

    @Query(INSERT)
    int insertAll(List<OutboxMessage> messages);
}
