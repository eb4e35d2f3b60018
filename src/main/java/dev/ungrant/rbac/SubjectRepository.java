package dev.ungrant.rbac;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface SubjectRepository extends GenericRepository<SubjectRow, UUID> {
    String ASSIGNED = """
            (SELECT JSON_ARRAYAGG(r.role_id) FROM role_assignments r
              WHERE r.tenant_id = UUID_TO_BIN(:tenantId) AND r.subject_id = UUID_TO_BIN(:subjectId)) AS assigned,
            """;

    @Query(
            "SELECT m.email_address, m.name, m.email_verified, '' AS given_name, '' AS middle_name, '' AS family_name, NULL AS phone_number, "
                    + ASSIGNED + """
              o.settings->'$.rbac_email_implicit_role_assignments' AS implicit_roles, o.custom_roles,
              o.slug AS organization_slug
            FROM members m
            JOIN organizations o ON o.project_id = m.project_id AND o.organization_id = m.organization_id
            WHERE m.organization_id = UUID_TO_BIN(:tenantId) AND m.member_id = UUID_TO_BIN(:subjectId)
              AND m.status <> 'DELETED' AND o.deleted_at IS NULL
            """)
    Optional<SubjectRow> member(UUID tenantId, UUID subjectId);

    @Query("""
            SELECT u.email_address, CONCAT_WS(' ', NULLIF(u.first_name, ''), NULLIF(u.last_name, '')) AS name,
              u.email_verified, u.first_name AS given_name, u.middle_name, u.last_name AS family_name, u.phone_number,
            """ + ASSIGNED + """
              NULL AS implicit_roles, NULL AS custom_roles, NULL AS organization_slug
            FROM users u
            WHERE u.project_id = UUID_TO_BIN(:tenantId) AND u.user_id = UUID_TO_BIN(:subjectId) AND u.deleted_at IS NULL
            """)
    Optional<SubjectRow> user(UUID tenantId, UUID subjectId);
}
