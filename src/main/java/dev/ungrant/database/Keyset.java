package dev.ungrant.database;

import dev.ungrant.web.PageCursor;
import io.micronaut.core.annotation.Nullable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The order of a list that is read page by page, in SQL. An index on what stands before it in the condition, {@code column}
 * and {@code id} lets a page be read without sorting, at whatever depth.
 *
 * @param column never null; a constant of the code, never anything that came with a request
 * @param value how a bound text becomes the column's type: {@code ?}, or {@code CAST(? AS DATETIME(6))}
 * @param id settles ties: a BINARY(16) column
 */
public record Keyset(String column, String value, String id, boolean descending) {
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    /** How many keys a cursor of such a list has. */
    private static final int KEYS = 2;

    /** The cursor in an address, if it is one of such a list. */
    public static Optional<PageCursor> cursor(Map<String, String> query) {
        return PageCursor.of(query, KEYS)
                .filter(cursor -> UUID.matcher(cursor.keys().getLast()).matches());
    }

    /** What the condition binds, in its order. */
    public static List<Object> values(@Nullable PageCursor cursor) {
        return cursor == null
                ? List.of()
                : List.of(
                        cursor.keys().getFirst(),
                        cursor.keys().getFirst(),
                        cursor.keys().getLast());
    }

    /** The condition of the page, joined by AND to what stands before it; it binds {@link #values}. Empty for the first page. */
    public String condition(@Nullable PageCursor cursor) {
        if (cursor == null) {
            return "";
        }
        String beyond = descending != cursor.backward() ? "<" : ">";
        // Said this way, and not as a comparison of rows, MySQL finds the place in the index.
        return " AND %1$s %2$s= %3$s AND (%1$s %2$s %3$s OR %4$s %2$s UUID_TO_BIN(?))"
                .formatted(column, beyond, value, id);
    }

    public String order(@Nullable PageCursor cursor) {
        String way = descending != (cursor != null && cursor.backward()) ? " DESC" : " ASC";
        return " ORDER BY " + column + way + ", " + id + way;
    }
}
