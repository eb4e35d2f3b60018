package dev.ungrant.members;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface MemberRepository extends GenericRepository<Member, UUID> {
    String COLUMNS =
            """
            BIN_TO_UUID(m.project_id) AS project_id, BIN_TO_UUID(m.organization_id) AS organization_id,
              BIN_TO_UUID(m.member_id) AS member_id, m.email_address, m.name, m.status, m.external_id, m.is_breakglass,
              m.email_verified, m.mfa_enrolled, m.mfa_phone_number, m.default_mfa_method, m.trusted_metadata,
              m.untrusted_metadata, m.created_at, m.updated_at,
              (SELECT JSON_ARRAYAGG(r.role_id) FROM role_assignments r
                WHERE r.tenant_id = m.organization_id AND r.subject_id = m.member_id) AS assigned_roles,
              o.settings->'$.rbac_email_implicit_role_assignments' AS organization_implicit_roles
            """;

    /** Members of live organizations of the project, deactivated ones too. */
    String OF_PROJECT = "SELECT " + COLUMNS
            + """
             FROM organizations o JOIN members m ON m.organization_id = o.organization_id
            WHERE o.project_id = UUID_TO_BIN(:projectId) AND o.deleted_at IS NULL
            """;

    @Query(
            OF_PROJECT
                    + """
             AND o.organization_id = UUID_TO_BIN(:organizationId) AND m.member_id = UUID_TO_BIN(:memberId)
            """)
    Optional<Member> find(UUID projectId, UUID organizationId, UUID memberId);

    @Query(
            OF_PROJECT
                    + """
             AND o.organization_id = UUID_TO_BIN(:organizationId) AND m.external_id = :externalId
            """)
    Optional<Member> findByExternalId(UUID projectId, UUID organizationId, String externalId);
}
