package dev.ungrant.connectedapps;

import dev.ungrant.web.Moments;
import io.micronaut.core.annotation.Nullable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * One line of the list: an app, or several registrations that people take for one. An agent registers itself anew on each
 * device, under a name of its own choice; what tells it from others is its publisher's host.
 *
 * @param rows at least one; more only of apps that registered themselves
 * @param connections those alive, the last used first
 */
record AppLine(List<AppRow> rows, List<ConnectionView> connections) {
    private static final int SHOWN = 5;

    /** The same rows in the same order, registrations of one agent brought together where the first of them stands. */
    static List<AppLine> of(List<AppRow> rows) {
        Map<Object, List<AppRow>> lines = new LinkedHashMap<>();
        rows.forEach(
                row -> lines.computeIfAbsent(key(row), key -> new ArrayList<>()).add(row));
        return lines.values().stream().map(line -> new AppLine(line, List.of())).toList();
    }

    private static Object key(AppRow row) {
        AppFace face = row.face();
        if (!row.live() || !face.selfRegistered() || face.host() == null) {
            return row.grant().grantId();
        }
        // Whoever has proved a host is one publisher, whatever its apps are called. Else a name is all there is to go
        // by.
        return face.verified() ? face.host() : List.of(face.host(), plain(row));
    }

    private static String plain(AppRow row) {
        return row.name().strip().toLowerCase(Locale.ROOT);
    }

    AppLine with(List<ConnectionView> alive) {
        return new AppLine(rows, alive);
    }

    public AppRow first() {
        return rows.getFirst();
    }

    public boolean grouped() {
        return rows.size() > 1;
    }

    public String id() {
        return first().id();
    }

    /** What a form sends for the line: the ids of all its apps. */
    public String value() {
        return String.join(",", rows.stream().map(AppRow::id).toList());
    }

    public String name() {
        boolean oneName = rows.stream().map(AppLine::plain).distinct().count() == 1;
        return oneName ? first().name() : Objects.requireNonNullElse(face().host(), first().name());
    }

    public AppFace face() {
        return first().face();
    }

    public boolean live() {
        return first().live();
    }

    /** All that any of them may do, the worst first. */
    public List<Permit> permits() {
        if (!grouped()) {
            return first().permits();
        }
        return rows.stream()
                .flatMap(row -> row.permits().stream())
                .distinct()
                .sorted(Permits.WORST_FIRST)
                .toList();
    }

    public List<Permit> worst() {
        List<Permit> permits = permits();
        return permits.subList(0, Math.min(2, permits.size()));
    }

    public int more() {
        return Math.max(0, permits().size() - 2);
    }

    /** The row whose state is the line's: the last used one, since that one says whether anybody still uses the app. */
    public AppRow state() {
        return grouped() ? lastUsedRow() : first();
    }

    int attention() {
        return rows.stream().mapToInt(AppRow::attention).max().orElse(0);
    }

    @Nullable
    Instant lastUsedAt() {
        return lastUsedRow().grant().lastUsedAt();
    }

    Instant grantedAt() {
        return firstConnectedRow().grant().grantedAt();
    }

    @Nullable
    public Moments.Moment lastUsed() {
        return lastUsedRow().lastUsed();
    }

    public Moments.Moment connected() {
        return firstConnectedRow().connected();
    }

    private AppRow lastUsedRow() {
        return rows.stream()
                .max(Comparator.comparing(
                        row -> row.grant().lastUsedAt(), Comparator.nullsFirst(Comparator.naturalOrder())))
                .orElseThrow();
    }

    private AppRow firstConnectedRow() {
        return rows.stream()
                .min(Comparator.comparing(row -> row.grant().grantedAt()))
                .orElseThrow();
    }

    /** One connection of an app is what everybody expects; only more than that are worth a word. */
    public boolean several() {
        return connections.size() > rows.size();
    }

    public List<ConnectionView> someConnections() {
        return connections.subList(0, Math.min(SHOWN, connections.size()));
    }

    public int moreConnections() {
        return Math.max(0, connections.size() - SHOWN);
    }
}
