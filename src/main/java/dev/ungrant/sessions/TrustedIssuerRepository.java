package dev.ungrant.sessions;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface TrustedIssuerRepository extends GenericRepository<TrustedIssuer, UUID> {
    String ISSUERS = """
            SELECT BIN_TO_UUID(t.project_id) AS project_id, BIN_TO_UUID(t.profile_id) AS profile_id, t.issuer, t.audience,
              t.person_claim, t.organization_claim, t.jwks, t.jwks_url,
              t.jwks_url IS NULL OR COALESCE(t.fetched_at > UTC_TIMESTAMP(6) - INTERVAL 1 HOUR, FALSE) AS fresh,
              t.jwks_url IS NULL OR COALESCE(t.fetched_at > UTC_TIMESTAMP(6) - INTERVAL 1 DAY, FALSE) AS usable
            FROM trusted_issuers t WHERE t.project_id = UUID_TO_BIN(:projectId)
            """;

    @Query(ISSUERS + " AND t.profile_id = UUID_TO_BIN(:profileId)")
    Optional<TrustedIssuer> find(UUID projectId, UUID profileId);

    @Query(ISSUERS + " ORDER BY t.created_at, t.profile_id LIMIT 100")
    List<TrustedIssuer> all(UUID projectId);

    @Query("""
            INSERT INTO trusted_issuers (project_id, profile_id, issuer, audience, person_claim, organization_claim, jwks,
              jwks_url, created_at)
            VALUES (UUID_TO_BIN(:projectId), UUID_TO_BIN(:profileId), :issuer, :audience, :personClaim, :organizationClaim,
              :jwks, :jwksUrl, UTC_TIMESTAMP(6))
            """)
    int insert(
            UUID projectId,
            UUID profileId,
            String issuer,
            String audience,
            String personClaim,
            @Nullable String organizationClaim,
            @Nullable String jwks,
            @Nullable String jwksUrl);

    @Query(
            "DELETE FROM trusted_issuers WHERE project_id = UUID_TO_BIN(:projectId) AND profile_id = UUID_TO_BIN(:profileId)")
    int delete(UUID projectId, UUID profileId);

    /** Whoever changes the row may fetch: one node, once a minute. */
    @Query("""
            UPDATE trusted_issuers SET tried_at = UTC_TIMESTAMP(6)
            WHERE project_id = UUID_TO_BIN(:projectId) AND profile_id = UUID_TO_BIN(:profileId)
              AND (tried_at IS NULL OR tried_at < UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE)
            """)
    int mayTry(UUID projectId, UUID profileId);

    @Query("""
            UPDATE trusted_issuers SET jwks = :jwks, fetched_at = UTC_TIMESTAMP(6)
            WHERE project_id = UUID_TO_BIN(:projectId) AND profile_id = UUID_TO_BIN(:profileId)
            """)
    int keep(UUID projectId, UUID profileId, String jwks);

    /**
     * Whoever the token speaks of. Members are looked for in the organization of that id, external id or slug.
     *
     * @param organizationId null: it is not an id
     * @param externalId null when an address is given, and the other way round
     */
    @Query("""
            SELECT 'MEMBER' AS subject_kind, BIN_TO_UUID(m.project_id) AS project_id,
              BIN_TO_UUID(m.organization_id) AS tenant_id, BIN_TO_UUID(m.member_id) AS subject_id,
              m.email_address AS email_address, m.name AS person_name, o.name AS place_name
            FROM organizations o
            JOIN members m ON m.organization_id = o.organization_id AND m.project_id = o.project_id
            WHERE o.project_id = UUID_TO_BIN(:projectId) AND o.deleted_at IS NULL
              AND o.organization_id = COALESCE(UUID_TO_BIN(:organizationId),
                (SELECT e.organization_id FROM organizations e
                  WHERE e.project_id = UUID_TO_BIN(:projectId) AND e.external_id = :organization AND e.live = 1),
                (SELECT s.organization_id FROM organizations s
                  WHERE s.project_id = UUID_TO_BIN(:projectId) AND s.slug = :organization AND s.live = 1))
              AND m.status <> 'DELETED' AND (m.external_id = :externalId OR m.email_address = :emailAddress)
            """)
    List<Person> members(
            UUID projectId,
            @Nullable UUID organizationId,
            String organization,
            @Nullable String externalId,
            @Nullable String emailAddress);

    @Query("""
            SELECT 'USER' AS subject_kind, BIN_TO_UUID(u.project_id) AS project_id, BIN_TO_UUID(u.project_id) AS tenant_id,
              BIN_TO_UUID(u.user_id) AS subject_id, COALESCE(u.email_address, '') AS email_address,
              TRIM(CONCAT(u.first_name, ' ', u.last_name)) AS person_name, p.name AS place_name
            FROM users u JOIN projects p ON p.project_id = u.project_id
            WHERE u.project_id = UUID_TO_BIN(:projectId) AND u.live = 1
              AND (u.external_id = :externalId OR u.email_address = :emailAddress)
            """)
    List<Person> users(UUID projectId, @Nullable String externalId, @Nullable String emailAddress);
}
