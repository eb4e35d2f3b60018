package dev.ungrant.embed;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface EmbedOriginRepository extends GenericRepository<EmbedOrigin, UUID> {
    @Query("""
            SELECT origin, added_at FROM embed_origins WHERE tenant_id = UUID_TO_BIN(:tenantId) ORDER BY origin
            """)
    List<EmbedOrigin> all(UUID tenantId);

    @Query("SELECT EXISTS (SELECT 1 FROM embed_origins WHERE tenant_id = UUID_TO_BIN(:tenantId) AND origin = :origin)")
    boolean has(UUID tenantId, String origin);

    @Query("""
            INSERT INTO embed_origins (tenant_id, origin, added_at)
            SELECT UUID_TO_BIN(:tenantId), :origin, UTC_TIMESTAMP(6)
            WHERE NOT EXISTS (SELECT 1 FROM embed_origins WHERE tenant_id = UUID_TO_BIN(:tenantId) AND origin = :origin)
            """)
    int add(UUID tenantId, String origin);

    @Query("DELETE FROM embed_origins WHERE tenant_id = UUID_TO_BIN(:tenantId) AND origin = :origin")
    int remove(UUID tenantId, String origin);
}
