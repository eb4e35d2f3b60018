package dev.ungrant.oauth;

import dev.ungrant.connectedapps.LiveGrants;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Codes and tokens. Whether one is alive is always asked together with its grant, in one SELECT. */
@JdbcRepository(dialect = Dialect.MYSQL)
interface TokenRepository extends GenericRepository<LiveToken, UUID> {
    String GRANT = """
            BIN_TO_UUID(g.tenant_id) AS tenant_id, BIN_TO_UUID(g.grant_id) AS grant_id,
            BIN_TO_UUID(g.project_id) AS project_id, BIN_TO_UUID(g.app_id) AS app_id, g.subject_kind,
            BIN_TO_UUID(g.subject_id) AS subject_id,
            """;

    String LIVE = "SELECT " + GRANT + """
              BIN_TO_UUID(t.authorization_id) AS authorization_id, BIN_TO_UUID(t.token_id) AS token_id, t.issuer,
              t.audience, t.scopes, g.scopes AS grant_scopes, t.issued_at, t.expires_at, t.dpop_key, g.organization_slug
            FROM access_tokens t
            JOIN
            """ + LiveGrants.TABLE + """
             g ON g.tenant_id = t.tenant_id AND g.grant_id = t.grant_id
            WHERE t.tenant_id = UUID_TO_BIN(:tenantId) AND t.token_hash = :tokenHash
              AND t.revoked_at IS NULL AND t.expires_at > UTC_TIMESTAMP(6)
            """;

    @Query(LIVE)
    Optional<LiveToken> findLive(UUID tenantId, byte[] tokenHash);

    /** The same, if it is a token of this client and this is the hash of a secret of the client. */
    @Query(LIVE + """
              AND g.app_id = UUID_TO_BIN(:appId)
              AND EXISTS (SELECT 1 FROM connected_app_secrets s
                WHERE s.project_id = g.project_id AND s.app_id = g.app_id AND s.secret_hash = :secretHash)
            """)
    Optional<LiveToken> findLiveOfClient(UUID tenantId, byte[] tokenHash, UUID appId, byte[] secretHash);

    /** The lock that a mint and a revoke meet on: 0 when the grant was revoked or waits for a new yes, and then nothing is minted. */
    @Query("""
            UPDATE grants SET version = version + 1
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND grant_id = UUID_TO_BIN(:grantId) AND revoked_at IS NULL
              AND asked_again_at IS NULL
            """)
    int holdGrant(UUID tenantId, UUID grantId);

    @Query("""
            INSERT INTO authorization_codes (tenant_id, code_hash, grant_id, authorization_id, redirect_uri, code_challenge,
              dpop_key, scopes, resources, nonce, authenticated_at, created_at, expires_at)
            VALUES (UUID_TO_BIN(:tenantId), :codeHash, UUID_TO_BIN(:grantId), UUID_TO_BIN(:authorizationId), :redirectUri,
              :codeChallenge, :dpopKey, :scopes, :resources, :nonce, :authenticatedAt, UTC_TIMESTAMP(6),
              UTC_TIMESTAMP(6) + INTERVAL :seconds SECOND)
            """)
    int insertCode(
            UUID tenantId,
            byte[] codeHash,
            UUID grantId,
            UUID authorizationId,
            String redirectUri,
            @Nullable String codeChallenge,
            @Nullable byte[] dpopKey,
            String scopes,
            String resources,
            @Nullable String nonce,
            Instant authenticatedAt,
            int seconds);

    @Query("""
            UPDATE authorization_codes SET used_at = UTC_TIMESTAMP(6)
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND code_hash = :codeHash AND used_at IS NULL
              AND expires_at > UTC_TIMESTAMP(6)
            """)
    int useCode(UUID tenantId, byte[] codeHash);

    @Query("""
            INSERT INTO access_tokens (tenant_id, token_hash, grant_id, authorization_id, token_id, format, issuer, audience,
              scopes, dpop_key, issued_at, expires_at)
            VALUES (UUID_TO_BIN(:tenantId), :tokenHash, UUID_TO_BIN(:grantId), UUID_TO_BIN(:authorizationId),
              UUID_TO_BIN(:tokenId), :format, :issuer, :audience, :scopes, :dpopKey, :issuedAt, :expiresAt)
            """)
    int insertAccessToken(
            UUID tenantId,
            byte[] tokenHash,
            UUID grantId,
            UUID authorizationId,
            UUID tokenId,
            String format,
            String issuer,
            String audience,
            String scopes,
            @Nullable byte[] dpopKey,
            Instant issuedAt,
            Instant expiresAt);

    @Query("""
            INSERT INTO refresh_tokens (tenant_id, token_hash, grant_id, authorization_id, scopes, resources,
              dpop_key, authenticated_at, issued_at, expires_at, ends_at)
            VALUES (UUID_TO_BIN(:tenantId), :tokenHash, UUID_TO_BIN(:grantId), UUID_TO_BIN(:authorizationId), :scopes,
              :resources, :dpopKey, :authenticatedAt, UTC_TIMESTAMP(6), LEAST(:endsAt, UTC_TIMESTAMP(6) + INTERVAL :days DAY), :endsAt)
            """)
    int insertRefreshToken(
            UUID tenantId,
            byte[] tokenHash,
            UUID grantId,
            UUID authorizationId,
            String scopes,
            String resources,
            @Nullable byte[] dpopKey,
            Instant authenticatedAt,
            Instant endsAt,
            int days);

    @Query("""
            UPDATE refresh_tokens SET used_at = UTC_TIMESTAMP(6), successor_hash = :successorHash
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND token_hash = :tokenHash AND used_at IS NULL AND revoked_at IS NULL
            """)
    int rotate(UUID tenantId, byte[] tokenHash, byte[] successorHash);

    @Query("""
            UPDATE refresh_tokens SET expires_at = LEAST(ends_at, UTC_TIMESTAMP(6) + INTERVAL :days DAY)
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND token_hash = :tokenHash AND used_at IS NULL AND revoked_at IS NULL
            """)
    int slide(UUID tenantId, byte[] tokenHash, int days);

    @Query("""
            UPDATE access_tokens SET revoked_at = UTC_TIMESTAMP(6)
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND token_hash = :tokenHash AND revoked_at IS NULL
            """)
    int revokeAccessToken(UUID tenantId, byte[] tokenHash);
}
