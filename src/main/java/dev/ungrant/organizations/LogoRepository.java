package dev.ungrant.organizations;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface LogoRepository extends GenericRepository<LogoRow, UUID> {
    String ONE = " WHERE l.project_id = UUID_TO_BIN(:projectId) AND l.organization_id = UUID_TO_BIN(:organizationId)";

    @Query("DELETE l FROM organization_logos l" + ONE)
    int forget(UUID projectId, UUID organizationId);

    @Query("""
            INSERT INTO organization_logos (project_id, organization_id, logo_url, attempts, due_at)
            SELECT o.project_id, o.organization_id, o.logo_url, 0, UTC_TIMESTAMP(6) FROM organizations o
            WHERE o.project_id = UUID_TO_BIN(:projectId) AND o.organization_id = UUID_TO_BIN(:organizationId)
              AND o.deleted_at IS NULL AND o.logo_url <> ''
            """)
    int want(UUID projectId, UUID organizationId);

    @Query("""
            UPDATE organizations o
            LEFT JOIN organization_logos l ON l.project_id = o.project_id AND l.organization_id = o.organization_id
            SET o.logo_hash = l.image_hash
            WHERE o.project_id = UUID_TO_BIN(:projectId) AND o.organization_id = UUID_TO_BIN(:organizationId)
            """)
    int show(UUID projectId, UUID organizationId);

    @Query("""
            SELECT BIN_TO_UUID(l.project_id) AS project_id, BIN_TO_UUID(l.organization_id) AS organization_id, l.logo_url,
              l.attempts
            FROM organization_logos l WHERE l.due_at <= UTC_TIMESTAMP(6) ORDER BY l.due_at LIMIT 1 FOR UPDATE SKIP LOCKED
            """)
    Optional<LogoRow> lockDue();

    @Query(
            "UPDATE organization_logos l SET l.attempts = l.attempts + 1, l.due_at = UTC_TIMESTAMP(6) + INTERVAL :seconds SECOND"
                    + ONE)
    int later(UUID projectId, UUID organizationId, long seconds);

    @Query("UPDATE organization_logos l SET l.problem = :problem" + ONE + " AND l.logo_url = :logoUrl")
    int explain(UUID projectId, UUID organizationId, String logoUrl, String problem);

    @Query("UPDATE organization_logos l SET l.image_hash = :hash, l.png = :png, l.problem = :problem, l.due_at = NULL"
            + ONE + " AND l.logo_url = :logoUrl")
    int done(
            UUID projectId,
            UUID organizationId,
            String logoUrl,
            @Nullable byte[] hash,
            @Nullable byte[] png,
            @Nullable String problem);

    @Query("SELECT l.image_hash, NULL AS png, l.problem FROM organization_logos l" + ONE)
    Optional<LogoState> state(UUID projectId, UUID organizationId);

    /** By the organization's id alone, as pages know it; the picture as its row names it now. */
    @Query("""
            SELECT l.image_hash, l.png, NULL AS problem
            FROM projects p
            JOIN organizations o ON o.project_id = p.project_id AND o.organization_id = UUID_TO_BIN(:organizationId)
            JOIN organization_logos l ON l.project_id = o.project_id AND l.organization_id = o.organization_id
            WHERE o.deleted_at IS NULL AND o.logo_hash = :hash AND l.image_hash = :hash
            """)
    Optional<LogoState> picture(UUID organizationId, byte[] hash);
}
