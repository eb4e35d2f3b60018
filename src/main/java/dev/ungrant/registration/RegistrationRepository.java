package dev.ungrant.registration;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface RegistrationRepository extends GenericRepository<RegistrationRow, UUID> {
    String SELECT = """
            SELECT BIN_TO_UUID(r.project_id) AS project_id, BIN_TO_UUID(r.app_id) AS app_id, r.metadata, r.token_hash,
              r.registered_at, COALESCE(r.fresh_until > UTC_TIMESTAMP(6), r.fresh_until IS NULL) AS fresh
            FROM app_registrations r
            """;

    /** Only rows whose app is there: the project's backend may have deleted it. */
    String LIVE = """
             JOIN connected_apps a ON a.project_id = r.project_id AND a.app_id = r.app_id AND a.live = 1
            WHERE r.project_id = UUID_TO_BIN(:projectId)
            """;

    String USED = "EXISTS (SELECT 1 FROM grants g WHERE g.project_id = r.project_id AND g.app_id = r.app_id)";

    @Query(SELECT + LIVE + " AND r.app_id = UUID_TO_BIN(:appId)")
    Optional<RegistrationRow> find(UUID projectId, UUID appId);

    @Query(SELECT + LIVE + " AND r.metadata_hash = :metadataHash FOR UPDATE")
    Optional<RegistrationRow> lockSame(UUID projectId, byte[] metadataHash);

    @Query(SELECT + LIVE + " AND r.url_hash = :urlHash")
    Optional<RegistrationRow> findDocument(UUID projectId, byte[] urlHash);

    /** Rows of apps that are gone must not stand in the way of the next one. */
    @Query("""
            DELETE r FROM app_registrations r
            WHERE r.project_id = UUID_TO_BIN(:projectId) AND (r.metadata_hash = :metadataHash OR r.url_hash = :urlHash)
              AND NOT EXISTS (SELECT 1 FROM connected_apps a
                WHERE a.project_id = r.project_id AND a.app_id = r.app_id AND a.live = 1)
            """)
    int clear(UUID projectId, @Nullable byte[] metadataHash, @Nullable byte[] urlHash);

    @Query("""
            INSERT INTO app_registrations (project_id, app_id, metadata, metadata_hash, url_hash, token_hash, registered_at,
              fresh_until)
            VALUES (UUID_TO_BIN(:projectId), UUID_TO_BIN(:appId), :metadata, :metadataHash, :urlHash, :tokenHash,
              UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL :freshSeconds SECOND)
            """)
    int insert(
            UUID projectId,
            UUID appId,
            String metadata,
            @Nullable byte[] metadataHash,
            @Nullable byte[] urlHash,
            @Nullable byte[] tokenHash,
            @Nullable Long freshSeconds);

    /** 0 when the token is not the one of the row any more. */
    @Query("""
            UPDATE app_registrations SET metadata = :metadata, metadata_hash = :metadataHash
            WHERE project_id = UUID_TO_BIN(:projectId) AND app_id = UUID_TO_BIN(:appId) AND token_hash = :tokenHash
            """)
    int update(UUID projectId, UUID appId, String metadata, @Nullable byte[] metadataHash, byte[] tokenHash);

    @Query("""
            UPDATE app_registrations SET metadata = :metadata,
              fresh_until = UTC_TIMESTAMP(6) + INTERVAL :freshSeconds SECOND
            WHERE project_id = UUID_TO_BIN(:projectId) AND app_id = UUID_TO_BIN(:appId)
            """)
    int renew(UUID projectId, UUID appId, String metadata, long freshSeconds);

    @Query("""
            UPDATE app_registrations SET token_hash = NULL
            WHERE project_id = UUID_TO_BIN(:projectId) AND app_id = UUID_TO_BIN(:appId)
            """)
    int share(UUID projectId, UUID appId);

    @Query("""
            DELETE FROM app_registrations
            WHERE project_id = UUID_TO_BIN(:projectId) AND app_id = UUID_TO_BIN(:appId)
            """)
    int delete(UUID projectId, UUID appId);

    @Query("""
            SELECT COUNT(*) FROM app_registrations r
            WHERE r.project_id = UUID_TO_BIN(:projectId) AND r.used_at IS NULL
            """)
    int countUnused(UUID projectId);

    @Query("UPDATE app_registrations r SET r.used_at = UTC_TIMESTAMP(6)"
            + " WHERE r.project_id = UUID_TO_BIN(:projectId) AND r.used_at IS NULL AND " + USED)
    int markUsed(UUID projectId);

    @Query(SELECT + """
            WHERE r.project_id = UUID_TO_BIN(:projectId) AND r.used_at IS NULL ORDER BY r.registered_at LIMIT :most
            """)
    List<RegistrationRow> oldestUnused(UUID projectId, int most);

    @Query("UPDATE app_registrations r SET r.used_at = UTC_TIMESTAMP(6) WHERE r.used_at IS NULL AND " + USED)
    int markUsedAnywhere();

    @Query(SELECT + """
            WHERE r.used_at IS NULL AND r.registered_at < UTC_TIMESTAMP(6) - INTERVAL :days DAY
            ORDER BY r.registered_at LIMIT 500
            """)
    List<RegistrationRow> expired(int days);
}
