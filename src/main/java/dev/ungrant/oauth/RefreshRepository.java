package dev.ungrant.oauth;

import dev.ungrant.connectedapps.LiveGrants;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface RefreshRepository extends GenericRepository<RefreshRow, UUID> {
    @Query("SELECT " + TokenRepository.GRANT + """
              BIN_TO_UUID(r.authorization_id) AS authorization_id, r.scopes, r.resources, r.dpop_key, r.authenticated_at,
              r.issued_at, r.expires_at, r.ends_at, r.expires_at <= UTC_TIMESTAMP(6) AS expired, r.revoked_at IS NOT NULL AS revoked,
              r.used_at IS NOT NULL AS used,
              COALESCE(r.used_at > UTC_TIMESTAMP(6) - INTERVAL :graceSeconds SECOND, FALSE) AS used_just_now,
              COALESCE(s.used_at IS NULL AND s.revoked_at IS NULL AND s.token_hash IS NOT NULL, FALSE) AS successor_usable,
              IF(g.asked_again_at IS NULL, l.scopes, NULL) AS grant_scopes
            FROM refresh_tokens r
            JOIN grants g ON g.tenant_id = r.tenant_id AND g.grant_id = r.grant_id
            LEFT JOIN
            """ + LiveGrants.TABLE + """
             l ON l.tenant_id = r.tenant_id AND l.grant_id = r.grant_id
            LEFT JOIN refresh_tokens s ON s.tenant_id = r.tenant_id AND s.token_hash = r.successor_hash
            WHERE r.tenant_id = UUID_TO_BIN(:tenantId) AND r.token_hash = :tokenHash
            """)
    Optional<RefreshRow> find(UUID tenantId, byte[] tokenHash, int graceSeconds);
}
