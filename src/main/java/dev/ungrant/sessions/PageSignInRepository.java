package dev.ungrant.sessions;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface PageSignInRepository extends GenericRepository<PageSignInRow, UUID> {
    String USABLE = """
            SELECT BIN_TO_UUID(project_id) AS project_id, BIN_TO_UUID(tenant_id) AS tenant_id, secret_hash, email_address,
              code_hash, code_challenge
            FROM page_sign_ins
            WHERE project_id = UUID_TO_BIN(:projectId) AND tenant_id = UUID_TO_BIN(:tenantId)
              AND used_at IS NULL AND expires_at > UTC_TIMESTAMP(6)
            """;

    @Query(USABLE + " AND secret_hash = :secretHash")
    Optional<PageSignInRow> find(UUID projectId, UUID tenantId, byte[] secretHash);

    /** Of a link whose tenant is known from the secret itself. */
    @Query("""
            SELECT BIN_TO_UUID(project_id) AS project_id, BIN_TO_UUID(tenant_id) AS tenant_id, secret_hash, email_address,
              code_hash, code_challenge
            FROM page_sign_ins
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND secret_hash = :secretHash AND used_at IS NULL
              AND expires_at > UTC_TIMESTAMP(6)
            """)
    Optional<PageSignInRow> findInTenant(UUID tenantId, byte[] secretHash);

    /** Invitations are what nobody has asked for. */
    String INVITATIONS = """
             WHERE tenant_id = UUID_TO_BIN(:tenantId) AND email_address = :emailAddress AND code_hash IS NULL
              AND code_challenge IS NULL AND used_at IS NULL
            """;

    @Query("UPDATE page_sign_ins SET used_at = UTC_TIMESTAMP(6)" + INVITATIONS)
    int endInvitations(UUID tenantId, String emailAddress);

    @Query("SELECT expires_at FROM page_sign_ins" + INVITATIONS
            + " AND expires_at > UTC_TIMESTAMP(6) ORDER BY expires_at DESC LIMIT 1")
    Optional<Instant> invitationExpiry(UUID tenantId, String emailAddress);

    /** The last code that was sent; those before it count no more. */
    @Query(USABLE + " AND email_address = :emailAddress AND code_hash IS NOT NULL ORDER BY created_at DESC LIMIT 1")
    Optional<PageSignInRow> lastCode(UUID projectId, UUID tenantId, String emailAddress);

    @Query("""
            INSERT INTO page_sign_ins (tenant_id, secret_hash, project_id, email_address, code_hash, code_challenge, created_at,
              expires_at)
            VALUES (UUID_TO_BIN(:tenantId), :secretHash, UUID_TO_BIN(:projectId), :emailAddress, :codeHash, :codeChallenge,
              UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL :minutes MINUTE)
            """)
    int insert(
            UUID tenantId,
            byte[] secretHash,
            UUID projectId,
            String emailAddress,
            @Nullable byte[] codeHash,
            @Nullable String codeChallenge,
            int minutes);

    /** 1 when nobody has used it, and what was typed, if anything had to be, is right. */
    @Query("""
            UPDATE page_sign_ins SET used_at = UTC_TIMESTAMP(6)
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND secret_hash = :secretHash AND code_hash <=> :codeHash
              AND used_at IS NULL AND wrong_tries < :most AND expires_at > UTC_TIMESTAMP(6)
            """)
    int use(UUID tenantId, byte[] secretHash, @Nullable byte[] codeHash, int most);

    @Query("""
            UPDATE page_sign_ins SET wrong_tries = wrong_tries + 1
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND secret_hash = :secretHash AND used_at IS NULL
            """)
    int countWrong(UUID tenantId, byte[] secretHash);

    /** Whoever signs in there with the address: at most one, since an address is one person's within a tenant. */
    @Query("""
            SELECT 'MEMBER' AS subject_kind, BIN_TO_UUID(m.project_id) AS project_id,
              BIN_TO_UUID(m.organization_id) AS tenant_id, BIN_TO_UUID(m.member_id) AS subject_id,
              m.email_address AS email_address, m.name AS person_name, o.name AS place_name
            FROM members m
            JOIN organizations o ON o.project_id = m.project_id AND o.organization_id = m.organization_id
            WHERE m.organization_id = UUID_TO_BIN(:tenantId) AND m.email_address = :emailAddress
              AND m.project_id = UUID_TO_BIN(:projectId) AND m.status <> 'DELETED' AND o.deleted_at IS NULL
            UNION ALL
            SELECT 'USER', BIN_TO_UUID(u.project_id), BIN_TO_UUID(u.project_id), BIN_TO_UUID(u.user_id),
              u.email_address, TRIM(CONCAT(u.first_name, ' ', u.last_name)), p.name
            FROM users u JOIN projects p ON p.project_id = u.project_id
            WHERE u.project_id = UUID_TO_BIN(:tenantId) AND u.email_address = :emailAddress AND u.live = 1
              AND u.project_id = UUID_TO_BIN(:projectId)
            """)
    List<Person> people(UUID projectId, UUID tenantId, String emailAddress);

    /** What follows for a member from having read their mail: the address is theirs, and an invitation is accepted. */
    @Query("""
            UPDATE members SET email_verified = TRUE, status = 'ACTIVE', updated_at = UTC_TIMESTAMP(6)
            WHERE organization_id = UUID_TO_BIN(:tenantId) AND member_id = UUID_TO_BIN(:subjectId)
              AND email_address = :emailAddress AND status <> 'DELETED' AND (NOT email_verified OR status <> 'ACTIVE')
            """)
    int proveMember(UUID tenantId, UUID subjectId, String emailAddress);

    @Query("""
            UPDATE users SET email_verified = TRUE, status = 'ACTIVE', updated_at = UTC_TIMESTAMP(6)
            WHERE project_id = UUID_TO_BIN(:tenantId) AND user_id = UUID_TO_BIN(:subjectId)
              AND email_address = :emailAddress AND live = 1 AND (NOT email_verified OR status <> 'ACTIVE')
            """)
    int proveUser(UUID tenantId, UUID subjectId, String emailAddress);
}
