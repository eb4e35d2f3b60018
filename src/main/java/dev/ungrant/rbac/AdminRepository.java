package dev.ungrant.rbac;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface AdminRepository extends GenericRepository<SubjectRow, UUID> {
    /** Holds the organization until the transaction ends: whoever takes an administrator away comes through here. */
    @Query("""
            SELECT COUNT(*) FROM organizations
            WHERE project_id = UUID_TO_BIN(:projectId) AND organization_id = UUID_TO_BIN(:organizationId) FOR UPDATE
            """)
    long hold(UUID projectId, UUID organizationId);

    /** Active members of {@code :organizationId} who hold the role, assigned or by the domain of their address. */
    String HOLDERS = """
            (SELECT m.member_id FROM role_assignments r FORCE INDEX (of_role)
              JOIN members m ON m.organization_id = r.tenant_id AND m.member_id = r.subject_id
              WHERE r.tenant_id = UUID_TO_BIN(:organizationId) AND r.role_id = :roleId AND m.status = 'ACTIVE'
             UNION ALL
             SELECT m.member_id FROM organizations o
              JOIN JSON_TABLE(o.settings, '$.rbac_email_implicit_role_assignments[*]'
                COLUMNS (domain VARCHAR(253) PATH '$.domain', role_id VARCHAR(128) PATH '$.role_id')) d
              JOIN members m ON m.organization_id = o.organization_id
              WHERE o.project_id = UUID_TO_BIN(:projectId) AND o.organization_id = UUID_TO_BIN(:organizationId)
                AND d.role_id = :roleId AND m.status = 'ACTIVE'
                AND d.domain = SUBSTRING_INDEX(m.email_address, '@', -1))
            """;

    @Query("SELECT EXISTS (SELECT 1 FROM " + HOLDERS + " h WHERE h.member_id = UUID_TO_BIN(:memberId))")
    boolean holds(UUID projectId, UUID organizationId, UUID memberId, String roleId);

    @Query("SELECT EXISTS (SELECT 1 FROM " + HOLDERS + " h)")
    boolean anybodyHolds(UUID projectId, UUID organizationId, String roleId);

    @Query("SELECT EXISTS (SELECT 1 FROM " + HOLDERS + " h WHERE h.member_id <> UUID_TO_BIN(:memberId))")
    boolean anotherHolds(UUID projectId, UUID organizationId, UUID memberId, String roleId);
}
