package dev.ungrant.audit;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface ChainOwnerRepository extends GenericRepository<ChainOwner, UUID> {
    /** Everybody who has a chain or should have one, in the order of their ids. */
    @Query("""
            SELECT BIN_TO_UUID(t.id) AS tenant_id, MIN(t.kind) AS kind FROM (
              (SELECT organization_id AS id, 'organization' AS kind FROM organizations
               WHERE organization_id > UUID_TO_BIN(:after))
              UNION ALL (SELECT project_id, 'project' FROM projects WHERE project_id > UUID_TO_BIN(:after))
              UNION ALL (SELECT tenant_id, 'unknown' FROM audit_chains WHERE tenant_id > UUID_TO_BIN(:after))) t
            GROUP BY t.id ORDER BY t.id LIMIT :most
            """)
    List<ChainOwner> all(UUID after, int most);

    @Query("""
            SELECT BIN_TO_UUID(t.id) AS tenant_id, t.kind FROM (
              (SELECT organization_id AS id, 'organization' AS kind FROM organizations
               WHERE project_id = UUID_TO_BIN(:projectId) AND organization_id > UUID_TO_BIN(:after)
               ORDER BY organization_id LIMIT :most)
              UNION ALL (SELECT project_id, 'project' FROM projects
               WHERE project_id = UUID_TO_BIN(:projectId) AND project_id > UUID_TO_BIN(:after))) t
            ORDER BY t.id LIMIT :most
            """)
    List<ChainOwner> ofProject(UUID projectId, UUID after, int most);
}
