package dev.ungrant.logos;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface LogoRepository extends GenericRepository<LogoRow, UUID> {
    String ONE = " WHERE l.project_id = UUID_TO_BIN(:projectId) AND l.owner_id = UUID_TO_BIN(:ownerId)";

    @Query("DELETE l FROM logos l" + ONE)
    int forget(UUID projectId, UUID ownerId);

    /** Another address takes the old picture away; the same one changes nothing. */
    @Query("""
            INSERT INTO logos (project_id, owner_id, owner_kind, logo_url, attempts, due_at)
            VALUES (UUID_TO_BIN(:projectId), UUID_TO_BIN(:ownerId), :ownerKind, :logoUrl, 0, UTC_TIMESTAMP(6)) AS wanted
            ON DUPLICATE KEY UPDATE
              image_hash = IF(logos.logo_url = wanted.logo_url, logos.image_hash, NULL),
              png = IF(logos.logo_url = wanted.logo_url, logos.png, NULL),
              problem = IF(logos.logo_url = wanted.logo_url, logos.problem, NULL),
              attempts = IF(logos.logo_url = wanted.logo_url, logos.attempts, 0),
              due_at = IF(logos.logo_url = wanted.logo_url, logos.due_at, wanted.due_at),
              logo_url = wanted.logo_url
            """)
    int want(UUID projectId, UUID ownerId, String ownerKind, String logoUrl);

    @Query("""
            SELECT BIN_TO_UUID(l.project_id) AS project_id, BIN_TO_UUID(l.owner_id) AS owner_id, l.owner_kind, l.logo_url,
              l.attempts
            FROM logos l WHERE l.due_at <= UTC_TIMESTAMP(6) ORDER BY l.due_at LIMIT 1 FOR UPDATE SKIP LOCKED
            """)
    Optional<LogoRow> lockDue();

    @Query("UPDATE logos l SET l.attempts = l.attempts + 1, l.due_at = UTC_TIMESTAMP(6) + INTERVAL :seconds SECOND"
            + ONE)
    int lease(UUID projectId, UUID ownerId, long seconds);

    @Query("UPDATE logos l SET l.problem = :problem, l.due_at = UTC_TIMESTAMP(6) + INTERVAL :seconds SECOND" + ONE
            + " AND l.logo_url = :logoUrl")
    int later(UUID projectId, UUID ownerId, String logoUrl, String problem, long seconds);

    @Query("UPDATE logos l SET l.image_hash = :hash, l.png = :png, l.problem = :problem, l.due_at = NULL" + ONE
            + " AND l.logo_url = :logoUrl")
    int done(
            UUID projectId,
            UUID ownerId,
            String logoUrl,
            @Nullable byte[] hash,
            @Nullable byte[] png,
            @Nullable String problem);

    @Query("SELECT l.problem FROM logos l" + ONE + " AND l.problem IS NOT NULL")
    Optional<LogoProblem> problem(UUID projectId, UUID ownerId);

    /** Without its project, which pages do not name. */
    @Query("SELECT l.png FROM logos l WHERE l.owner_id = UUID_TO_BIN(:ownerId) AND l.image_hash = :hash")
    Optional<LogoPicture> picture(UUID ownerId, byte[] hash);
}
