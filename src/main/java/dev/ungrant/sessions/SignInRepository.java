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
interface SignInRepository extends GenericRepository<Person, UUID> {
    @Query("""
            INSERT INTO sign_in_codes (attempt_hash, email_address, code_hash, project_id, created_at, expires_at)
            VALUES (:attemptHash, :emailAddress, :codeHash, UUID_TO_BIN(:projectId), UTC_TIMESTAMP(6),
              UTC_TIMESTAMP(6) + INTERVAL :minutes MINUTE)
            """)
    int insert(byte[] attemptHash, String emailAddress, byte[] codeHash, @Nullable UUID projectId, int minutes);

    @Query(
            "SELECT email_address FROM sign_in_codes WHERE attempt_hash = :attemptHash AND expires_at > UTC_TIMESTAMP(6)")
    Optional<String> emailOf(byte[] attemptHash);

    /** When the right code was typed in; empty when that has not happened, or too long ago. */
    @Query("""
            SELECT used_at FROM sign_in_codes
            WHERE attempt_hash = :attemptHash AND used_at IS NOT NULL AND expires_at > UTC_TIMESTAMP(6)
            """)
    Optional<Instant> provenAt(byte[] attemptHash);

    /** 1 when the code is the right one and nobody has used it. */
    @Query("""
            UPDATE sign_in_codes SET used_at = UTC_TIMESTAMP(6)
            WHERE attempt_hash = :attemptHash AND code_hash = :codeHash AND used_at IS NULL
              AND wrong_tries < :most AND expires_at > UTC_TIMESTAMP(6)
            """)
    int use(byte[] attemptHash, byte[] codeHash, int most);

    @Query("""
            UPDATE sign_in_codes SET wrong_tries = wrong_tries + 1
            WHERE attempt_hash = :attemptHash AND used_at IS NULL AND wrong_tries < :most AND expires_at > UTC_TIMESTAMP(6)
            """)
    int countWrong(byte[] attemptHash, int most);

    @Query("""
            SELECT :most - wrong_tries FROM sign_in_codes
            WHERE attempt_hash = :attemptHash AND used_at IS NULL AND expires_at > UTC_TIMESTAMP(6)
            """)
    Optional<Integer> triesLeft(byte[] attemptHash, int most);

    /** 1 when the proof was there and nobody has used it; it is good for one session. */
    @Query("""
            DELETE FROM sign_in_codes
            WHERE attempt_hash = :attemptHash AND used_at IS NOT NULL AND expires_at > UTC_TIMESTAMP(6)
            """)
    int spend(byte[] attemptHash);

    /** An organization may want its own provider asked; members for emergencies can do without. */
    String MAIL_IS_ENOUGH = """
             (m.is_breakglass OR NOT EXISTS (SELECT 1 FROM sign_in_providers s
               WHERE s.project_id = m.project_id AND s.organization_id = m.organization_id AND s.required))
            """;

    @Query("SELECT COUNT(*) FROM members m WHERE m.organization_id = UUID_TO_BIN(:organizationId)"
            + " AND m.member_id = UUID_TO_BIN(:memberId) AND " + MAIL_IS_ENOUGH)
    long countForWhomMailIsEnough(UUID organizationId, UUID memberId);

    /** The organizations of members with the address who must sign in at the provider of each. */
    @Query("""
            SELECT 'MEMBER' AS subject_kind, BIN_TO_UUID(m.project_id) AS project_id,
              BIN_TO_UUID(m.organization_id) AS tenant_id, BIN_TO_UUID(m.member_id) AS subject_id,
              m.email_address AS email_address, m.name AS person_name, o.name AS place_name
            FROM projects p
            JOIN members m ON m.project_id = p.project_id AND m.email_address = :emailAddress
            JOIN organizations o ON o.project_id = m.project_id AND o.organization_id = m.organization_id
            WHERE (:projectId IS NULL OR p.project_id = UUID_TO_BIN(:projectId)) AND m.status <> 'DELETED'
              AND o.deleted_at IS NULL AND NOT
            """ + MAIL_IS_ENOUGH + " ORDER BY place_name, tenant_id LIMIT 10")
    List<Person> elsewhere(String emailAddress, @Nullable UUID projectId);

    /** Everybody who signs in with an address {@code a}, which says in which project they must be when it matters. */
    String PEOPLE = """
            SELECT 'MEMBER' AS subject_kind, BIN_TO_UUID(m.project_id) AS project_id,
              BIN_TO_UUID(m.organization_id) AS tenant_id, BIN_TO_UUID(m.member_id) AS subject_id,
              m.email_address AS email_address, m.name AS person_name, o.name AS place_name
            FROM a JOIN projects p ON a.project_id IS NULL OR p.project_id = a.project_id
            JOIN members m ON m.project_id = p.project_id AND m.email_address = a.email_address
            JOIN organizations o ON o.project_id = m.project_id AND o.organization_id = m.organization_id
            WHERE m.status <> 'DELETED' AND o.deleted_at IS NULL AND
            """ + MAIL_IS_ENOUGH + """
            UNION ALL
            SELECT 'USER', BIN_TO_UUID(u.project_id), BIN_TO_UUID(u.project_id), BIN_TO_UUID(u.user_id),
              u.email_address, TRIM(CONCAT(u.first_name, ' ', u.last_name)), p.name
            FROM a JOIN projects p ON a.project_id IS NULL OR p.project_id = a.project_id
            JOIN users u ON u.project_id = p.project_id AND u.email_address = a.email_address AND u.live = 1
            ORDER BY place_name, tenant_id LIMIT 50
            """;

    @Query("WITH a AS (SELECT CAST(:emailAddress AS CHAR(320)) COLLATE utf8mb4_0900_bin AS email_address,"
            + " UUID_TO_BIN(:projectId) AS project_id) " + PEOPLE)
    List<Person> people(String emailAddress, @Nullable UUID projectId);

    /** Those whom the browser may become: their address is the one that the attempt has proved to be theirs. */
    @Query("""
            WITH a AS (SELECT c.email_address, c.project_id FROM sign_in_codes c WHERE c.attempt_hash = :attemptHash
              AND c.expires_at > UTC_TIMESTAMP(6) AND c.used_at IS NOT NULL)
            """ + PEOPLE)
    List<Person> peopleOf(byte[] attemptHash);
}
