package dev.ungrant.activity;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface NameRepository extends GenericRepository<Name, UUID> {
    String IDS = " FROM JSON_TABLE(:ids, '$[*]' COLUMNS (id CHAR(36) PATH '$')) ids STRAIGHT_JOIN ";

    /** Of people and apps alike: no id is anybody else's. Whoever was erased has no row. */
    @Query("SELECT ids.id AS id, IF(m.name = '', m.email_address, m.name) AS name" + IDS + """
            members m ON m.organization_id = UUID_TO_BIN(:tenantId) AND m.member_id = UUID_TO_BIN(ids.id)
            UNION ALL
            SELECT ids.id, a.name
            """ + IDS + """
            connected_apps a ON a.project_id = UUID_TO_BIN(:projectId) AND a.app_id = UUID_TO_BIN(ids.id)
            """)
    List<Name> find(UUID tenantId, UUID projectId, String ids);
}
