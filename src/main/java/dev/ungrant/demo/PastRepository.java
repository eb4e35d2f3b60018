package dev.ungrant.demo;

import io.micronaut.context.annotation.Requires;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Gives grants of the demo a past, which no verb can: everybody else's grants begin when they begin. */
@JdbcRepository(dialect = Dialect.MYSQL)
@Requires(env = Demo.ENVIRONMENT)
interface PastRepository extends GenericRepository<PastGrant, UUID> {
    @Query("""
            SELECT BIN_TO_UUID(grant_id) AS grant_id, authorized_at FROM grants
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND subject_id = UUID_TO_BIN(:subjectId)
              AND app_id = UUID_TO_BIN(:appId) AND live = 1
            """)
    Optional<PastGrant> find(UUID tenantId, UUID subjectId, UUID appId);

    @Query("""
            UPDATE grants SET granted_at = UTC_TIMESTAMP(6) - INTERVAL :grantedHours HOUR,
              authorized_at = UTC_TIMESTAMP(6) - INTERVAL :approvedHours HOUR, uses = :uses
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND grant_id = UUID_TO_BIN(:grantId)
            """)
    int begin(UUID tenantId, UUID grantId, long grantedHours, long approvedHours, long uses);

    @Query("""
            UPDATE grants SET last_used_at = UTC_TIMESTAMP(6) - INTERVAL :minutes MINUTE
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND grant_id = UUID_TO_BIN(:grantId)
            """)
    int use(UUID tenantId, UUID grantId, long minutes);

    @Query("""
            INSERT INTO grant_usage (tenant_id, grant_id, day, calls)
            VALUES (UUID_TO_BIN(:tenantId), UUID_TO_BIN(:grantId), UTC_DATE() - INTERVAL :daysAgo DAY, :calls)
            ON DUPLICATE KEY UPDATE calls = VALUES(calls)
            """)
    int count(UUID tenantId, UUID grantId, int daysAgo, long calls);

    @Query("""
            UPDATE audit_events SET occurred_at = UTC_TIMESTAMP(6) - INTERVAL :hours HOUR
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND request_id = :requestId
            """)
    int rememberConsent(UUID tenantId, String requestId, long hours);

    /** Whoever changes what happened must have it sealed anew: first this, which keeps the sealing node away. */
    @Query("DELETE FROM audit_chains WHERE tenant_id = UUID_TO_BIN(:tenantId)")
    int dropChain(UUID tenantId);

    @Query("UPDATE audit_events SET seq = NULL, hash = NULL WHERE tenant_id = UUID_TO_BIN(:tenantId)")
    int unseal(UUID tenantId);

    @Query("""
            UPDATE connections SET began_at = UTC_TIMESTAMP(6) - INTERVAL :hours HOUR,
              last_used_at = UTC_TIMESTAMP(6) - INTERVAL :usedMinutes MINUTE
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND grant_id = UUID_TO_BIN(:grantId) AND ip_address = :ipAddress
            """)
    int connect(UUID tenantId, UUID grantId, String ipAddress, long hours, @Nullable Long usedMinutes);

    @Query("""
            UPDATE grants SET authorized_at = :authorizedAt
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND grant_id = UUID_TO_BIN(:grantId)
            """)
    int approve(UUID tenantId, UUID grantId, Instant authorizedAt);

    @Query("""
            DELETE FROM audit_events
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND grant_id = UUID_TO_BIN(:grantId) AND request_id = :requestId
            """)
    int forget(UUID tenantId, UUID grantId, String requestId);

    @Query("""
            SELECT BIN_TO_UUID(authorization_id) FROM connections
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND grant_id = UUID_TO_BIN(:grantId) ORDER BY began_at DESC
            """)
    List<UUID> connections(UUID tenantId, UUID grantId);

    @Query("""
            UPDATE access_tokens SET authorization_id = UUID_TO_BIN(:there)
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND grant_id = UUID_TO_BIN(:grantId)
              AND authorization_id = UUID_TO_BIN(:fresh)
            """)
    int join(UUID tenantId, UUID grantId, UUID fresh, UUID there);

    @Query("""
            UPDATE connections was JOIN connections now ON now.tenant_id = was.tenant_id SET was.ends_at = now.ends_at
            WHERE was.tenant_id = UUID_TO_BIN(:tenantId) AND was.authorization_id = UUID_TO_BIN(:there)
              AND now.authorization_id = UUID_TO_BIN(:fresh)
            """)
    int prolong(UUID tenantId, UUID fresh, UUID there);

    @Query("""
            DELETE FROM connections
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND authorization_id = UUID_TO_BIN(:authorizationId)
            """)
    int drop(UUID tenantId, UUID authorizationId);
}
