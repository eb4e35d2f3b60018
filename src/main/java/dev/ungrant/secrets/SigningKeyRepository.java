package dev.ungrant.secrets;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;

@JdbcRepository(dialect = Dialect.MYSQL)
interface SigningKeyRepository extends GenericRepository<SigningKeyRow, String> {
    @Query("""
            SELECT key_id, public_jwk, private_jwk FROM signing_keys
            WHERE retired_at IS NULL ORDER BY created_at, key_id
            """)
    List<SigningKeyRow> offered();

    /** Nothing happens when another node was first: the oldest key signs, on every node. */
    @Query("""
            INSERT INTO signing_keys (key_id, algorithm, public_jwk, private_jwk, created_at)
            SELECT :keyId, 'RS256', :publicJwk, :privateJwk, UTC_TIMESTAMP(6)
            WHERE NOT EXISTS (SELECT 1 FROM signing_keys WHERE retired_at IS NULL)
            """)
    int insertFirst(String keyId, String publicJwk, byte[] privateJwk);
}
