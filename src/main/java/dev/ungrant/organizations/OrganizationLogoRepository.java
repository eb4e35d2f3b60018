package dev.ungrant.organizations;

import dev.ungrant.logos.LogoOwners;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface OrganizationLogoRepository extends GenericRepository<Organization, UUID>, LogoOwners {
    @Override
    default Kind kind() {
        return Kind.ORGANIZATION;
    }

    @Override
    @Query("""
            SELECT o.logo_url FROM organizations o
            WHERE o.project_id = UUID_TO_BIN(:projectId) AND o.organization_id = UUID_TO_BIN(:ownerId)
              AND o.deleted_at IS NULL AND o.logo_url <> ''
            """)
    Optional<String> address(UUID projectId, UUID ownerId);

    @Override
    @Query("""
            UPDATE organizations o LEFT JOIN logos l ON l.project_id = o.project_id AND l.owner_id = o.organization_id
            SET o.logo_hash = l.image_hash
            WHERE o.project_id = UUID_TO_BIN(:projectId) AND o.organization_id = UUID_TO_BIN(:ownerId)
            """)
    void show(UUID projectId, UUID ownerId);
}
