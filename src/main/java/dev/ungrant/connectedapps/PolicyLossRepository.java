package dev.ungrant.connectedapps;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.UUID;

/** Asks about a policy that is not in force; its values stand where those of the organization's row stand otherwise. */
@JdbcRepository(dialect = Dialect.MYSQL)
interface PolicyLossRepository extends GenericRepository<PolicyLoss.App, UUID> {
    String WANTED = """
            (SELECT :firstType AS first_party_allowed_type, CAST(:firstApps AS JSON) AS first_party_allowed,
               :thirdType AS third_party_allowed_type, CAST(:thirdApps AS JSON) AS third_party_allowed,
               CAST(:blocked AS JSON) AS blocked_apps, NULL AS deleted_at) o
            """;

    String HERE = "g.tenant_id = UUID_TO_BIN(:organizationId) AND g.live = 1";

    String FORBIDDEN = "a.project_id = UUID_TO_BIN(:projectId) AND a.live = 1 AND NOT " + LiveGrants.ALLOWED;

    /** Counted in the index alone, app by app: to read the rows of a million grants takes a dozen times as long. */
    @Query(
            "SELECT BIN_TO_UUID(a.app_id) AS app_id, a.name, (SELECT COUNT(*) FROM grants g WHERE g.app_id = a.app_id AND "
                    + HERE + ") AS people FROM " + WANTED + " JOIN connected_apps a ON " + FORBIDDEN
                    + " HAVING people > 0 ORDER BY people DESC, a.name")
    List<PolicyLoss.App> apps(
            UUID projectId,
            UUID organizationId,
            String firstType,
            String firstApps,
            String thirdType,
            String thirdApps,
            String blocked);

    /** Each member is looked at until the first app that is lost; as EXISTS, MySQL would gather all of them first. */
    @Query("SELECT COUNT(*) FROM members m WHERE m.organization_id = UUID_TO_BIN(:organizationId) AND m.live = 1"
            + " AND 1 = (SELECT 1 FROM " + WANTED + " JOIN grants g ON g.subject_id = m.member_id AND " + HERE
            + " JOIN connected_apps a ON a.app_id = g.app_id AND " + FORBIDDEN + " LIMIT 1)")
    long people(
            UUID projectId,
            UUID organizationId,
            String firstType,
            String firstApps,
            String thirdType,
            String thirdApps,
            String blocked);

    @Query(
            "SELECT BIN_TO_UUID(lost.member_id) AS member_id, COALESCE(NULLIF(m.name, ''), m.email_address) AS member_name,"
                    + " BIN_TO_UUID(lost.app_id) AS app_id, lost.name AS app_name"
                    + " FROM (SELECT g.subject_id AS member_id, a.app_id, a.name FROM " + WANTED
                    + " JOIN connected_apps a ON "
                    + FORBIDDEN + " JOIN grants g ON g.app_id = a.app_id AND " + HERE + " LIMIT " + PolicyLoss.MOST_ROWS
                    + """
            ) lost JOIN members m ON m.organization_id = UUID_TO_BIN(:organizationId) AND m.member_id = lost.member_id
            ORDER BY member_name, lost.name
            """)
    List<PolicyLoss.Access> some(
            UUID projectId,
            UUID organizationId,
            String firstType,
            String firstApps,
            String thirdType,
            String thirdApps,
            String blocked);

    /** The ids of the apps that somebody in the organization lets in, with 1 in front for a first-party one and 0 for others. */
    @Query("""
            SELECT CONCAT(a.client_type IN ('FIRST_PARTY', 'FIRST_PARTY_PUBLIC'), BIN_TO_UUID(a.app_id)) FROM connected_apps a
            WHERE a.project_id = UUID_TO_BIN(:projectId) AND a.live = 1
              AND EXISTS (SELECT 1 FROM grants g
                WHERE g.tenant_id = UUID_TO_BIN(:organizationId) AND g.app_id = a.app_id AND g.live = 1)
            """)
    List<String> inUse(UUID projectId, UUID organizationId);
}
