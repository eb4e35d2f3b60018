package dev.ungrant.connectedapps;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface ConsentRepository extends GenericRepository<ConsentRow, UUID> {
    String LAST = """
            SELECT BIN_TO_UUID(g.grant_id) AS grant_id, g.scopes, g.revoked_at IS NOT NULL AS revoked,
              COALESCE(g.expires_at <= UTC_TIMESTAMP(6), FALSE) AS expired,
              g.asked_again_at IS NOT NULL AS asked_again, g.revoked_why
            FROM grants g
            WHERE g.tenant_id = UUID_TO_BIN(:tenantId) AND g.subject_id = UUID_TO_BIN(:subjectId)
              AND g.app_id = UUID_TO_BIN(:appId)
            ORDER BY g.live DESC, g.revoked_at DESC LIMIT 1
            """;

    @Query(LAST)
    Optional<ConsentRow> last(UUID tenantId, UUID subjectId, UUID appId);

    @Query(LAST + " FOR UPDATE")
    Optional<ConsentRow> lockLast(UUID tenantId, UUID subjectId, UUID appId);

    /**
     * Everything that a member's consent hangs on, to stay as it is until the transaction ends: a policy change or a
     * deletion comes either before this consent and forbids it, or after it and ends its grant. Empty when the member is
     * gone.
     */
    @Query("""
            SELECT TRUE FROM organizations o
            JOIN connected_apps a ON a.project_id = o.project_id
            JOIN members m ON m.organization_id = o.organization_id
            WHERE o.project_id = UUID_TO_BIN(:projectId) AND o.organization_id = UUID_TO_BIN(:organizationId)
              AND a.app_id = UUID_TO_BIN(:appId) AND m.member_id = UUID_TO_BIN(:memberId) AND m.status <> 'DELETED'
            FOR SHARE
            """)
    Optional<Boolean> holdMember(UUID projectId, UUID organizationId, UUID memberId, UUID appId);

    @Query("SELECT oa.allowed FROM " + LiveGrants.ORGANIZATION_APPS + """
             oa WHERE oa.project_id = UUID_TO_BIN(:projectId) AND oa.organization_id = UUID_TO_BIN(:organizationId)
              AND oa.app_id = UUID_TO_BIN(:appId)
            """)
    Optional<Boolean> isAllowed(UUID projectId, UUID organizationId, UUID appId);

    @Query("""
            SELECT TRUE FROM users u JOIN connected_apps a ON a.project_id = u.project_id
            WHERE u.project_id = UUID_TO_BIN(:projectId) AND u.user_id = UUID_TO_BIN(:userId) AND u.deleted_at IS NULL
              AND a.app_id = UUID_TO_BIN(:appId) AND a.deleted_at IS NULL
            FOR SHARE
            """)
    Optional<Boolean> holdUser(UUID projectId, UUID userId, UUID appId);

    @Query("""
            INSERT INTO grants (tenant_id, grant_id, project_id, subject_kind, subject_id, app_id, scopes, granted_at,
              authorized_at, expires_at)
            VALUES (UUID_TO_BIN(:tenantId), UUID_TO_BIN(:grantId), UUID_TO_BIN(:projectId), :subjectKind,
              UUID_TO_BIN(:subjectId), UUID_TO_BIN(:appId), :scopes, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), :expiresAt)
            """)
    int insert(
            UUID tenantId,
            UUID grantId,
            UUID projectId,
            String subjectKind,
            UUID subjectId,
            UUID appId,
            String scopes,
            @Nullable Instant expiresAt);

    @Query("""
            UPDATE grants SET scopes = :scopes, authorized_at = UTC_TIMESTAMP(6), version = version + 1
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND grant_id = UUID_TO_BIN(:grantId) AND revoked_at IS NULL
            """)
    int reauthorize(UUID tenantId, UUID grantId, String scopes);
}
