package dev.ungrant.rbac;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
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

    /** How many members hold each role because it was given to them; deactivated ones do not count. */
    @Query("""
            SELECT r.role_id, COUNT(*) AS holders FROM role_assignments r
            JOIN members m ON m.organization_id = r.tenant_id AND m.member_id = r.subject_id
            WHERE r.tenant_id = UUID_TO_BIN(:organizationId) AND m.status <> 'DELETED' GROUP BY r.role_id
            """)
    List<RoleHolders> holders(UUID organizationId);

    @Query("""
            DELETE FROM role_assignments
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND role_id MEMBER OF (CAST(:roleIds AS JSON))
            """)
    int deleteRoles(UUID tenantId, String roleIds);
}
