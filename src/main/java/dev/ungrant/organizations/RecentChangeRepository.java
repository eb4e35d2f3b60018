package dev.ungrant.organizations;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface RecentChangeRepository extends GenericRepository<RecentChange, UUID> {
    /** Of the last day: asked for only when somebody has just found that something has changed. */
    @Query("""
            SELECT COALESCE(NULLIF(m.name, ''), m.email_address) AS member_name, a.occurred_at
            FROM audit_events a
            LEFT JOIN members m ON a.actor_kind = 'MEMBER' AND m.organization_id = a.tenant_id AND m.member_id = a.actor_id
            WHERE a.tenant_id = UUID_TO_BIN(:organizationId) AND a.occurred_at > UTC_TIMESTAMP(6) - INTERVAL 1 DAY
              AND a.action IN (:actions) AND a.outcome = 'DONE'
            ORDER BY a.occurred_at DESC LIMIT 1
            """)
    Optional<RecentChange> last(UUID organizationId, List<String> actions);
}
