package dev.ungrant.database;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.connection.ConnectionOperations;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** Runs a {@link Search}: one statement for the page, one for the total, however many rows there are. */
@Singleton
public final class Searches {
    private final JdbcOperations operations;
    private final ConnectionOperations<Connection> connections;

    Searches(JdbcOperations operations, ConnectionOperations<Connection> connections) {
        this.operations = operations;
        this.connections = connections;
    }

    /**
     * What is searched.
     *
     * @param createdAt the column that orders the results, {@code id} settling ties
     */
    public record Source<T>(
            Class<T> type, String columns, String from, String createdAt, String id, Function<T, Cursor> cursor) {}

    /** @param next where the next page begins; null when this is the last one */
    public record Page<T>(
            List<T> results, long total, @Nullable String next) {
        /** The contract's {@code results_metadata}. */
        public Map<String, Object> metadata() {
            Map<String, Object> metadata = new LinkedHashMap<>();
            metadata.put("total", total);
            if (next != null) {
                metadata.put("next_cursor", next);
            }
            return metadata;
        }
    }

    public <T> Page<T> run(Search search, Source<T> source) {
        return connections.executeRead(connection -> runOnOneConnection(search, source));
    }

    private <T> Page<T> runOnOneConnection(Search search, Source<T> source) {
        List<T> rows = page(search, source);
        boolean more = rows.size() > search.limit();
        List<T> results = more ? List.copyOf(rows.subList(0, search.limit())) : rows;
        String next = more ? source.cursor().apply(results.getLast()).text() : null;
        // A first page that holds everything has been counted by being read.
        long total = search.after() == null && !more ? results.size() : count(search, source);
        return new Page<>(results, total, next);
    }

    private <T> List<T> page(Search search, Source<T> source) {
        StringBuilder sql = new StringBuilder("SELECT ")
                .append(source.columns())
                .append(" FROM ")
                .append(source.from())
                .append(" WHERE ")
                .append(search.conditions());
        List<Object> values = new ArrayList<>(search.values());
        Cursor after = search.after();
        if (after != null) {
            sql.append(" AND %1$s >= ? AND (%1$s > ? OR %2$s > UUID_TO_BIN(?))"
                    .formatted(source.createdAt(), source.id()));
            values.addAll(List.of(after.createdAt(), after.createdAt(), after.id()));
        }
        sql.append(" ORDER BY ")
                .append(source.createdAt())
                .append(", ")
                .append(source.id())
                .append(" LIMIT ?");
        values.add(search.limit() + 1);
        return operations.prepareStatement(sql.toString(), statement -> {
            bind(statement, values);
            try (ResultSet rows = statement.executeQuery()) {
                return operations.entityStream(rows, source.type()).toList();
            }
        });
    }

    private long count(Search search, Source<?> source) {
        String sql = "SELECT COUNT(*) FROM " + source.from() + " WHERE " + search.conditions();
        return operations.prepareStatement(sql, statement -> {
            bind(statement, search.values());
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        });
    }

    private static void bind(PreparedStatement statement, List<Object> values) throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            switch (values.get(i)) {
                case UUID id -> statement.setString(i + 1, id.toString());
                case Instant time ->
                    statement.setObject(i + 1, time.atOffset(ZoneOffset.UTC).toLocalDateTime());
                case Object value -> statement.setObject(i + 1, value);
            }
        }
    }
}
