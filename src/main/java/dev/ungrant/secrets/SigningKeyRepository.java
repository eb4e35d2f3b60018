package dev.ungrant.secrets;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;

@JdbcRepository(dialect = Dialect.MYSQL)
interface SigningKeyRepository extends GenericRepository<SigningKeyRow, String> {
    /** Those that are published now, the newest of each algorithm first. */
    @Query("""
            SELECT key_id, algorithm, generation, public_jwk, private_jwk, created_at, signs_at, retires_at,
              UTC_TIMESTAMP(6) AS now
            FROM signing_keys
            WHERE retires_at IS NULL OR retires_at > UTC_TIMESTAMP(6)
            ORDER BY algorithm, generation DESC
            """)
    List<SigningKeyRow> published();

    @Query("SELECT COALESCE(MAX(generation), 0) FROM signing_keys WHERE algorithm = :algorithm")
    int newestGeneration(SigningAlgorithm algorithm);

    /** A duplicate when another node made this generation; then its key is the one. */
    @Query("""
            INSERT INTO signing_keys (key_id, algorithm, generation, public_jwk, private_jwk, created_at, signs_at)
            VALUES (:keyId, :algorithm, :generation, :publicJwk, :privateJwk, UTC_TIMESTAMP(6),
              UTC_TIMESTAMP(6) + INTERVAL :leadMicroseconds MICROSECOND)
            """)
    int insert(
            String keyId,
            SigningAlgorithm algorithm,
            int generation,
            String publicJwk,
            byte[] privateJwk,
            long leadMicroseconds);

    /** A key leaves so long after its successor began to sign. Done by whoever comes by; doing it again changes nothing. */
    @Query("""
            UPDATE signing_keys o JOIN signing_keys n ON n.algorithm = o.algorithm AND n.generation = o.generation + 1
            SET o.retires_at = n.signs_at + INTERVAL :overlapMicroseconds MICROSECOND
            WHERE o.retires_at IS NULL
            """)
    int retireWhatIsFollowed(long overlapMicroseconds);

    @Query("""
            UPDATE signing_keys SET retires_at = UTC_TIMESTAMP(6)
            WHERE key_id = :keyId AND (retires_at IS NULL OR retires_at > UTC_TIMESTAMP(6))
            """)
    int withdraw(String keyId);

    /** The key that was to sign later does so now. */
    @Query("""
            UPDATE signing_keys SET signs_at = UTC_TIMESTAMP(6)
            WHERE algorithm = :algorithm AND retires_at IS NULL AND signs_at > UTC_TIMESTAMP(6)
            """)
    int signNow(SigningAlgorithm algorithm);
}
