package dev.ungrant.members;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface MemberRepository extends GenericRepository<Member, UUID> {
    String COLUMNS = """
            BIN_TO_UUID(m.project_id) AS project_id, BIN_TO_UUID(m.organization_id) AS organization_id,
              BIN_TO_UUID(m.member_id) AS member_id, m.email_address, m.name, m.status, m.external_id, m.is_breakglass,
              m.email_verified, m.mfa_enrolled, m.mfa_phone_number, m.default_mfa_method, m.trusted_metadata,
              m.untrusted_metadata, m.created_at, m.updated_at, m.last_seen_at,
              (SELECT JSON_ARRAYAGG(r.role_id) FROM role_assignments r
                WHERE r.tenant_id = m.organization_id AND r.subject_id = m.member_id) AS assigned_roles,
              o.settings->'$.rbac_email_implicit_role_assignments' AS organization_implicit_roles
            """;

    /** Members of live organizations of the project, deactivated ones too. */
    String OF_PROJECT = "SELECT " + COLUMNS + """
             FROM organizations o JOIN members m ON m.organization_id = o.organization_id
            WHERE o.project_id = UUID_TO_BIN(:projectId) AND o.deleted_at IS NULL
            """;

    @Query(OF_PROJECT + """
             AND o.organization_id = UUID_TO_BIN(:organizationId) AND m.member_id = UUID_TO_BIN(:memberId)
            """)
    Optional<Member> find(UUID projectId, UUID organizationId, UUID memberId);

    @Query(OF_PROJECT + """
             AND o.organization_id = UUID_TO_BIN(:organizationId) AND m.external_id = :externalId
            """)
    Optional<Member> findByExternalId(UUID projectId, UUID organizationId, String externalId);

    @Query(OF_PROJECT + """
             AND o.organization_id = UUID_TO_BIN(:organizationId) AND m.email_address = :emailAddress AND m.live = 1
            """)
    Optional<Member> findByEmailAddress(UUID projectId, UUID organizationId, String emailAddress);

    @Query("SELECT " + COLUMNS + """
             FROM members m JOIN organizations o ON o.project_id = m.project_id AND o.organization_id = m.organization_id
            WHERE m.project_id = UUID_TO_BIN(:projectId) AND m.member_id = UUID_TO_BIN(:memberId) AND o.deleted_at IS NULL
            """)
    Optional<Member> findAnywhere(UUID projectId, UUID memberId);

    @Query(OF_PROJECT + """
             AND o.organization_id = UUID_TO_BIN(:organizationId) AND m.member_id = UUID_TO_BIN(:memberId) FOR UPDATE OF m
            """)
    Optional<Member> lock(UUID projectId, UUID organizationId, UUID memberId);

    @Query("""
            INSERT INTO members (organization_id, member_id, project_id, email_address, name, status, external_id,
              is_breakglass, mfa_enrolled, mfa_phone_number, default_mfa_method, trusted_metadata, untrusted_metadata,
              created_at, updated_at)
            VALUES (UUID_TO_BIN(:organizationId), UUID_TO_BIN(:memberId), UUID_TO_BIN(:projectId), :emailAddress, :name,
              :status, :externalId, :isBreakglass, :mfaEnrolled, :mfaPhoneNumber, :defaultMfaMethod, :trustedMetadata,
              :untrustedMetadata, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))
            """)
    int insert(
            UUID organizationId,
            UUID memberId,
            UUID projectId,
            String emailAddress,
            String name,
            String status,
            @Nullable String externalId,
            boolean isBreakglass,
            boolean mfaEnrolled,
            String mfaPhoneNumber,
            String defaultMfaMethod,
            String trustedMetadata,
            String untrustedMetadata);

    @Query("""
            UPDATE members
            SET email_address = :emailAddress, name = :name, external_id = :externalId, is_breakglass = :isBreakglass,
              email_verified = :emailVerified, mfa_enrolled = :mfaEnrolled, mfa_phone_number = :mfaPhoneNumber,
              default_mfa_method = :defaultMfaMethod, trusted_metadata = :trustedMetadata,
              untrusted_metadata = :untrustedMetadata, updated_at = UTC_TIMESTAMP(6)
            WHERE organization_id = UUID_TO_BIN(:organizationId) AND member_id = UUID_TO_BIN(:memberId)
            """)
    int update(
            UUID organizationId,
            UUID memberId,
            String emailAddress,
            String name,
            @Nullable String externalId,
            boolean isBreakglass,
            boolean emailVerified,
            boolean mfaEnrolled,
            String mfaPhoneNumber,
            String defaultMfaMethod,
            String trustedMetadata,
            String untrustedMetadata);

    /** No rows when the member is as wanted already. */
    @Query("""
            UPDATE members SET status = :status, updated_at = UTC_TIMESTAMP(6)
            WHERE organization_id = UUID_TO_BIN(:organizationId) AND member_id = UUID_TO_BIN(:memberId)
              AND (status = 'DELETED') <> (:status = 'DELETED')
            """)
    int setStatus(UUID organizationId, UUID memberId, String status);
}
