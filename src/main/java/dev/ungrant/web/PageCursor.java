package dev.ungrant.web;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a page of a list begins or ends: after a row, or before one. It names that row by the values that the list is sorted
 * by, so that a deep page costs what the first one does. In addresses it is {@code after=...} or {@code before=...}.
 *
 * @param backward true: the rows before, the nearest first
 * @param position the place of the row in the whole list, from 1 on; for display only, since rows come and go
 * @param keys what the list is sorted by, of that row; the last of them settles ties
 */
public record PageCursor(boolean backward, long position, List<String> keys) {
    private static final int LONGEST = 4096;

    /** The cursor that an address holds. One that is not ours, or of another list, counts as not said. */
    public static Optional<PageCursor> of(Map<String, String> query, int keys) {
        boolean backward = query.containsKey("before");
        String text = query.get(backward ? "before" : "after");
        if (text == null || text.length() > LONGEST) {
            return Optional.empty();
        }
        String[] parts = text.split("\\.", -1);
        if (parts.length != keys + 1 || !parts[0].matches("[1-9][0-9]{0,17}")) {
            return Optional.empty();
        }
        List<String> found = new ArrayList<>();
        for (int i = 1; i < parts.length; i++) {
            try {
                found.add(new String(Base64.getUrlDecoder().decode(parts[i]), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }
        return Optional.of(new PageCursor(backward, Long.parseLong(parts[0]), List.copyOf(found)));
    }

    /** The name that it has in addresses. */
    String parameter() {
        return backward ? "before" : "after";
    }

    /** Of characters that need no escape in an address. */
    String text() {
        StringBuilder text = new StringBuilder().append(position);
        keys.forEach(key -> text.append('.')
                .append(Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8))));
        return text.toString();
    }
}
