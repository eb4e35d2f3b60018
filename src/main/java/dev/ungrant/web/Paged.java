package dev.ungrant.web;

import io.micronaut.core.annotation.Nullable;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * One page of a list.
 *
 * @param first the place of its first row in the whole list, from 1 on; 0 when there is none
 * @param total how many rows there are on all pages
 * @param previous the cursor of the page before; null: this is the first one
 * @param next the cursor of the page after; null: this is the last one
 */
public record Paged<T>(
        List<T> rows,
        long first,
        long total,
        @Nullable PageCursor previous,
        @Nullable PageCursor next) {
    /** Asks the database for rows of the list. */
    @FunctionalInterface
    public interface Reader<T> {
        /**
         * @param cursor null: from the start
         * @param limit how many at most
         * @return rows after the cursor in the list's order, or before it in the reverse order
         */
        List<T> read(@Nullable PageCursor cursor, int limit);
    }

    /**
     * Reads one row more than a page has, by which it is known whether another page follows. Who goes back beyond the start,
     * or forward beyond the end, because rows have come or gone, sees the first page.
     *
     * @param keys what the list is sorted by, of a row: as many as the cursor has
     */
    public static <T> Paged<T> of(
            @Nullable PageCursor cursor, int size, long total, Reader<T> reader, Function<T, List<String>> keys) {
        List<T> found = reader.read(cursor, size + 1);
        if (cursor != null && (cursor.backward() ? found.size() < size : found.isEmpty())) {
            return of(null, size, total, reader, keys);
        }
        boolean more = found.size() > size;
        boolean backward = cursor != null && cursor.backward();
        List<T> rows = more ? found.subList(0, size) : found;
        rows = List.copyOf(backward ? rows.reversed() : rows);
        if (rows.isEmpty()) {
            return new Paged<>(rows, 0, total, null, null);
        }
        boolean isFirst = backward ? !more : cursor == null;
        boolean isLast = !backward && !more;
        long first = first(cursor, rows.size(), total, isFirst, isLast);
        return new Paged<>(
                rows,
                first,
                total,
                isFirst ? null : new PageCursor(true, first, keys.apply(rows.getFirst())),
                isLast ? null : new PageCursor(false, first + rows.size() - 1, keys.apply(rows.getLast())));
    }

    /** The cursor's own count may be out of date. At either end the true one is known, and nowhere is it beyond the ends. */
    private static long first(@Nullable PageCursor cursor, int rows, long total, boolean isFirst, boolean isLast) {
        if (isFirst) {
            return 1;
        }
        long lastPossible = Math.max(1, total - rows + 1);
        if (isLast) {
            return lastPossible;
        }
        long said = cursor.backward() ? cursor.position() - rows : cursor.position() + 1;
        return Math.clamp(said, 2, Math.max(2, lastPossible));
    }

    /** The line under the list. */
    public Pager pager(String path, Map<String, String> said) {
        return new Pager(
                first,
                first == 0 ? 0 : first + rows.size() - 1,
                total,
                previous == null ? null : Pager.address(path, said, previous),
                next == null ? null : Pager.address(path, said, next));
    }
}
