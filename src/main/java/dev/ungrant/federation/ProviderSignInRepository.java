package dev.ungrant.federation;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface ProviderSignInRepository extends GenericRepository<ProviderSignInRow, UUID> {
    @Query("""
            INSERT INTO provider_sign_ins (organization_id, attempt_hash, issuer, client_id, return_to, created_at, expires_at)
            VALUES (UUID_TO_BIN(:organizationId), :attemptHash, :issuer, :clientId, :returnTo, UTC_TIMESTAMP(6),
              UTC_TIMESTAMP(6) + INTERVAL :minutes MINUTE)
            """)
    int insert(UUID organizationId, byte[] attemptHash, String issuer, String clientId, String returnTo, int minutes);

    @Query("""
            SELECT issuer, client_id, return_to FROM provider_sign_ins
            WHERE organization_id = UUID_TO_BIN(:organizationId) AND attempt_hash = :attemptHash
              AND expires_at > UTC_TIMESTAMP(6) FOR UPDATE
            """)
    Optional<ProviderSignInRow> lock(UUID organizationId, byte[] attemptHash);

    @Query("""
            DELETE FROM provider_sign_ins
            WHERE organization_id = UUID_TO_BIN(:organizationId) AND attempt_hash = :attemptHash
            """)
    int spend(UUID organizationId, byte[] attemptHash);

    @Query("""
            SELECT BIN_TO_UUID(m.member_id) AS member_id, m.email_address, m.status = 'DELETED' AS deactivated, TRUE AS linked
            FROM provider_links l
            JOIN members m ON m.organization_id = l.organization_id AND m.member_id = l.member_id
            WHERE l.organization_id = UUID_TO_BIN(:organizationId) AND l.subject_hash = :subjectHash
            """)
    Optional<LinkedMember> linked(UUID organizationId, byte[] subjectHash);

    /** Whoever has the address, a live member before deactivated ones. */
    @Query("""
            SELECT BIN_TO_UUID(m.member_id) AS member_id, m.email_address, m.status = 'DELETED' AS deactivated,
              EXISTS (SELECT 1 FROM provider_links l WHERE l.organization_id = m.organization_id
                AND l.member_id = m.member_id AND l.issuer_hash = :issuerHash) AS linked
            FROM members m
            WHERE m.organization_id = UUID_TO_BIN(:organizationId) AND m.email_address = :emailAddress
            ORDER BY m.status = 'DELETED', m.created_at DESC LIMIT 1
            """)
    Optional<LinkedMember> withAddress(UUID organizationId, byte[] issuerHash, String emailAddress);

    @Query("""
            INSERT INTO provider_links (organization_id, subject_hash, issuer_hash, member_id, linked_at)
            VALUES (UUID_TO_BIN(:organizationId), :subjectHash, :issuerHash, UUID_TO_BIN(:memberId), UTC_TIMESTAMP(6))
            """)
    int link(UUID organizationId, byte[] subjectHash, byte[] issuerHash, UUID memberId);

    @Query("DELETE FROM provider_links WHERE organization_id = UUID_TO_BIN(:organizationId)")
    int unlinkAll(UUID organizationId);

    @Query("SELECT COUNT(*) FROM provider_links WHERE organization_id = UUID_TO_BIN(:organizationId)")
    long countLinks(UUID organizationId);

    /** What follows from the provider's word: the address is theirs, and an invitation is accepted. */
    @Query("""
            UPDATE members SET email_verified = TRUE, status = 'ACTIVE', updated_at = UTC_TIMESTAMP(6)
            WHERE organization_id = UUID_TO_BIN(:organizationId) AND member_id = UUID_TO_BIN(:memberId)
              AND email_address = :emailAddress AND status <> 'DELETED' AND (NOT email_verified OR status <> 'ACTIVE')
            """)
    int prove(UUID organizationId, UUID memberId, String emailAddress);

    /** 0 when nobody is there any more. */
    @Query("""
            SELECT COUNT(*) FROM members WHERE organization_id = UUID_TO_BIN(:organizationId)
              AND member_id = UUID_TO_BIN(:memberId) AND status <> 'DELETED'
            """)
    long countLive(UUID organizationId, UUID memberId);
}
