package dev.ungrant.oauth;

import dev.ungrant.connectedapps.LiveGrants;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface CodeRepository extends GenericRepository<CodeRow, UUID> {
    @Query("SELECT " + TokenRepository.GRANT + """
              BIN_TO_UUID(c.authorization_id) AS authorization_id, c.redirect_uri, c.code_challenge, c.dpop_key, c.scopes,
              c.resources, c.nonce, c.authenticated_at, c.expires_at <= UTC_TIMESTAMP(6) AS expired, c.used_at IS NOT NULL AS used,
              IF(g.asked_again_at IS NULL, l.scopes, NULL) AS grant_scopes
            FROM authorization_codes c
            JOIN grants g ON g.tenant_id = c.tenant_id AND g.grant_id = c.grant_id
            LEFT JOIN
            """ + LiveGrants.TABLE + """
             l ON l.tenant_id = c.tenant_id AND l.grant_id = c.grant_id
            WHERE c.tenant_id = UUID_TO_BIN(:tenantId) AND c.code_hash = :codeHash
            """)
    Optional<CodeRow> find(UUID tenantId, byte[] codeHash);
}
