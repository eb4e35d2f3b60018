package dev.ungrant.audit;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The events of a tenant as a chain. */
@JdbcRepository(dialect = Dialect.MYSQL)
interface ChainRepository extends GenericRepository<ChainRow, UUID> {
    String SELECT = """
            SELECT BIN_TO_UUID(tenant_id) AS tenant_id, BIN_TO_UUID(event_id) AS event_id, occurred_at,
              BIN_TO_UUID(project_id) AS project_id, actor_kind, BIN_TO_UUID(actor_id) AS actor_id,
              BIN_TO_UUID(session_id) AS session_id, door, action, outcome, subject_kind,
              BIN_TO_UUID(subject_id) AS subject_id, BIN_TO_UUID(app_id) AS app_id, BIN_TO_UUID(grant_id) AS grant_id,
              reason, request_id, ip_address, details, mac, seq, hash
            FROM audit_events e
            """;

    /** The next tenant, in the order of their ids, that has events to be sealed. */
    @Query("""
            SELECT BIN_TO_UUID(tenant_id) FROM audit_events FORCE INDEX (unsealed)
            WHERE seq IS NULL AND tenant_id > UUID_TO_BIN(:after) ORDER BY tenant_id LIMIT 1
            """)
    Optional<UUID> nextUnsealed(UUID after);

    /** The order names the table: by the name alone it would be that of the id as text, for which no key helps. */
    @Query(SELECT + """
             FORCE INDEX (unsealed) WHERE e.seq IS NULL AND e.tenant_id = UUID_TO_BIN(:tenantId)
            ORDER BY e.occurred_at, e.event_id LIMIT :most
            """)
    List<ChainRow> unsealed(UUID tenantId, int most);

    @Query(SELECT + """
             FORCE INDEX (chain) WHERE e.tenant_id = UUID_TO_BIN(:tenantId) AND e.seq > :seq ORDER BY e.seq LIMIT :most
            """)
    List<ChainRow> after(UUID tenantId, long seq, int most);

    /** Whether the organization's creation is there and waits to be sealed. */
    @Query("""
            SELECT COUNT(*) > 0 FROM audit_events FORCE INDEX (unsealed)
            WHERE seq IS NULL AND tenant_id = UUID_TO_BIN(:tenantId) AND action = 'organization.created'
            """)
    boolean isBegun(UUID tenantId);

    /** Events that should have been sealed by now. */
    @Query("""
            SELECT COUNT(*) FROM audit_events FORCE INDEX (unsealed)
            WHERE seq IS NULL AND tenant_id = UUID_TO_BIN(:tenantId)
              AND occurred_at < UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE
            """)
    long overdue(UUID tenantId);

    /** The highest number there is; 0: none. */
    @Query("""
            SELECT COALESCE((SELECT e.seq FROM audit_events e FORCE INDEX (chain)
              WHERE e.tenant_id = UUID_TO_BIN(:tenantId) AND e.seq IS NOT NULL ORDER BY e.seq DESC LIMIT 1), 0)
            """)
    long last(UUID tenantId);

    /** @param seals a JSON list of {@code [event id, number, hash in hexadecimal]} */
    @Query("""
            UPDATE JSON_TABLE(:seals, '$[*]' COLUMNS (event_id CHAR(36) PATH '$[0]', seq BIGINT PATH '$[1]',
              hash CHAR(64) PATH '$[2]')) s
            STRAIGHT_JOIN audit_events e FORCE INDEX (PRIMARY)
              ON e.tenant_id = UUID_TO_BIN(:tenantId) AND e.event_id = UUID_TO_BIN(s.event_id)
            SET e.seq = s.seq, e.hash = UNHEX(s.hash)
            WHERE e.seq IS NULL
            """)
    int seal(UUID tenantId, String seals);

    @Query("""
            UPDATE audit_chains SET seq = :seq, hash = :hash, mac = :mac, sealed_at = UTC_TIMESTAMP(6)
            WHERE tenant_id = UUID_TO_BIN(:tenantId)
            """)
    int moveHead(UUID tenantId, long seq, byte[] hash, byte[] mac);

    @Query("""
            INSERT IGNORE INTO audit_chains (tenant_id, seq, hash, mac, sealed_at)
            VALUES (UUID_TO_BIN(:tenantId), 0, :hash, :mac, UTC_TIMESTAMP(6))
            """)
    int begin(UUID tenantId, byte[] hash, byte[] mac);
}
