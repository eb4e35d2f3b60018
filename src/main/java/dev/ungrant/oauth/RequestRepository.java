package dev.ungrant.oauth;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface RequestRepository extends GenericRepository<RequestRow, UUID> {
    @Query("""
            INSERT INTO authorization_requests (project_id, request_hash, kind, app_id, parameters, pushed_hash, created_at,
              expires_at)
            VALUES (UUID_TO_BIN(:projectId), :requestHash, :kind, UUID_TO_BIN(:appId), :parameters, UNHEX(:pushedHash),
              UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL :seconds SECOND)
            """)
    int insert(
            UUID projectId,
            byte[] requestHash,
            String kind,
            @Nullable UUID appId,
            String parameters,
            @Nullable String pushedHash,
            int seconds);

    /** The request while it may still be answered. */
    @Query("""
            SELECT BIN_TO_UUID(project_id) AS project_id, BIN_TO_UUID(app_id) AS app_id, parameters,
              HEX(pushed_hash) AS pushed_hash, created_at
            FROM authorization_requests
            WHERE project_id = UUID_TO_BIN(:projectId) AND request_hash = :requestHash AND kind = :kind AND used_at IS NULL
              AND expires_at > UTC_TIMESTAMP(6)
            """)
    Optional<RequestRow> find(UUID projectId, byte[] requestHash, String kind);

    /** 1 when nobody has answered it yet. */
    @Query("""
            UPDATE authorization_requests SET used_at = UTC_TIMESTAMP(6)
            WHERE project_id = UUID_TO_BIN(:projectId) AND request_hash = UNHEX(:requestHash) AND used_at IS NULL
            """)
    int use(UUID projectId, String requestHash);
}
