package dev.ungrant.connectedapps;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Connections, which are alive while their tokens are; nobody but their tokens says so. */
@JdbcRepository(dialect = Dialect.MYSQL)
interface ConnectionRepository extends GenericRepository<Connection, UUID> {
    /** Of one grant, at most; a client that leaves its tokens lying about must not make a page slow. */
    int MOST = 100;

    @Query("""
            INSERT INTO connections (tenant_id, authorization_id, grant_id, redirect_host, user_agent, ip_address, began_at,
              ends_at)
            VALUES (UUID_TO_BIN(:tenantId), UUID_TO_BIN(:authorizationId), UUID_TO_BIN(:grantId), :redirectHost, :userAgent,
              :ipAddress, UTC_TIMESTAMP(6), :endsAt)
            """)
    int insert(
            UUID tenantId,
            UUID authorizationId,
            UUID grantId,
            String redirectHost,
            String userAgent,
            String ipAddress,
            Instant endsAt);

    /** All that live of these grants, the last used first. Reads at most so many tokens of each grant. */
    @Query("""
            SELECT ids.id AS grant_id, BIN_TO_UUID(held.authorization_id) AS authorization_id,
              COALESCE(c.began_at, held.issued_at) AS began_at, c.last_used_at,
              LEAST(held.expires_at, COALESCE(g.expires_at, held.expires_at)) AS expires_at,
              held.renewable AND (g.expires_at IS NULL OR g.expires_at > held.expires_at) AS renewable,
              c.redirect_host, c.user_agent, c.ip_address
            FROM JSON_TABLE(:grantIds, '$[*]' COLUMNS (id CHAR(36) PATH '$')) ids
            JOIN grants g ON g.tenant_id = UUID_TO_BIN(:tenantId) AND g.grant_id = UUID_TO_BIN(ids.id)
            JOIN LATERAL (
              SELECT tokens.authorization_id, MIN(tokens.issued_at) AS issued_at, MAX(tokens.expires_at) AS expires_at,
                MAX(tokens.renewable) AS renewable
              FROM (
                (SELECT r.authorization_id, r.issued_at, r.expires_at, 1 AS renewable
                 FROM refresh_tokens r FORCE INDEX (of_grant)
                 WHERE r.tenant_id = UUID_TO_BIN(:tenantId) AND r.grant_id = UUID_TO_BIN(ids.id)
                   AND r.expires_at > UTC_TIMESTAMP(6) AND r.used_at IS NULL AND r.revoked_at IS NULL
                 LIMIT\s""" + MOST + """
                ) UNION ALL
                (SELECT t.authorization_id, t.issued_at, t.expires_at, 0
                 FROM access_tokens t FORCE INDEX (of_grant)
                 WHERE t.tenant_id = UUID_TO_BIN(:tenantId) AND t.grant_id = UUID_TO_BIN(ids.id)
                   AND t.format IN ('OPAQUE', 'JWT') AND t.expires_at > UTC_TIMESTAMP(6) AND t.revoked_at IS NULL
                 LIMIT\s""" + MOST + """
                )) tokens
              GROUP BY tokens.authorization_id) held ON TRUE
            LEFT JOIN connections c ON c.tenant_id = UUID_TO_BIN(:tenantId) AND c.authorization_id = held.authorization_id
            ORDER BY COALESCE(c.last_used_at, c.began_at, held.issued_at) DESC, held.authorization_id
            """)
    List<Connection> live(UUID tenantId, String grantIds);

    /** The grant that a connection belongs to, alive or not, if it is the subject's with this app. */
    @Query("""
            SELECT BIN_TO_UUID(g.grant_id) FROM connections c
            JOIN grants g ON g.tenant_id = c.tenant_id AND g.grant_id = c.grant_id
            WHERE c.tenant_id = UUID_TO_BIN(:tenantId) AND c.authorization_id = UUID_TO_BIN(:authorizationId)
              AND g.subject_id = UUID_TO_BIN(:subjectId) AND g.app_id = UUID_TO_BIN(:appId)
            """)
    Optional<UUID> grantOf(UUID tenantId, UUID subjectId, UUID appId, UUID authorizationId);

    @Query("""
            SELECT COUNT(*) FROM grants
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND grant_id = UUID_TO_BIN(:grantId) FOR UPDATE
            """)
    int holdGrant(UUID tenantId, UUID grantId);

    @Query("""
            UPDATE access_tokens FORCE INDEX (of_grant) SET revoked_at = UTC_TIMESTAMP(6)
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND grant_id = UUID_TO_BIN(:grantId)
              AND authorization_id = UUID_TO_BIN(:authorizationId) AND format IN ('OPAQUE', 'JWT')
              AND expires_at > UTC_TIMESTAMP(6) AND revoked_at IS NULL
            """)
    int endAccessTokens(UUID tenantId, UUID grantId, UUID authorizationId);

    @Query("""
            UPDATE refresh_tokens FORCE INDEX (of_grant) SET revoked_at = UTC_TIMESTAMP(6)
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND grant_id = UUID_TO_BIN(:grantId)
              AND authorization_id = UUID_TO_BIN(:authorizationId) AND expires_at > UTC_TIMESTAMP(6) AND revoked_at IS NULL
            """)
    int endRefreshTokens(UUID tenantId, UUID grantId, UUID authorizationId);
}
