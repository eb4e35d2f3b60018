package dev.ungrant.connectedapps;

import dev.ungrant.logos.LogoOwners;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Optional;
import java.util.UUID;

/** Only an app whose publisher somebody has verified is shown with its picture. */
@JdbcRepository(dialect = Dialect.MYSQL)
interface AppLogoRepository extends GenericRepository<ConnectedApp, UUID>, LogoOwners {
    @Override
    default Kind kind() {
        return Kind.APP;
    }

    @Override
    @Query("""
            SELECT a.logo_url FROM connected_apps a
            WHERE a.project_id = UUID_TO_BIN(:projectId) AND a.app_id = UUID_TO_BIN(:ownerId) AND a.live = 1
              AND a.publisher_verified_at IS NOT NULL AND a.logo_url IS NOT NULL
            """)
    Optional<String> address(UUID projectId, UUID ownerId);

    @Override
    @Query("""
            UPDATE connected_apps a LEFT JOIN logos l ON l.project_id = a.project_id AND l.owner_id = a.app_id
            SET a.logo_hash = l.image_hash
            WHERE a.project_id = UUID_TO_BIN(:projectId) AND a.app_id = UUID_TO_BIN(:ownerId)
            """)
    void show(UUID projectId, UUID ownerId);
}
