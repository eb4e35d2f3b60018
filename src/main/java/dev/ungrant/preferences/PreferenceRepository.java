package dev.ungrant.preferences;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface PreferenceRepository extends GenericRepository<Preference, UUID> {
    @Query("""
            SELECT language, time_zone FROM preferences
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND subject_id = UUID_TO_BIN(:subjectId)
            """)
    Optional<Preference> find(UUID tenantId, UUID subjectId);

    @Query("""
            INSERT INTO preferences (tenant_id, subject_id, language, time_zone, updated_at)
            VALUES (UUID_TO_BIN(:tenantId), UUID_TO_BIN(:subjectId), :language, :timeZone, UTC_TIMESTAMP(6)) AS new
            ON DUPLICATE KEY UPDATE language = new.language, time_zone = new.time_zone, updated_at = new.updated_at
            """)
    void save(UUID tenantId, UUID subjectId, @Nullable String language, @Nullable String timeZone);
}
