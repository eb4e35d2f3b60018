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
interface SessionRepository extends GenericRepository<Session, UUID> {
    /** Live sessions of people who are still there; {@code stale} says that the last access is due to be written. */
    String LIVE = """
            SELECT BIN_TO_UUID(s.tenant_id) AS tenant_id, BIN_TO_UUID(s.session_id) AS session_id,
              BIN_TO_UUID(s.project_id) AS project_id, s.subject_kind, BIN_TO_UUID(s.subject_id) AS subject_id, s.kind,
              s.factors, s.custom_claims, s.user_agent, s.ip_address, s.started_at, s.authenticated_at,
              s.last_accessed_at, s.expires_at,
              s.last_accessed_at < UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE AS stale,
              COALESCE(m.email_address, u.email_address) AS email_address,
              (SELECT JSON_ARRAYAGG(r.role_id) FROM role_assignments r
                WHERE r.tenant_id = s.tenant_id AND r.subject_id = s.subject_id) AS roles,
              o.custom_roles, o.settings->'$.rbac_email_implicit_role_assignments' AS implicit_roles,
              o.slug AS organization_slug, o.logo_hash,
              COALESCE(m.name, TRIM(CONCAT(u.first_name, ' ', u.last_name))) AS person_name,
              COALESCE(o.name, (SELECT p.name FROM projects p WHERE p.project_id = s.project_id)) AS place_name,
              s.permissions, s.embed
            FROM sessions s
            LEFT JOIN members m ON s.subject_kind = 'MEMBER' AND m.organization_id = s.tenant_id AND m.member_id = s.subject_id
            LEFT JOIN organizations o ON s.subject_kind = 'MEMBER' AND o.project_id = s.project_id
              AND o.organization_id = s.tenant_id
            LEFT JOIN users u ON s.subject_kind = 'USER' AND u.project_id = s.tenant_id AND u.user_id = s.subject_id
            WHERE s.ended_at IS NULL AND s.expires_at > UTC_TIMESTAMP(6)
              AND (s.idle_minutes IS NULL OR s.last_accessed_at > UTC_TIMESTAMP(6) - INTERVAL s.idle_minutes MINUTE)
              AND (s.subject_kind = 'MEMBER' AND m.status <> 'DELETED' AND o.deleted_at IS NULL
                   OR s.subject_kind = 'USER' AND u.user_id IS NOT NULL AND u.deleted_at IS NULL)
              AND s.tenant_id = UUID_TO_BIN(:tenantId)
            """;

    @Query(LIVE + " AND s.token_hash = :tokenHash")
    Optional<Session> findByToken(UUID tenantId, byte[] tokenHash);

    @Query(LIVE + " AND s.session_id = UUID_TO_BIN(:sessionId)")
    Optional<Session> findById(UUID tenantId, UUID sessionId);

    @Query(LIVE
            + " AND s.subject_id = UUID_TO_BIN(:subjectId) ORDER BY s.last_accessed_at DESC, s.session_id LIMIT 200")
    List<Session> ofSubject(UUID tenantId, UUID subjectId);

    @Query("""
            SELECT COUNT(*) FROM sessions
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND subject_id = UUID_TO_BIN(:subjectId) AND ended_at IS NULL
              AND expires_at > UTC_TIMESTAMP(6)
              AND (idle_minutes IS NULL OR last_accessed_at > UTC_TIMESTAMP(6) - INTERVAL idle_minutes MINUTE)
            """)
    long countLive(UUID tenantId, UUID subjectId);

    /** A session id alone does not say where it belongs; the project bounds the look-up. */
    @Query("""
            SELECT BIN_TO_UUID(tenant_id) FROM sessions
            WHERE project_id = UUID_TO_BIN(:projectId) AND session_id = UUID_TO_BIN(:sessionId) LIMIT 1
            """)
    Optional<UUID> tenantOf(UUID projectId, UUID sessionId);

