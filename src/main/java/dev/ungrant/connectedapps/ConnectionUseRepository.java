package dev.ungrant.connectedapps;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface ConnectionUseRepository extends GenericRepository<ConnectionUse, UUID> {
    @Query("""
            UPDATE connections SET last_used_at = UTC_TIMESTAMP(6)
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND authorization_id = UUID_TO_BIN(:authorizationId)
            """)
    int touch(List<ConnectionUse> uses);
}
