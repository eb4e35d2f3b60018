package dev.ungrant.connectedapps;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.UUID;

/** Members of one organization who let one app in. Both queries stop at a limit, however popular the app is. */
@JdbcRepository(dialect = Dialect.MYSQL)
interface AppUserRepository extends GenericRepository<ActiveMember, UUID> {
    String OTHERS = " WHERE g.tenant_id = UUID_TO_BIN(:organizationId) AND g.app_id = UUID_TO_BIN(:appId)"
            + " AND g.subject_id <> UUID_TO_BIN(:memberId) ";

    @Query("SELECT COUNT(*) FROM (SELECT 1 FROM " + LiveGrants.TABLE + " g" + OTHERS + " LIMIT :most) some")
    int count(UUID organizationId, UUID appId, UUID memberId, int most);

    @Query("SELECT COALESCE(NULLIF(p.name, ''), p.email_address) FROM " + LiveGrants.TABLE
            + " g JOIN members p ON p.organization_id = g.tenant_id AND p.member_id = g.subject_id" + OTHERS
            + " LIMIT :most")
    List<String> names(UUID organizationId, UUID appId, UUID memberId, int most);
}
