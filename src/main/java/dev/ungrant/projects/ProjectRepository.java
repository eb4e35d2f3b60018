package dev.ungrant.projects;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface ProjectRepository extends GenericRepository<Project, UUID> {
    String COLUMNS = """
            SELECT BIN_TO_UUID(p.project_id) AS project_id, p.vertical, p.name, p.public_token, p.authorization_url,
                   p.access_token_format, p.resources
            FROM projects p
            """;

    @Query(COLUMNS + " WHERE p.project_id = UUID_TO_BIN(:projectId)")
    Optional<Project> find(UUID projectId);

    /**
     * The hash is looked for first, and the id is compared as text so that MySQL cannot do otherwise: a wrong secret takes as long
     * whether there is such a project or not.
     */
    @Query(COLUMNS + """
            JOIN project_secrets s ON s.project_id = p.project_id
            WHERE s.secret_hash = :secretHash AND BIN_TO_UUID(s.project_id) = :projectId AND s.revoked_at IS NULL
            LIMIT 1
            """)
    Optional<Project> findBySecret(UUID projectId, byte[] secretHash);

    @Query(COLUMNS + " ORDER BY p.created_at, p.project_id LIMIT 1")
    Optional<Project> oldest();

    @Query("""
            INSERT INTO projects (project_id, vertical, name, public_token, authorization_url, access_token_format, created_at)
            VALUES (UUID_TO_BIN(:projectId), :vertical, :name, :publicToken, :authorizationUrl, :format, UTC_TIMESTAMP(6))
            """)
    int insert(
            UUID projectId,
            String vertical,
            String name,
            String publicToken,
            @Nullable String authorizationUrl,
            String format);

    @Query("UPDATE projects SET resources = :resources WHERE project_id = UUID_TO_BIN(:projectId)")
    int setResources(UUID projectId, @Nullable String resources);

    @Query("""
            INSERT INTO project_secrets (project_id, secret_id, secret_hash, last_four, created_at)
            VALUES (UUID_TO_BIN(:projectId), UUID_TO_BIN(:secretId), :secretHash, :lastFour, UTC_TIMESTAMP(6))
            """)
    int insertSecret(UUID projectId, UUID secretId, byte[] secretHash, String lastFour);
}
