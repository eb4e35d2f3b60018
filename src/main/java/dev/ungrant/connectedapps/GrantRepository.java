package dev.ungrant.connectedapps;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Grants as people see them, and the one UPDATE that ends one. */
@JdbcRepository(dialect = Dialect.MYSQL)
interface GrantRepository extends GenericRepository<GrantedApp, UUID> {
    String APP_COLUMNS = """
            name, description, client_type, logo_url, LOWER(HEX(logo_hash)) AS logo_hash, creation_method, publisher_url, publisher_verified_at, support_url,
            terms_url, privacy_url,
            """;

    String GRANT_COLUMNS = """
            SELECT BIN_TO_UUID(g.grant_id) AS grant_id, BIN_TO_UUID(g.app_id) AS app_id, g.scopes, g.granted_at,
              g.authorized_at, g.expires_at, g.last_used_at, g.uses, g.revoked_at, g.revoked_why,
              g.asked_again_at,
            """;

    /** The index is named because a tenant's first thousands of tokens come faster than MySQL's statistics about them. */
    String HAS_LIVE_TOKEN = """
            (EXISTS (SELECT 1 FROM refresh_tokens r FORCE INDEX (of_grant) WHERE r.tenant_id = g.tenant_id AND r.grant_id = g.grant_id
                     AND r.expires_at > UTC_TIMESTAMP(6) AND r.used_at IS NULL AND r.revoked_at IS NULL)
             OR EXISTS (SELECT 1 FROM access_tokens t FORCE INDEX (of_grant) WHERE t.tenant_id = g.tenant_id AND t.grant_id = g.grant_id
                        AND t.format IN ('OPAQUE', 'JWT') AND t.expires_at > UTC_TIMESTAMP(6) AND t.revoked_at IS NULL))
            AS has_live_token
            """;

    String OF_SUBJECT = " WHERE g.tenant_id = UUID_TO_BIN(:tenantId) AND g.subject_id = UUID_TO_BIN(:subjectId) ";

    @Query(GRANT_COLUMNS
            + APP_COLUMNS
            + HAS_LIVE_TOKEN
            + " FROM " + LiveGrants.TABLE + " g"
            + OF_SUBJECT
            + " ORDER BY g.granted_at DESC, g.grant_id LIMIT 1000")
    List<GrantedApp> live(UUID tenantId, UUID subjectId);

    @Query(GRANT_COLUMNS
            + APP_COLUMNS
            + HAS_LIVE_TOKEN
            + " FROM " + LiveGrants.TABLE + " g"
            + OF_SUBJECT
            + " AND g.app_id = UUID_TO_BIN(:appId)")
    Optional<GrantedApp> liveOf(UUID tenantId, UUID subjectId, UUID appId);

    @Query(GRANT_COLUMNS
            + APP_COLUMNS
            + " FALSE AS has_live_token FROM grants g"
            + " JOIN connected_apps a ON a.project_id = g.project_id AND a.app_id = g.app_id"
            + OF_SUBJECT
            + " AND g.revoked_at > UTC_TIMESTAMP(6) - INTERVAL 90 DAY AND COALESCE(g.revoked_why, '') <> 'APPROVED_AGAIN'"
            + " ORDER BY g.revoked_at DESC, g.grant_id LIMIT 1000")
    List<GrantedApp> ended(UUID tenantId, UUID subjectId);

    /** Of these subjects, those whom an app can act for, and how many can. */
    @Query("""
            SELECT BIN_TO_UUID(g.subject_id) AS subject_id, COUNT(*) AS apps FROM
            """ + LiveGrants.TABLE + """
             g
            WHERE g.tenant_id = UUID_TO_BIN(:tenantId)
              AND g.subject_id IN (SELECT UUID_TO_BIN(ids.id) FROM JSON_TABLE(:subjectIds, '$[*]' COLUMNS (id CHAR(36) PATH '$')) ids)
            GROUP BY g.subject_id
            """)
    List<SubjectApps> counts(UUID tenantId, String subjectIds);

    /** The row that a revoke has to end: by identity, whatever else keeps it from being live. */
    @Query("SELECT BIN_TO_UUID(g.grant_id) FROM grants g" + OF_SUBJECT
            + " AND g.app_id = UUID_TO_BIN(:appId) AND g.live = 1")
    Optional<UUID> unrevoked(UUID tenantId, UUID subjectId, UUID appId);

    @Query("SELECT BIN_TO_UUID(g.grant_id) FROM grants g"
            + OF_SUBJECT
            + " AND g.app_id = UUID_TO_BIN(:appId) AND g.revoked_at IS NOT NULL ORDER BY g.revoked_at DESC LIMIT 1")
    Optional<UUID> lastEnded(UUID tenantId, UUID subjectId, UUID appId);

    /** Ends the grant; 0 when somebody else was first. */
    @Query("""
            UPDATE grants SET revoked_at = UTC_TIMESTAMP(6), revoked_why = :why
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND grant_id = UUID_TO_BIN(:grantId) AND revoked_at IS NULL
            """)
    int end(UUID tenantId, UUID grantId, String why);

