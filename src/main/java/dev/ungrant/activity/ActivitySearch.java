package dev.ungrant.activity;

import dev.ungrant.database.Keyset;
import dev.ungrant.database.Search;
import dev.ungrant.web.PageCursor;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Singleton;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * Finds events of one tenant, the latest first. Tenant, person and time have keys. Anything else is looked for among so many
 * events at a time ({@link #WINDOW}), so that a rare thing in a million events costs no more than a frequent one.
 */
@Singleton
class ActivitySearch {
    /** Read in some 50 ms. */
    static final int WINDOW = 20_000;

    static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");

    /** Names the table: the id alone would be the one that is read as text, for which no key helps. */
    private static final Keyset ORDER = new Keyset("e.occurred_at", "CAST(? AS DATETIME(6))", "e.event_id", true);

    private static final String COLUMNS = """
            SELECT BIN_TO_UUID(event_id) AS event_id, occurred_at, actor_kind, BIN_TO_UUID(actor_id) AS actor_id,
              BIN_TO_UUID(session_id) AS session_id, door, action, outcome, subject_kind,
              BIN_TO_UUID(subject_id) AS subject_id, BIN_TO_UUID(app_id) AS app_id, BIN_TO_UUID(grant_id) AS grant_id,
              reason, request_id, ip_address, details, seq, LOWER(HEX(hash)) AS hash
            """;

    private final JdbcOperations operations;

    ActivitySearch(JdbcOperations operations) {
        this.operations = operations;
    }

    /**
     * Whose events, and which.
     *
     * @param subjectId whom they concern; null: anybody
     * @param zone in which the filter's days begin and end
     */
    record Wanted(UUID tenantId, @Nullable UUID subjectId, ActivityFilter filter, ZoneId zone) {}

    /** @param edge the time of the event at which the window ends; null: it reaches to the end */
    List<ActivityEvent> find(Wanted wanted, @Nullable PageCursor cursor, @Nullable Instant edge, int limit) {
        Sql sql = where(new Sql().add(COLUMNS), wanted);
        sieve(sql, wanted.filter());
        cursor(sql, cursor);
        edge(sql, edge, cursor);
        sql.add(ORDER.order(cursor)).add(" LIMIT ?", limit);
        return run(
                sql, rows -> operations.entityStream(rows, ActivityEvent.class).toList());
    }

    /** How many there are, counted no further than {@code most}. */
    long count(Wanted wanted, @Nullable Instant edge, int most) {
        Sql sql = where(new Sql().add("SELECT COUNT(*) FROM (SELECT 1"), wanted);
        sieve(sql, wanted.filter());
        edge(sql, edge, null);
        sql.add(" LIMIT ?) counted", most);
        return run(sql, rows -> {
            rows.next();
            return rows.getLong(1);
        });
    }

    /** Where a window that begins at the cursor ends; empty: it reaches to the end. Reads the key alone. */
    Optional<Instant> edge(Wanted wanted, @Nullable PageCursor cursor) {
        Sql sql = where(new Sql().add("SELECT occurred_at"), wanted);
        cursor(sql, cursor);
        sql.add(ORDER.order(cursor)).add(" LIMIT 1 OFFSET ?", WINDOW);
        return run(
                sql,
                rows -> rows.next()
                        ? Optional.of(rows.getObject(1, LocalDateTime.class).toInstant(ZoneOffset.UTC))
                        : Optional.empty());
    }

    private static Sql where(Sql sql, Wanted wanted) {
        boolean person = wanted.subjectId() != null;
        sql.add(" FROM audit_events e FORCE INDEX (" + (person ? "of_subject" : "by_time") + ")");
        sql.add(" WHERE tenant_id = UUID_TO_BIN(?)", wanted.tenantId());
        if (person) {
            sql.add(" AND subject_id = UUID_TO_BIN(?)", wanted.subjectId());
        }
        wanted.filter().since(wanted.zone()).ifPresent(since -> sql.add(" AND occurred_at >= ?", since));
        wanted.filter().until(wanted.zone()).ifPresent(until -> sql.add(" AND occurred_at < ?", until));
        return sql;
    }

    private static void sieve(Sql sql, ActivityFilter filter) {
        List<String> actions = Actions.of(filter.kind());
        if (!actions.isEmpty()) {
            sql.add(" AND " + Search.in("action", "?", actions.size()), actions.toArray());
        }
        if (!filter.by().isEmpty()) {
            // Whoever asks for people gets users of consumer projects, too.
            sql.add(
                    filter.by().equals("member") ? " AND actor_kind IN (?, 'USER')" : " AND actor_kind = ?",
                    upper(filter.by()));
        }
        if (!filter.door().isEmpty()) {
            sql.add(" AND door = ?", upper(filter.door()));
        }
        if (!filter.outcome().isEmpty()) {
            sql.add(" AND outcome = ?", upper(filter.outcome()));
        }
        if (!filter.request().isEmpty()) {
            sql.add(" AND request_id = ?", filter.request());
        }
        if (filter.actor() != null) {
            sql.add(" AND actor_id = UUID_TO_BIN(?)", filter.actor());
        }
        if (filter.app() != null) {
            sql.add(" AND app_id = UUID_TO_BIN(?)", filter.app());
        }
    }

    private static String upper(String word) {
        return word.toUpperCase(Locale.ROOT);
    }

    private static void cursor(Sql sql, @Nullable PageCursor cursor) {
        if (cursor != null) {
            String time = cursor.keys().getFirst();
            sql.add(ORDER.condition(cursor), time, time, cursor.keys().getLast());
        }
    }

    private static void edge(Sql sql, @Nullable Instant edge, @Nullable PageCursor cursor) {
        if (edge != null) {
            sql.add(cursor != null && cursor.backward() ? " AND occurred_at < ?" : " AND occurred_at > ?", edge);
        }
    }

    private interface Reading<T> {
        T read(ResultSet rows) throws SQLException;
    }

    private <T> T run(Sql sql, Reading<T> reading) {
        return operations.prepareStatement(sql.text.toString(), statement -> {
            sql.bind(statement);
            try (ResultSet rows = statement.executeQuery()) {
                return reading.read(rows);
            }
        });
    }

    /** A statement as it grows. Values are bound, never written into it. */
    private static final class Sql {
        private final StringBuilder text = new StringBuilder();
        private final List<Object> values = new ArrayList<>();

        private Sql add(String more, Object... bound) {
            text.append(more);
            values.addAll(List.of(bound));
            return this;
        }

        private void bind(PreparedStatement statement) throws SQLException {
            for (int i = 0; i < values.size(); i++) {
                switch (values.get(i)) {
                    case UUID id -> statement.setString(i + 1, id.toString());
                    case Instant time -> statement.setString(i + 1, TIME.format(time.atOffset(ZoneOffset.UTC)));
                    case Object value -> statement.setObject(i + 1, value);
                }
            }
        }
    }
}
