package dev.ungrant.embed;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface EmbedTokenRepository extends GenericRepository<EmbedTokenRow, UUID> {
    @Query("""
            INSERT INTO embed_tokens (tenant_id, token_hash, project_id, subject_kind, subject_id, origin, terms, created_at,
              expires_at)
            VALUES (UUID_TO_BIN(:tenantId), :tokenHash, UUID_TO_BIN(:projectId), :subjectKind, UUID_TO_BIN(:subjectId),
              :origin, :terms, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL :seconds SECOND)
            """)
    int insert(
            UUID tenantId,
            byte[] tokenHash,
            UUID projectId,
            String subjectKind,
            UUID subjectId,
            String origin,
            String terms,
            int seconds);

    /** Whoever hands it over, used or not. */
    @Query("""
            SELECT BIN_TO_UUID(tenant_id) AS tenant_id, BIN_TO_UUID(project_id) AS project_id, subject_kind,
              BIN_TO_UUID(subject_id) AS subject_id, origin, terms, created_at, expires_at
            FROM embed_tokens WHERE tenant_id = UUID_TO_BIN(:tenantId) AND token_hash = :tokenHash
            """)
    Optional<EmbedTokenRow> find(UUID tenantId, byte[] tokenHash);

    /**
     * Uses the token, once, for the page that it was made for, as long as that page is one of the tenant's.
     *
     * @param origin of the page that hands it over; null: the browser does not say
     */
    @Query("""
            UPDATE embed_tokens SET used_at = UTC_TIMESTAMP(6)
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND token_hash = :tokenHash AND used_at IS NULL
              AND expires_at > UTC_TIMESTAMP(6) AND (:origin IS NULL OR origin = :origin)
              AND EXISTS (SELECT 1 FROM embed_origins o
                WHERE o.tenant_id = embed_tokens.tenant_id AND o.origin = embed_tokens.origin)
            """)
    int use(UUID tenantId, byte[] tokenHash, @Nullable String origin);
}
