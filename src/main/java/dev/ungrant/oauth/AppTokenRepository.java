package dev.ungrant.oauth;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface AppTokenRepository extends GenericRepository<AppToken, UUID> {
    @Query("""
            INSERT INTO app_tokens (project_id, token_hash, app_id, token_id, secret_hash, issuer, audience, scopes, dpop_key,
              issued_at, expires_at)
            VALUES (UUID_TO_BIN(:projectId), :tokenHash, UUID_TO_BIN(:appId), UUID_TO_BIN(:tokenId), :secretHash, :issuer,
              :audience, :scopes, :dpopKey, :issuedAt, :expiresAt)
            """)
    int insert(
            UUID projectId,
            byte[] tokenHash,
            UUID appId,
            UUID tokenId,
            @Nullable byte[] secretHash,
            String issuer,
            String audience,
            String scopes,
            @Nullable byte[] dpopKey,
            Instant issuedAt,
            Instant expiresAt);

    /** Alive while the app is, still may do this, and still has the secret that the token was got with. */
    @Query("""
            SELECT BIN_TO_UUID(t.project_id) AS project_id, BIN_TO_UUID(t.app_id) AS app_id,
              BIN_TO_UUID(t.token_id) AS token_id, t.issuer, t.audience, t.scopes, a.own_scopes, t.issued_at, t.expires_at,
              t.dpop_key
            FROM app_tokens t
            JOIN connected_apps a ON a.project_id = t.project_id AND a.app_id = t.app_id
            WHERE t.project_id = UUID_TO_BIN(:projectId) AND t.token_hash = :tokenHash
              AND t.revoked_at IS NULL AND t.expires_at > UTC_TIMESTAMP(6)
              AND a.deleted_at IS NULL AND a.client_credentials_allowed
              AND (t.secret_hash IS NULL AND a.token_endpoint_auth_method = 'PRIVATE_KEY_JWT'
                OR EXISTS (SELECT 1 FROM connected_app_secrets s
                  WHERE s.project_id = t.project_id AND s.app_id = t.app_id AND s.secret_hash = t.secret_hash))
            """)
    Optional<AppToken> findLive(UUID projectId, byte[] tokenHash);

    @Query("""
            UPDATE app_tokens SET revoked_at = UTC_TIMESTAMP(6)
            WHERE project_id = UUID_TO_BIN(:projectId) AND token_hash = :tokenHash AND app_id = UUID_TO_BIN(:appId)
              AND revoked_at IS NULL
            """)
    int revoke(UUID projectId, byte[] tokenHash, UUID appId);
}
