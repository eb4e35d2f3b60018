package dev.ungrant.embed;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface ConfirmationRepository extends GenericRepository<ConfirmationRow, UUID> {
    @Query("""
            INSERT INTO embed_confirmations (tenant_id, confirmation_hash, session_id, app_id, issued_at, expires_at)
            VALUES (UUID_TO_BIN(:tenantId), :hash, UUID_TO_BIN(:sessionId), UUID_TO_BIN(:appId), UTC_TIMESTAMP(6),
              UTC_TIMESTAMP(6) + INTERVAL 10 MINUTE)
            """)
    int insert(UUID tenantId, byte[] hash, UUID sessionId, UUID appId);

    @Query("""
            UPDATE embed_confirmations SET used_at = UTC_TIMESTAMP(6)
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND confirmation_hash = :hash
              AND session_id = UUID_TO_BIN(:sessionId) AND app_id = UUID_TO_BIN(:appId)
              AND used_at IS NULL AND expires_at > UTC_TIMESTAMP(6)
              AND issued_at <= UTC_TIMESTAMP(6) - INTERVAL 500000 MICROSECOND
            """)
    int use(UUID tenantId, byte[] hash, UUID sessionId, UUID appId);

    @Query("""
            SELECT EXISTS (SELECT 1 FROM embed_confirmations
              WHERE tenant_id = UUID_TO_BIN(:tenantId) AND confirmation_hash = :hash AND used_at IS NULL
                AND issued_at > UTC_TIMESTAMP(6) - INTERVAL 500000 MICROSECOND)
            """)
    boolean isYoung(UUID tenantId, byte[] hash);
}