    /** Whoever's session it is, whether or not it has ended. */
    String REFERENCE = """
            SELECT BIN_TO_UUID(project_id) AS project_id, BIN_TO_UUID(tenant_id) AS tenant_id,
              BIN_TO_UUID(session_id) AS session_id, subject_kind, BIN_TO_UUID(subject_id) AS subject_id
            FROM sessions WHERE project_id = UUID_TO_BIN(:projectId) AND tenant_id = UUID_TO_BIN(:tenantId)
            """;

    @Query(REFERENCE + " AND token_hash = :tokenHash")
    Optional<SessionReference> locateByToken(UUID projectId, UUID tenantId, byte[] tokenHash);

    @Query(REFERENCE + " AND session_id = UUID_TO_BIN(:sessionId)")
    Optional<SessionReference> locate(UUID projectId, UUID tenantId, UUID sessionId);

    @Query("""
            INSERT INTO sessions (tenant_id, session_id, project_id, subject_kind, subject_id, kind, token_hash, factors,
              custom_claims, user_agent, ip_address, started_at, authenticated_at, last_accessed_at, expires_at,
              idle_minutes, permissions, embed)
            VALUES (UUID_TO_BIN(:tenantId), UUID_TO_BIN(:sessionId), UUID_TO_BIN(:projectId), :subjectKind,
              UUID_TO_BIN(:subjectId), :kind, :tokenHash, :factors, :customClaims, :userAgent, :ipAddress,
              UTC_TIMESTAMP(6), COALESCE(:authenticatedAt, UTC_TIMESTAMP(6)), UTC_TIMESTAMP(6),
              UTC_TIMESTAMP(6) + INTERVAL :minutes MINUTE, :idleMinutes, :permissions, :embed)
            """)
    int insert(
            UUID tenantId,
            UUID sessionId,
            UUID projectId,
            String subjectKind,
            UUID subjectId,
            String kind,
            byte[] tokenHash,
            String factors,
            String customClaims,
            String userAgent,
            String ipAddress,
            @Nullable Instant authenticatedAt,
            int minutes,
            @Nullable Integer idleMinutes,
            @Nullable String permissions,
            @Nullable String embed);

    /** What the host said of the session, whether or not it has ended. */
    @Query("""
            SELECT embed FROM sessions
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND token_hash = :tokenHash AND kind = 'EMBED'
            """)
    Optional<String> embedOf(UUID tenantId, byte[] tokenHash);

    @Query("""
            UPDATE sessions SET last_accessed_at = UTC_TIMESTAMP(6)
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND session_id = UUID_TO_BIN(:sessionId)
              AND last_accessed_at < UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE
            """)
    int touch(UUID tenantId, UUID sessionId);

    /** Notes with the member when they were here last: their sessions go one day. */
    @Query("""
            UPDATE members SET last_seen_at = UTC_TIMESTAMP(6)
            WHERE organization_id = UUID_TO_BIN(:organizationId) AND member_id = UUID_TO_BIN(:memberId)
            """)
    int seen(UUID organizationId, UUID memberId);

    /** Makes the session end so many minutes from now, and adds claims to those it has. */
    @Query("""
            UPDATE sessions SET last_accessed_at = UTC_TIMESTAMP(6), custom_claims = :customClaims,
              expires_at = COALESCE(UTC_TIMESTAMP(6) + INTERVAL :minutes MINUTE, expires_at)
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND session_id = UUID_TO_BIN(:sessionId) AND ended_at IS NULL
            """)
    int extend(UUID tenantId, UUID sessionId, @Nullable Integer minutes, String customClaims);

    @Query("""
            UPDATE sessions SET ended_at = UTC_TIMESTAMP(6)
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND session_id = UUID_TO_BIN(:sessionId) AND ended_at IS NULL
            """)
    int end(UUID tenantId, UUID sessionId);

    @Query("""
            UPDATE sessions SET ended_at = UTC_TIMESTAMP(6)
            WHERE tenant_id = UUID_TO_BIN(:tenantId) AND subject_id = UUID_TO_BIN(:subjectId) AND ended_at IS NULL
            """)
    int endAllOf(UUID tenantId, UUID subjectId);
}
