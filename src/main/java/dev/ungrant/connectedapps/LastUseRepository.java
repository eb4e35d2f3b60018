package dev.ungrant.connectedapps;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface LastUseRepository extends GenericRepository<UseRow, UUID> {
    @Query("""
            UPDATE grants SET last_used_at = UTC_TIMESTAMP(6), uses = uses + :calls
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND grant_id = UUID_TO_BIN(:grantId)
            """)
    int touch(List<UseRow> uses);

    @Query("""
            INSERT INTO grant_usage (tenant_id, grant_id, day, calls)
            VALUES (UUID_TO_BIN(:tenantId), UUID_TO_BIN(:grantId), UTC_DATE(), :calls)
            ON DUPLICATE KEY UPDATE calls = calls + VALUES(calls)
            """)
    int count(List<UseRow> uses);
}
