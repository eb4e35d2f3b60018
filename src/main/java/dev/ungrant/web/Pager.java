package dev.ungrant.web;

import io.micronaut.core.annotation.Nullable;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/**
 * The line under a list: "26–50 of 1,204", Previous, Next. {@code shared/pager.html} draws it from the variable {@code pager}.
 *
 * @param previous the address of the page before; null: this is the first one
 * @param next the address of the page after; null: this is the last one
 */
public record Pager(
        long first,
        long last,
        long total,
        @Nullable String previous,
        @Nullable String next) {
    /** Whether everything is on this page. */
    public boolean alone() {
        return previous == null && next == null;
    }

    /** @param said what the list is narrowed to and sorted by, as its address says it */
    public static String address(String path, Map<String, String> said, PageCursor cursor) {
        Map<String, String> all = new LinkedHashMap<>(said);
        all.put(cursor.parameter(), cursor.text());
        return address(path, all);
    }

    /** The path with these parameters. */
    public static String address(String path, Map<String, String> parameters) {
        StringJoiner pairs = new StringJoiner("&", path + '?', "").setEmptyValue(path);
        parameters.forEach((name, value) -> pairs.add(name + '=' + URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return pairs.toString();
    }
}
