package dev.ungrant.inventory;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/** A piece of SQL and what it binds. Values are always bound, never written into the text. */
final class Conditions {
    private final StringBuilder text = new StringBuilder();
    private final List<Object> values = new ArrayList<>();

    Conditions add(String sql, Object... bound) {
        text.append(sql);
        values.addAll(List.of(bound));
        return this;
    }

    Conditions addAll(String sql, Collection<?> bound) {
        text.append(sql);
        values.addAll(bound);
        return this;
    }

    Conditions add(Conditions other) {
        return addAll(other.text.toString(), other.values);
    }

    /** That the column is one of the ids; of none, never. */
    Conditions in(String column, Collection<UUID> ids) {
        if (ids.isEmpty()) {
            return add(" AND FALSE");
        }
        return addAll(
                " AND " + column + " IN (" + String.join(",", Collections.nCopies(ids.size(), "UUID_TO_BIN(?)")) + ")",
                ids);
    }

    static String like(String part) {
        return '%' + part.replaceAll("([\\\\%_])", "\\\\$1") + '%';
    }

    String text() {
        return text.toString();
    }

    void bind(PreparedStatement statement) throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            switch (values.get(i)) {
                case UUID id -> statement.setString(i + 1, id.toString());
                case Instant time -> statement.setObject(i + 1, LocalDateTime.ofInstant(time, ZoneOffset.UTC));
                case Object value -> statement.setObject(i + 1, value);
            }
        }
    }
}
