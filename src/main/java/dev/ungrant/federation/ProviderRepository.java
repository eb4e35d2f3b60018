package dev.ungrant.federation;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface ProviderRepository extends GenericRepository<SignInProvider, UUID> {
    String PROVIDERS = """
            SELECT BIN_TO_UUID(s.project_id) AS project_id, BIN_TO_UUID(s.organization_id) AS organization_id,
              BIN_TO_UUID(s.provider_id) AS provider_id, o.name AS organization_name, o.slug, o.logo_hash,
              p.name AS project_name, o.settings, s.issuer, s.client_id, s.client_secret, s.domains, s.required, s.metadata,
              s.jwks, COALESCE(s.fetched_at > UTC_TIMESTAMP(6) - INTERVAL 1 HOUR, FALSE) AS fresh,
              COALESCE(s.fetched_at > UTC_TIMESTAMP(6) - INTERVAL 1 DAY, FALSE) AS usable
            FROM projects p
            JOIN organizations o ON o.project_id = p.project_id
            JOIN sign_in_providers s ON s.project_id = o.project_id AND s.organization_id = o.organization_id
            WHERE o.deleted_at IS NULL
            """;

    String ONE = " WHERE project_id = UUID_TO_BIN(:projectId) AND organization_id = UUID_TO_BIN(:organizationId)";

    @Query(PROVIDERS
            + " AND p.project_id = UUID_TO_BIN(:projectId) AND o.organization_id = UUID_TO_BIN(:organizationId)")
    Optional<SignInProvider> find(UUID projectId, UUID organizationId);

    /** By its id alone, as an address of ours names it. */
    @Query(PROVIDERS + " AND o.organization_id = UUID_TO_BIN(:organizationId)")
    Optional<SignInProvider> findAnywhere(UUID organizationId);

    /** A short name is one organization's within a project only. */
    @Query(PROVIDERS + " AND o.slug = :slug AND o.live = 1 ORDER BY o.name, p.name LIMIT 10")
    List<SignInProvider> called(String slug);

    @Query("""
            INSERT INTO sign_in_providers (project_id, organization_id, provider_id, issuer, client_id, client_secret, domains,
              required, created_at, updated_at)
            VALUES (UUID_TO_BIN(:projectId), UUID_TO_BIN(:organizationId), UUID_TO_BIN(:providerId), :issuer, :clientId,
              :clientSecret, :domains, :required, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))
            """)
    int insert(
            UUID projectId,
            UUID organizationId,
            UUID providerId,
            String issuer,
            String clientId,
            byte[] clientSecret,
            String domains,
            boolean required);

    /** What was fetched is of the issuer of before, so it goes. */
    @Query("""
            UPDATE sign_in_providers SET metadata = IF(issuer = :issuer, metadata, NULL), jwks = IF(issuer = :issuer, jwks, NULL),
              fetched_at = IF(issuer = :issuer, fetched_at, NULL), tried_at = NULL, issuer = :issuer, client_id = :clientId,
              client_secret = :clientSecret, domains = :domains, required = :required, updated_at = UTC_TIMESTAMP(6)
            """ + ONE)
    int update(
            UUID projectId,
            UUID organizationId,
            String issuer,
            String clientId,
            byte[] clientSecret,
            String domains,
            boolean required);

    @Query("DELETE FROM sign_in_providers" + ONE)
    int delete(UUID projectId, UUID organizationId);

    /** Whoever changes the row may fetch: one node, every ten seconds at most. */
    @Query("UPDATE sign_in_providers SET tried_at = UTC_TIMESTAMP(6)" + ONE
            + " AND (tried_at IS NULL OR tried_at < UTC_TIMESTAMP(6) - INTERVAL 10 SECOND)")
    int mayTry(UUID projectId, UUID organizationId);

    @Query("UPDATE sign_in_providers SET metadata = :metadata, jwks = :jwks, fetched_at = UTC_TIMESTAMP(6)" + ONE
            + " AND issuer = :issuer")
    int keep(UUID projectId, UUID organizationId, String issuer, String metadata, String jwks);

    /** Held while it is changed, so that two who change it come one after the other. */
    @Query("SELECT 1 FROM organizations" + ONE + " FOR UPDATE")
    Optional<Integer> lock(UUID projectId, UUID organizationId);
}
