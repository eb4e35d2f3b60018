package dev.ungrant.rbac;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface PolicyRepository extends GenericRepository<PolicyRow, UUID> {
    @Query("""
            SELECT p.vertical, q.policy FROM projects p LEFT JOIN policies q ON q.project_id = p.project_id
            WHERE p.project_id = UUID_TO_BIN(:projectId)
            """)
    Optional<PolicyRow> find(UUID projectId);

    @Query("""
            INSERT INTO policies (project_id, policy, updated_at) VALUES (UUID_TO_BIN(:projectId), :policy, UTC_TIMESTAMP(6))
            ON DUPLICATE KEY UPDATE policy = VALUES(policy), updated_at = VALUES(updated_at)
            """)
    int save(UUID projectId, String policy);
}
