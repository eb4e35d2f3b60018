package dev.ungrant.rbac;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface RoleAssignmentRepository extends GenericRepository<PolicyRow, UUID> {
    @Query("""
            DELETE FROM role_assignments
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND subject_id = UUID_TO_BIN(:subjectId)
              AND NOT role_id MEMBER OF (CAST(:roleIds AS JSON))
            """)
    int deleteOthers(UUID tenantId, UUID subjectId, String roleIds);

    @Query("""
            INSERT INTO role_assignments (tenant_id, subject_id, role_id, assigned_at)
            SELECT UUID_TO_BIN(:tenantId), UUID_TO_BIN(:subjectId), wanted.role_id, UTC_TIMESTAMP(6)
            FROM JSON_TABLE(CAST(:roleIds AS JSON), '$[*]' COLUMNS (role_id VARCHAR(128) PATH '$')) wanted
            ON DUPLICATE KEY UPDATE role_assignments.role_id = role_assignments.role_id
            """)
    int insert(UUID tenantId, UUID subjectId, String roleIds);
}
