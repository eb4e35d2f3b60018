package dev.ungrant.members;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.UUID;

/**
 * Every row that knows who a member is, of whichever feature: here they can be read as a whole. What is left are ids: in
 * the audit, and in grants that have ended.
 */
@JdbcRepository(dialect = Dialect.MYSQL)
interface ErasureRepository extends GenericRepository<Member, UUID> {
    int BATCH = 1000;

    String OF_MEMBER = " WHERE tenant_id = UUID_TO_BIN(:organizationId) AND subject_id = UUID_TO_BIN(:memberId)";

    /** What an address was typed in for is somebody else's as long as anybody else signs in with it. */
    String NOBODY_ELSE = """
             AND NOT EXISTS (SELECT 1 FROM (
               SELECT 1 FROM projects p JOIN members m ON m.project_id = p.project_id AND m.email_address = :emailAddress
                 WHERE m.member_id <> UUID_TO_BIN(:memberId)
               UNION ALL
               SELECT 1 FROM projects p JOIN users u ON u.project_id = p.project_id AND u.email_address = :emailAddress) others)
            """;

    /** Devices and addresses; at most {@link #BATCH} rows. */
    @Query("DELETE FROM sessions" + OF_MEMBER + " LIMIT " + BATCH)
    int sessions(UUID organizationId, UUID memberId);

    @Query("DELETE FROM connections WHERE tenant_id = UUID_TO_BIN(:organizationId)"
            + " AND grant_id IN (SELECT g.grant_id FROM grants g WHERE g.tenant_id = UUID_TO_BIN(:organizationId)"
            + " AND g.subject_id = UUID_TO_BIN(:memberId)) LIMIT " + BATCH)
    int connections(UUID organizationId, UUID memberId);

    @Query("DELETE FROM page_sign_ins WHERE tenant_id = UUID_TO_BIN(:organizationId) AND email_address = :emailAddress")
    int links(UUID organizationId, String emailAddress);

    @Query("DELETE FROM sign_in_codes WHERE email_address = :emailAddress" + NOBODY_ELSE)
    int codes(UUID memberId, String emailAddress);

    @Query("DELETE FROM authorization_requests WHERE project_id = UUID_TO_BIN(:projectId)"
            + " AND LOWER(parameters->>'$.login_hint[0]') = :emailAddress" + NOBODY_ELSE)
    int hints(UUID projectId, UUID memberId, String emailAddress);

    @Query("DELETE FROM outbox WHERE tenant_id = UUID_TO_BIN(:tenantId) AND payload->>'$.to' = :emailAddress")
    int mails(UUID tenantId, String emailAddress);

    /** Mails that were sent to the address before it was known whose it is. */
    @Query("DELETE FROM outbox WHERE tenant_id = UUID_TO_BIN('00000000-0000-0000-0000-000000000000')"
            + " AND payload->>'$.to' = :emailAddress" + NOBODY_ELSE)
    int earlyMails(UUID memberId, String emailAddress);

    @Query("DELETE FROM preferences" + OF_MEMBER)
    int preferences(UUID organizationId, UUID memberId);

    @Query("DELETE FROM role_assignments" + OF_MEMBER)
    int roles(UUID organizationId, UUID memberId);

    @Query("""
            DELETE FROM members
            WHERE organization_id = UUID_TO_BIN(:organizationId) AND member_id = UUID_TO_BIN(:memberId) AND status = 'DELETED'
            """)
    int member(UUID organizationId, UUID memberId);
}
