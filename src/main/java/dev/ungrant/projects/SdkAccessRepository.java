package dev.ungrant.projects;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface SdkAccessRepository extends GenericRepository<SdkAccess, UUID> {
    String ACCESS = """
            SELECT BIN_TO_UUID(p.project_id) AS project_id, p.vertical, p.name, p.public_token,
              p.sdk_member_actions AS member_actions, p.sdk_cookies AS cookies,
              :origin IS NULL OR EXISTS (SELECT 1 FROM project_origins o
                WHERE o.project_id = p.project_id AND o.origin = :origin) AS origin_allowed,
              EXISTS (SELECT 1 FROM project_origins o WHERE o.project_id = p.project_id) AS open
            FROM projects p
            """;

    @Query(ACCESS + " WHERE p.public_token = :publicToken")
    Optional<SdkAccess> find(String publicToken, @Nullable String origin);

    @Query(ACCESS + " WHERE p.project_id = UUID_TO_BIN(:projectId)")
    Optional<SdkAccess> get(UUID projectId, @Nullable String origin);

    @Query("""
            UPDATE projects SET sdk_member_actions = :memberActions, sdk_cookies = :cookies
            WHERE project_id = UUID_TO_BIN(:projectId)
            """)
    int update(UUID projectId, boolean memberActions, String cookies);

    @Query("SELECT EXISTS (SELECT 1 FROM project_origins WHERE origin = :origin)")
    boolean isKnown(String origin);

    @Query("SELECT origin FROM project_origins WHERE project_id = UUID_TO_BIN(:projectId) ORDER BY origin")
    List<String> origins(UUID projectId);

    @Query("""
            INSERT INTO project_origins (project_id, origin, created_at)
            VALUES (UUID_TO_BIN(:projectId), :origin, UTC_TIMESTAMP(6))
            ON DUPLICATE KEY UPDATE project_origins.origin = project_origins.origin
            """)
    int addOrigin(UUID projectId, String origin);

    @Query("DELETE FROM project_origins WHERE project_id = UUID_TO_BIN(:projectId) AND origin = :origin")
    int removeOrigin(UUID projectId, String origin);
}
