package dev.ungrant.sessions;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.Optional;

@JdbcRepository(dialect = Dialect.MYSQL)
interface SignInRepository extends GenericRepository<Person, java.util.UUID> {
    @Query("""
            INSERT INTO sign_in_codes (attempt_hash, email_address, code_hash, created_at, expires_at)
            VALUES (:attemptHash, :emailAddress, :codeHash, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL :minutes MINUTE)
            """)
    int insert(byte[] attemptHash, String emailAddress, byte[] codeHash, int minutes);

    @Query(
            "SELECT email_address FROM sign_in_codes WHERE attempt_hash = :attemptHash AND expires_at > UTC_TIMESTAMP(6)")
    Optional<String> emailOf(byte[] attemptHash);

    /** The address that the attempt has proved to be theirs. */
    @Query("""
            SELECT email_address FROM sign_in_codes
            WHERE attempt_hash = :attemptHash AND expires_at > UTC_TIMESTAMP(6) AND used_at IS NOT NULL
            """)
    Optional<String> provenEmailOf(byte[] attemptHash);

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

    @Query("DELETE FROM sign_in_codes WHERE expires_at < UTC_TIMESTAMP(6) LIMIT 1000")
    int purge();

    /** Everybody who signs in with the address, whichever project they are of. */
    @Query("""
            SELECT 'MEMBER' AS subject_kind, BIN_TO_UUID(m.project_id) AS project_id,
              BIN_TO_UUID(m.organization_id) AS tenant_id, BIN_TO_UUID(m.member_id) AS subject_id,
              m.email_address AS email_address, m.name AS person_name, o.name AS place_name
            FROM projects p
            JOIN members m ON m.project_id = p.project_id AND m.email_address = :emailAddress
            JOIN organizations o ON o.project_id = m.project_id AND o.organization_id = m.organization_id
            WHERE m.status <> 'DELETED' AND o.deleted_at IS NULL
            UNION ALL
            SELECT 'USER', BIN_TO_UUID(u.project_id), BIN_TO_UUID(u.project_id), BIN_TO_UUID(u.user_id),
              u.email_address, TRIM(CONCAT(u.first_name, ' ', u.last_name)), p.name
            FROM projects p
            JOIN users u ON u.project_id = p.project_id AND u.email_address = :emailAddress AND u.live = 1
            ORDER BY place_name, tenant_id LIMIT 50
            """)
    List<Person> people(String emailAddress);
}
