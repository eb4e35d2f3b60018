package dev.ungrant.oauth;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface SingleUseRepository extends GenericRepository<LiveToken, UUID> {
    @Query("""
            INSERT INTO single_use_ids (tenant_id, id_hash, expires_at)
            VALUES (UUID_TO_BIN(:tenantId), :idHash, UTC_TIMESTAMP(6) + INTERVAL :seconds SECOND)
            """)
    int insert(UUID tenantId, byte[] idHash, long seconds);
}
