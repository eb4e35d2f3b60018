package dev.ungrant.sessions;

import io.micronaut.context.annotation.Requires;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
@Requires(env = "demo")
interface DemoPeopleRepository extends GenericRepository<Person, UUID> {
    String PEOPLE = """
            SELECT 'MEMBER' AS subject_kind, BIN_TO_UUID(m.project_id) AS project_id,
              BIN_TO_UUID(m.organization_id) AS tenant_id, BIN_TO_UUID(m.member_id) AS subject_id,
              m.email_address AS email_address, m.name AS person_name, o.name AS place_name, m.created_at AS since
            FROM members m
            JOIN organizations o ON o.project_id = m.project_id AND o.organization_id = m.organization_id
            WHERE m.status = 'ACTIVE' AND o.deleted_at IS NULL
            UNION ALL
            SELECT 'USER', BIN_TO_UUID(u.project_id), BIN_TO_UUID(u.project_id), BIN_TO_UUID(u.user_id),
              u.email_address, TRIM(CONCAT(u.first_name, ' ', u.last_name)), p.name, u.created_at
            FROM users u JOIN projects p ON p.project_id = u.project_id
            WHERE u.live = 1 AND u.email_address IS NOT NULL
            """;

    @Query("SELECT * FROM (" + PEOPLE + ") people ORDER BY since LIMIT 12")
    List<Person> everybody();

    @Query("SELECT * FROM (" + PEOPLE
            + ") people WHERE email_address LIKE CONCAT(:persona, '@%') ORDER BY since LIMIT 1")
    Optional<Person> find(String persona);
}