    /** Counted as of the moment of the end, so that asking later gives the same answer. */
    String RECEIPT = """
            SELECT BIN_TO_UUID(g.app_id) AS app_id, BIN_TO_UUID(g.grant_id) AS grant_id, g.revoked_at,
              (SELECT COUNT(*) FROM (SELECT 1 FROM authorization_codes c FORCE INDEX (of_grant)
                 WHERE c.tenant_id = g.tenant_id AND c.grant_id = g.grant_id
                   AND c.expires_at > g.revoked_at AND c.used_at IS NULL LIMIT 1000) some_codes) AS codes,
              (SELECT COUNT(*) FROM (SELECT 1 FROM access_tokens t FORCE INDEX (of_grant)
                 WHERE t.tenant_id = g.tenant_id AND t.grant_id = g.grant_id AND t.format IN ('OPAQUE', 'JWT')
                   AND t.expires_at > g.revoked_at AND t.revoked_at IS NULL LIMIT 1000) some_tokens) AS access_tokens,
              (SELECT COUNT(*) FROM (SELECT 1 FROM refresh_tokens r FORCE INDEX (of_grant)
                 WHERE r.tenant_id = g.tenant_id AND r.grant_id = g.grant_id
                   AND r.expires_at > g.revoked_at AND r.used_at IS NULL AND r.revoked_at IS NULL LIMIT 1000) some_refresh)
                AS refresh_tokens,
              GREATEST(g.revoked_at, COALESCE((SELECT t.expires_at FROM access_tokens t FORCE INDEX (of_grant)
                 WHERE t.tenant_id = g.tenant_id AND t.grant_id = g.grant_id AND t.format = 'JWT'
                 ORDER BY t.expires_at DESC LIMIT 1), g.revoked_at)) AS effective_by
            FROM grants g
            WHERE g.tenant_id = UUID_TO_BIN(:tenantId) AND g.revoked_at IS NOT NULL
            """;

    @Query(RECEIPT + " AND g.grant_id = UUID_TO_BIN(:grantId)")
    Optional<Receipt> receipt(UUID tenantId, UUID grantId);

    /** The last one of each of these apps. */
    @Query(RECEIPT + """
              AND g.subject_id = UUID_TO_BIN(:subjectId)
              AND g.app_id IN (SELECT UUID_TO_BIN(ids.id) FROM JSON_TABLE(:appIds, '$[*]' COLUMNS (id CHAR(36) PATH '$')) ids)
              AND NOT EXISTS (SELECT 1 FROM grants later WHERE later.tenant_id = g.tenant_id
                AND later.subject_id = g.subject_id AND later.app_id = g.app_id AND later.revoked_at > g.revoked_at)
            """)
    List<AppReceipt> lastReceipts(UUID tenantId, UUID subjectId, String appIds);

    @Query("""
            SELECT t.expires_at FROM access_tokens t FORCE INDEX (of_grant)
            WHERE t.tenant_id = UUID_TO_BIN(:tenantId) AND t.grant_id = UUID_TO_BIN(:grantId) AND t.format = 'JWT'
              AND t.expires_at > UTC_TIMESTAMP(6) AND t.revoked_at IS NULL
            ORDER BY t.expires_at DESC LIMIT 1
            """)
    Optional<Instant> latestJwtExpiry(UUID tenantId, UUID grantId);

    @Query("""
            SELECT t.expires_at FROM access_tokens t FORCE INDEX (of_grant)
            WHERE t.tenant_id = UUID_TO_BIN(:tenantId) AND t.format = 'JWT'
              AND t.grant_id IN (SELECT UUID_TO_BIN(ids.id) FROM JSON_TABLE(:grantIds, '$[*]' COLUMNS (id CHAR(36) PATH '$')) ids)
              AND t.expires_at > UTC_TIMESTAMP(6) AND t.revoked_at IS NULL
            ORDER BY t.expires_at DESC LIMIT 1
            """)
    Optional<Instant> latestJwtExpiryOf(UUID tenantId, String grantIds);

    @Query("""
            SELECT day, calls FROM grant_usage
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND grant_id = UUID_TO_BIN(:grantId)
              AND day > UTC_DATE() - INTERVAL 30 DAY
            ORDER BY day
            """)
    List<DailyCalls> usage(UUID tenantId, UUID grantId);

    @Query("""
            SELECT BIN_TO_UUID(a.app_id) AS app_id, a.name, a.description, a.client_type, a.logo_url
            FROM connected_apps a
            WHERE a.project_id = UUID_TO_BIN(:projectId) AND a.live = 1
              AND EXISTS (SELECT 1 FROM
            """ + LiveGrants.TABLE + """
               g WHERE g.tenant_id = UUID_TO_BIN(:organizationId) AND g.app_id = a.app_id)
            ORDER BY a.created_at, a.app_id
            """)
    List<InstalledApp> installed(UUID projectId, UUID organizationId);

    @Query("""
            SELECT BIN_TO_UUID(g.subject_id) AS member_id, g.scopes FROM
            """ + LiveGrants.TABLE + """
             g
            WHERE g.tenant_id = UUID_TO_BIN(:organizationId) AND g.app_id = UUID_TO_BIN(:appId)
            ORDER BY g.subject_id
            """)
    List<ActiveMember> membersOf(UUID organizationId, UUID appId);
}
