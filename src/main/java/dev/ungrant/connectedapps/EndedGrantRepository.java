package dev.ungrant.connectedapps;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface EndedGrantRepository extends GenericRepository<EndedGrant, UUID> {
    String SELECT = """
            SELECT BIN_TO_UUID(g.grant_id) AS grant_id, COALESCE(g.revoked_at, g.asked_again_at, g.granted_at) AS revoked_at, a.name AS app_name, COALESCE(o.name, p.name) AS place_name,
              COALESCE(m.name, TRIM(CONCAT(u.first_name, ' ', u.last_name)), '') AS person_name,
              COALESCE(m.email_address, u.email_address) AS email_address
            FROM grants g
            JOIN connected_apps a ON a.project_id = g.project_id AND a.app_id = g.app_id
            JOIN projects p ON p.project_id = g.project_id
            LEFT JOIN organizations o ON g.subject_kind = 'MEMBER' AND o.project_id = g.project_id
              AND o.organization_id = g.tenant_id
            LEFT JOIN members m ON g.subject_kind = 'MEMBER' AND m.organization_id = g.tenant_id
              AND m.member_id = g.subject_id AND m.status <> 'DELETED'
            LEFT JOIN users u ON g.subject_kind = 'USER' AND u.project_id = g.tenant_id AND u.user_id = g.subject_id
              AND u.deleted_at IS NULL
            WHERE g.tenant_id = UUID_TO_BIN(:tenantId)
            """;

    @Query(SELECT + " AND g.grant_id = UUID_TO_BIN(:grantId) AND g.revoked_at IS NOT NULL")
    Optional<EndedGrant> find(UUID tenantId, UUID grantId);

    /** Several of one person; of those that did not end too. */
    @Query(
            SELECT
                    + " AND g.grant_id IN (SELECT UUID_TO_BIN(ids.id) FROM JSON_TABLE(:grantIds, '$[*]' COLUMNS (id CHAR(36) PATH '$')) ids)")
    List<EndedGrant> findAll(UUID tenantId, String grantIds);
}
