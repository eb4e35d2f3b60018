package dev.ungrant.registration;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface KeySetRepository extends GenericRepository<KeySetRow, UUID> {
    @Query("""
            SELECT k.jwks_uri, k.jwks, COALESCE(k.fetched_at > UTC_TIMESTAMP(6) - INTERVAL 1 HOUR, FALSE) AS fresh,
              COALESCE(k.fetched_at > UTC_TIMESTAMP(6) - INTERVAL 1 DAY, FALSE) AS usable
            FROM app_key_sets k WHERE k.project_id = UUID_TO_BIN(:projectId) AND k.app_id = UUID_TO_BIN(:appId)
            """)
    Optional<KeySetRow> find(UUID projectId, UUID appId);

    /** 1: whoever asks may fetch; 0: there is no such row, or somebody has tried that address within the last minute. */
    @Query("""
            UPDATE app_key_sets SET jwks = IF(jwks_uri = :jwksUri, jwks, NULL),
              fetched_at = IF(jwks_uri = :jwksUri, fetched_at, NULL), tried_at = UTC_TIMESTAMP(6), jwks_uri = :jwksUri
            WHERE project_id = UUID_TO_BIN(:projectId) AND app_id = UUID_TO_BIN(:appId)
              AND (jwks_uri <> :jwksUri OR tried_at <= UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE)
            """)
    int tryAgain(UUID projectId, UUID appId, String jwksUri);

    /** 0 when there is a row. */
    @Query("""
            INSERT IGNORE INTO app_key_sets (project_id, app_id, jwks_uri, tried_at)
            VALUES (UUID_TO_BIN(:projectId), UUID_TO_BIN(:appId), :jwksUri, UTC_TIMESTAMP(6))
            """)
    int tryFirst(UUID projectId, UUID appId, String jwksUri);

    @Query("""
            UPDATE app_key_sets SET jwks = :jwks, fetched_at = UTC_TIMESTAMP(6)
            WHERE project_id = UUID_TO_BIN(:projectId) AND app_id = UUID_TO_BIN(:appId) AND jwks_uri = :jwksUri
            """)
    int keep(UUID projectId, UUID appId, String jwksUri, String jwks);
}
