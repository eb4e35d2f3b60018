package dev.ungrant.audit;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface ChainHeadRepository extends GenericRepository<ChainHead, UUID> {
    String SELECT = """
            SELECT BIN_TO_UUID(tenant_id) AS tenant_id, seq, hash, mac FROM audit_chains
            WHERE tenant_id = UUID_TO_BIN(:tenantId)
            """;

    @Query(SELECT)
    Optional<ChainHead> find(UUID tenantId);

    /** Empty also when another node holds it. */
    @Query(SELECT + " FOR UPDATE SKIP LOCKED")
    Optional<ChainHead> lock(UUID tenantId);
}
