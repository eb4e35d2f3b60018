package dev.ungrant.inventory;

import dev.ungrant.inventory.InventoryFilter.View;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.connection.ConnectionOperations;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Supplier;

/** What the queries of the inventory share: how they are run, and the conditions that a filter makes. */
@Singleton
final class InventorySql {
    /** A grant that lives. The organization's policy is not asked: what it forbids is ended within moments of the change. */
    static final String LIVE =
            " g.tenant_id = UUID_TO_BIN(?) AND g.live = 1 AND (g.expires_at IS NULL OR g.expires_at > UTC_TIMESTAMP(6))";

    static final String PERSON =
            " STRAIGHT_JOIN members m ON m.organization_id = g.tenant_id AND m.member_id = g.subject_id";

    static final String APP = " STRAIGHT_JOIN connected_apps a ON a.project_id = g.project_id AND a.app_id = g.app_id";

    private final JdbcOperations jdbc;
    private final ConnectionOperations<Connection> connections;

    InventorySql(JdbcOperations jdbc, ConnectionOperations<Connection> connections) {
        this.jdbc = jdbc;
        this.connections = connections;
    }

    @FunctionalInterface
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Several statements on one connection. */
    <T> T together(Supplier<T> reading) {
        return connections.executeRead(connection -> reading.get());
    }

    <T> List<T> list(Conditions sql, RowReader<T> reader) {
        return jdbc.prepareStatement(sql.text(), statement -> {
            sql.bind(statement);
            try (ResultSet rows = statement.executeQuery()) {
                List<T> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(reader.read(rows));
                }
                return found;
            }
        });
    }

    long number(Conditions sql) {
        return list(sql, row -> row.getLong(1)).getFirst();
    }

    static UUID uuid(ResultSet row, int column) throws SQLException {
        return UUID.fromString(row.getString(column));
    }

    static @Nullable Instant time(ResultSet row, int column) throws SQLException {
        LocalDateTime time = row.getObject(column, LocalDateTime.class);
        return time == null ? null : time.toInstant(ZoneOffset.UTC);
    }

    /** Reads from the key: the column that {@code by_use} is sorted by is made of these two. */
    static Conditions unused(GrantSet set) {
        Instant since = set.unusedSince();
        return since == null
                ? new Conditions()
                : new Conditions().add(" AND COALESCE(g.last_used_at, g.granted_at) < ?", since);
    }

    static Conditions publisher(InventoryFilter filter) {
        return new Conditions()
                .add(
                        switch (filter.publisher()) {
                            case "verified" -> " AND a.publisher_verified_at IS NOT NULL";
                            case "unverified" -> " AND a.publisher_verified_at IS NULL";
                            default -> "";
                        });
    }

    static Conditions appMatches(String search) {
        String like = Conditions.like(search);
        return new Conditions().add("(a.name LIKE ? OR a.publisher_url LIKE ?)", like, like);
    }

    static Conditions personMatches(String search) {
        String like = Conditions.like(search);
        return new Conditions().add("(m.name LIKE ? OR m.email_address LIKE ?)", like, like.toLowerCase(Locale.ROOT));
    }

    /** What the search means for a grant: in the view by app its app, by person its person, in the flat list either. */
    static Conditions matches(InventoryFilter filter) {
        String search = filter.search();
        return filter.view() == View.APP
                ? appMatches(search)
                : filter.view() == View.PERSON
                        ? personMatches(search)
                        : new Conditions()
                                .add("(")
                                .add(appMatches(search))
                                .add(" OR ")
                                .add(personMatches(search))
                                .add(")");
    }
}
