package dev.ungrant.members;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface AdministratorRepository extends GenericRepository<Member, UUID> {
    @Query("""
            SELECT DISTINCT COALESCE(NULLIF(m.name, ''), m.email_address) AS name
            FROM role_assignments r FORCE INDEX (of_role)
            JOIN members m ON m.organization_id = r.tenant_id AND m.member_id = r.subject_id
            WHERE r.tenant_id = UUID_TO_BIN(:organizationId) AND r.role_id IN (:roles) AND m.status = 'ACTIVE'
            LIMIT :most
            """)
    List<String> names(UUID organizationId, List<String> roles, int most);
}
