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

    /** Whoever changes the row may fetch: one node, once a minute for an address. */
    @Query("""
            INSERT INTO app_key_sets (project_id, app_id, jwks_uri, tried_at)
            VALUES (UUID_TO_BIN(:projectId), UUID_TO_BIN(:appId), :jwksUri, UTC_TIMESTAMP(6)) AS given
            ON DUPLICATE KEY UPDATE
              jwks = IF(app_key_sets.jwks_uri = given.jwks_uri, app_key_sets.jwks, NULL),
              fetched_at = IF(app_key_sets.jwks_uri = given.jwks_uri, app_key_sets.fetched_at, NULL),
              tried_at = IF(app_key_sets.jwks_uri = given.jwks_uri
                AND app_key_sets.tried_at > UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE, app_key_sets.tried_at, given.tried_at),
              jwks_uri = given.jwks_uri
            """)
    int mayTry(UUID projectId, UUID appId, String jwksUri);

    @Query("""
            UPDATE app_key_sets SET jwks = :jwks, fetched_at = UTC_TIMESTAMP(6)
            WHERE project_id = UUID_TO_BIN(:projectId) AND app_id = UUID_TO_BIN(:appId) AND jwks_uri = :jwksUri
            """)
    int keep(UUID projectId, UUID appId, String jwksUri, String jwks);
}
