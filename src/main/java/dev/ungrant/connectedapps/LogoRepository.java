package dev.ungrant.connectedapps;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface LogoRepository extends GenericRepository<LogoRow, UUID> {
    String ONE = " WHERE l.project_id = UUID_TO_BIN(:projectId) AND l.app_id = UUID_TO_BIN(:appId)";

    /** A logo goes when its app is gone, has no verified publisher, or names another one. */
    @Query("""
            DELETE l FROM app_logos l LEFT JOIN connected_apps a ON a.project_id = l.project_id AND a.app_id = l.app_id
            WHERE l.project_id = UUID_TO_BIN(:projectId) AND l.app_id = UUID_TO_BIN(:appId)
              AND (a.app_id IS NULL OR a.deleted_at IS NOT NULL OR a.publisher_verified_at IS NULL OR NOT a.logo_url <=> l.logo_url)
            """)
    int forget(UUID projectId, UUID appId);

    @Query("""
            INSERT INTO app_logos (project_id, app_id, logo_url, attempts, due_at)
            SELECT a.project_id, a.app_id, a.logo_url, 0, UTC_TIMESTAMP(6) FROM connected_apps a
            WHERE a.project_id = UUID_TO_BIN(:projectId) AND a.app_id = UUID_TO_BIN(:appId)
              AND a.deleted_at IS NULL AND a.publisher_verified_at IS NOT NULL AND a.logo_url IS NOT NULL
            ON DUPLICATE KEY UPDATE attempts = app_logos.attempts
            """)
    int want(UUID projectId, UUID appId);

    /** The address of the picture in the app's row is what pages look at. */
    @Query("""
            UPDATE connected_apps a LEFT JOIN app_logos l ON l.project_id = a.project_id AND l.app_id = a.app_id
            SET a.logo_hash = l.image_hash
            WHERE a.project_id = UUID_TO_BIN(:projectId) AND a.app_id = UUID_TO_BIN(:appId)
            """)
    int show(UUID projectId, UUID appId);

    @Query("""
            SELECT BIN_TO_UUID(l.project_id) AS project_id, BIN_TO_UUID(l.app_id) AS app_id, l.logo_url, l.attempts
            FROM app_logos l WHERE l.due_at <= UTC_TIMESTAMP(6) ORDER BY l.due_at LIMIT 1 FOR UPDATE SKIP LOCKED
            """)
    Optional<LogoRow> lockDue();

    @Query("UPDATE app_logos l SET l.attempts = l.attempts + 1, l.due_at = UTC_TIMESTAMP(6) + INTERVAL :seconds SECOND"
            + ONE)
    int later(UUID projectId, UUID appId, long seconds);

    @Query("UPDATE app_logos l SET l.image_hash = :hash, l.png = :png, l.due_at = NULL" + ONE
            + " AND l.logo_url = :logoUrl")
    int done(UUID projectId, UUID appId, String logoUrl, @Nullable byte[] hash, @Nullable byte[] png);

    /** By the app's id alone, as pages know it; the picture as its row names it now. */
    @Query("""
            SELECT l.png FROM connected_apps a JOIN app_logos l ON l.project_id = a.project_id AND l.app_id = a.app_id
            WHERE a.app_id = UUID_TO_BIN(:appId) AND a.live = 1 AND a.logo_hash = :hash
            """)
    Optional<LogoPicture> picture(UUID appId, byte[] hash);
}
