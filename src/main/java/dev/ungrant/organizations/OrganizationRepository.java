package dev.ungrant.organizations;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface OrganizationRepository extends GenericRepository<Organization, UUID> {
    String COLUMNS = """
            BIN_TO_UUID(o.project_id) AS project_id, BIN_TO_UUID(o.organization_id) AS organization_id, o.name, o.slug,
              o.logo_url, o.external_id, o.first_party_allowed_type, o.first_party_allowed, o.third_party_allowed_type,
              o.third_party_allowed, o.blocked_apps, o.policy_unswept_since, o.trusted_metadata, o.custom_roles, o.settings, o.created_at,
              o.updated_at
            """;

    String LIVE = "SELECT " + COLUMNS
            + " FROM organizations o WHERE o.project_id = UUID_TO_BIN(:projectId) AND o.deleted_at IS NULL ";

    @Query(LIVE + "AND o.organization_id = UUID_TO_BIN(:organizationId)")
    Optional<Organization> find(UUID projectId, UUID organizationId);

    /** An external id, which only the integrator gives, comes before a slug, which an organization may choose itself. */
    @Query(LIVE + """
            AND o.organization_id = COALESCE(
              (SELECT e.organization_id FROM organizations e
                WHERE e.project_id = UUID_TO_BIN(:projectId) AND e.external_id = :name AND e.live = 1),
              (SELECT s.organization_id FROM organizations s
                WHERE s.project_id = UUID_TO_BIN(:projectId) AND s.slug = :name AND s.live = 1))
            """)
    Optional<Organization> findByName(UUID projectId, String name);

    @Query(LIVE + "AND o.organization_id = UUID_TO_BIN(:organizationId) FOR UPDATE")
    Optional<Organization> lock(UUID projectId, UUID organizationId);

    /** How many other organizations go by the name already. */
    @Query("""
            SELECT COUNT(*) FROM organizations o
            WHERE o.project_id = UUID_TO_BIN(:projectId) AND o.live = 1 AND (o.slug = :name OR o.external_id = :name)
              AND o.organization_id <> UUID_TO_BIN(:organizationId)
            """)
    long countOthersCalled(UUID projectId, UUID organizationId, String name);

    @Query("""
            INSERT INTO organizations (project_id, organization_id, name, slug, logo_url, external_id,
              first_party_allowed_type, first_party_allowed, third_party_allowed_type, third_party_allowed,
              trusted_metadata, custom_roles, settings, created_at, updated_at)
            VALUES (UUID_TO_BIN(:projectId), UUID_TO_BIN(:organizationId), :name, :slug, :logoUrl, :externalId,
              :firstPartyAllowedType, :firstPartyAllowed, :thirdPartyAllowedType, :thirdPartyAllowed,
              :trustedMetadata, '[]', :settings, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))
            """)
    int insert(
            UUID projectId,
            UUID organizationId,
            String name,
            String slug,
            String logoUrl,
            @Nullable String externalId,
            String firstPartyAllowedType,
            String firstPartyAllowed,
            String thirdPartyAllowedType,
            String thirdPartyAllowed,
            String trustedMetadata,
            String settings);

    @Query("""
            UPDATE organizations
            SET name = :name, slug = :slug, logo_url = :logoUrl, external_id = :externalId,
              first_party_allowed_type = :firstPartyAllowedType, first_party_allowed = :firstPartyAllowed,
              third_party_allowed_type = :thirdPartyAllowedType, third_party_allowed = :thirdPartyAllowed,
              blocked_apps = :blockedApps, trusted_metadata = :trustedMetadata, custom_roles = :customRoles, settings = :settings,
              policy_unswept_since = IF(:policyChanged, UTC_TIMESTAMP(6), policy_unswept_since),
              updated_at = UTC_TIMESTAMP(6)
            WHERE project_id = UUID_TO_BIN(:projectId) AND organization_id = UUID_TO_BIN(:organizationId)
              AND deleted_at IS NULL
            """)
    int update(
            UUID projectId,
            UUID organizationId,
            String name,
            String slug,
            String logoUrl,
            @Nullable String externalId,
            String firstPartyAllowedType,
            String firstPartyAllowed,
            String thirdPartyAllowedType,
            String thirdPartyAllowed,
            @Nullable String blockedApps,
            String trustedMetadata,
            String customRoles,
            String settings,
            boolean policyChanged);

    @Query("""
            UPDATE organizations
            SET first_party_allowed_type = :firstPartyAllowedType, first_party_allowed = :firstPartyAllowed,
              third_party_allowed_type = :thirdPartyAllowedType, third_party_allowed = :thirdPartyAllowed,
              blocked_apps = :blockedApps, policy_unswept_since = UTC_TIMESTAMP(6), updated_at = UTC_TIMESTAMP(6)
            WHERE project_id = UUID_TO_BIN(:projectId) AND organization_id = UUID_TO_BIN(:organizationId)
              AND deleted_at IS NULL
            """)
    int setPolicy(
            UUID projectId,
            UUID organizationId,
            String firstPartyAllowedType,
            String firstPartyAllowed,
            String thirdPartyAllowedType,
            String thirdPartyAllowed,
            @Nullable String blockedApps);

    @Query("""
            UPDATE organizations
            SET deleted_at = UTC_TIMESTAMP(6), updated_at = UTC_TIMESTAMP(6), policy_unswept_since = UTC_TIMESTAMP(6)
            WHERE project_id = UUID_TO_BIN(:projectId) AND organization_id = UUID_TO_BIN(:organizationId)
              AND deleted_at IS NULL
            """)
    int delete(UUID projectId, UUID organizationId);

    @Query("""
            SELECT COUNT(*) FROM members m WHERE m.organization_id = UUID_TO_BIN(:organizationId) AND m.status <> 'DELETED'
            """)
    long countMembers(UUID organizationId);
}
