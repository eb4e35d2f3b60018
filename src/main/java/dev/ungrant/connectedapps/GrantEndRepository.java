package dev.ungrant.connectedapps;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.UUID;

/** Many grants at once: which, in batches that a transaction locks, and the same UPDATE for all of them. */
@JdbcRepository(dialect = Dialect.MYSQL)
interface GrantEndRepository extends GenericRepository<GrantRef, UUID> {
    int BATCH = 500;

    String REF = """
            SELECT BIN_TO_UUID(g.grant_id) AS grant_id, BIN_TO_UUID(g.project_id) AS project_id,
              BIN_TO_UUID(g.tenant_id) AS tenant_id, g.subject_kind, BIN_TO_UUID(g.subject_id) AS subject_id,
              BIN_TO_UUID(g.app_id) AS app_id
            FROM grants g
            """;

    String LOCKED = " AND g.live = 1 LIMIT " + BATCH + " FOR UPDATE";

    @Query(REF + " WHERE g.tenant_id = UUID_TO_BIN(:tenantId) AND g.subject_id = UUID_TO_BIN(:subjectId)" + LOCKED)
    List<GrantRef> lockOfSubject(UUID tenantId, UUID subjectId);

    @Query(REF + """
            WHERE g.tenant_id = UUID_TO_BIN(:tenantId) AND g.subject_id = UUID_TO_BIN(:subjectId)
              AND g.app_id IN (SELECT UUID_TO_BIN(ids.id) FROM JSON_TABLE(:appIds, '$[*]' COLUMNS (id CHAR(36) PATH '$')) ids)
              AND g.live = 1 FOR UPDATE OF g
            """)
    List<GrantRef> lockThese(UUID tenantId, UUID subjectId, String appIds);

    String CHOSEN = REF + """
            WHERE g.tenant_id = UUID_TO_BIN(:tenantId)
              AND g.grant_id IN (SELECT UUID_TO_BIN(ids.id) FROM JSON_TABLE(:grantIds, '$[*]' COLUMNS (id CHAR(36) PATH '$')) ids)
              AND g.live = 1
            """;

    @Query(CHOSEN + " ORDER BY g.subject_id, g.app_id FOR UPDATE OF g")
    List<GrantRef> lockChosen(UUID tenantId, String grantIds);

    @Query(CHOSEN + " AND g.asked_again_at IS NULL ORDER BY g.subject_id, g.app_id FOR UPDATE OF g")
    List<GrantRef> lockUnasked(UUID tenantId, String grantIds);

    @Query("""
            UPDATE grants SET asked_again_at = UTC_TIMESTAMP(6)
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND revoked_at IS NULL AND asked_again_at IS NULL
              AND grant_id IN (SELECT UUID_TO_BIN(ids.id) FROM JSON_TABLE(:grantIds, '$[*]' COLUMNS (id CHAR(36) PATH '$')) ids)
            """)
    int askAgain(UUID tenantId, String grantIds);

    /** Grants of an app that the organization does not allow; asked anew for each batch, as it may allow it again meanwhile. */
    @Query(REF + """
             JOIN
            """ + LiveGrants.ORGANIZATION_APPS + """
             oa ON oa.project_id = g.project_id AND oa.organization_id = g.tenant_id
              AND oa.app_id = g.app_id
            WHERE g.tenant_id = UUID_TO_BIN(:tenantId) AND g.app_id = UUID_TO_BIN(:appId) AND NOT oa.allowed
              AND g.live = 1 LIMIT\s""" + BATCH + " FOR UPDATE OF g")
    List<GrantRef> lockOfTenantAndApp(UUID tenantId, UUID appId);

    @Query(REF + " WHERE g.project_id = UUID_TO_BIN(:projectId) AND g.app_id = UUID_TO_BIN(:appId)" + LOCKED)
    List<GrantRef> lockOfApp(UUID projectId, UUID appId);

    @Query("""
            UPDATE grants SET revoked_at = UTC_TIMESTAMP(6), revoked_why = :why
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND revoked_at IS NULL
              AND grant_id IN (SELECT UUID_TO_BIN(ids.id) FROM JSON_TABLE(:grantIds, '$[*]' COLUMNS (id CHAR(36) PATH '$')) ids)
            """)
    int endAll(UUID tenantId, String grantIds, String why);

    /** Apps that still have a grant in the organization although its policy, or its end, forbids them. */
    @Query("""
            SELECT BIN_TO_UUID(oa.app_id) FROM
            """ + LiveGrants.ORGANIZATION_APPS + """
             oa
            WHERE oa.project_id = UUID_TO_BIN(:projectId) AND oa.organization_id = UUID_TO_BIN(:organizationId)
              AND NOT oa.allowed
              AND EXISTS (SELECT 1 FROM grants g WHERE g.tenant_id = oa.organization_id AND g.app_id = oa.app_id AND g.live = 1)
            """)
    List<UUID> forbiddenApps(UUID projectId, UUID organizationId);

    @Query("""
            SELECT deleted_at IS NOT NULL FROM organizations
            WHERE project_id = UUID_TO_BIN(:projectId) AND organization_id = UUID_TO_BIN(:organizationId)
            """)
    boolean isDeleted(UUID projectId, UUID organizationId);

    /** Holds the policy as it is, and consents off, until the transaction ends. */
    @Query("""
            SELECT COUNT(*) FROM organizations
            WHERE project_id = UUID_TO_BIN(:projectId) AND organization_id = UUID_TO_BIN(:organizationId) FOR UPDATE
            """)
    long holdPolicy(UUID projectId, UUID organizationId);

    @Query("""
            UPDATE organizations SET policy_unswept_since = NULL
            WHERE project_id = UUID_TO_BIN(:projectId) AND organization_id = UUID_TO_BIN(:organizationId)
              AND policy_unswept_since IS NOT NULL
            """)
    int organizationSwept(UUID projectId, UUID organizationId);

    @Query(
            "UPDATE connected_apps SET unswept = 0 WHERE project_id = UUID_TO_BIN(:projectId) AND app_id = UUID_TO_BIN(:appId)")
    int appSwept(UUID projectId, UUID appId);

    /** Sweeps that were begun a while ago and not finished: their node is gone, and no job goes on with them. */
    @Query("""
            SELECT BIN_TO_UUID(project_id) AS project_id, BIN_TO_UUID(organization_id) AS id FROM organizations
            WHERE policy_unswept_since < UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE
              AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.tenant_id = organization_id AND j.kind = 'policy.sweep'
                AND j.finished_at IS NULL)
            LIMIT 20
            """)
    List<Unswept> unsweptOrganizations();

    @Query("""
            SELECT BIN_TO_UUID(project_id) AS project_id, BIN_TO_UUID(app_id) AS id FROM connected_apps
            WHERE unswept = 1 AND deleted_at < UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE LIMIT 20
            """)
    List<Unswept> unsweptApps();
}
