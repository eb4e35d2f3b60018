package dev.ungrant.connectedapps;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a person wants to see of their apps, as the address of the page says it. What it does not know counts as not said,
 * so an address from elsewhere shows a list and never an error.
 */
record AppFilter(String search, String status, String access, int unused, String publisher, String sort, int page) {
    static final int PAGE = 25;

    private static final Set<String> STATUSES = Set.of("active", "idle", "expiring", "no-token", "removed");
    private static final Set<String> ACCESSES = Set.of("high", "medium", "low", "offline");
    private static final Set<String> PUBLISHERS = Set.of("verified", "unverified");
    private static final Set<String> SORTS = Set.of("used", "unused", "connected", "oldest", "name");
    private static final String ANY = "";

    static AppFilter of(Map<String, String> query) {
        String unused = query.getOrDefault("unused", ANY);
        return new AppFilter(
                shortened(query.getOrDefault("q", ANY).strip()),
                known(STATUSES, query.get("status")),
                known(ACCESSES, query.get("access")),
                unused.equals("30") ? 30 : unused.equals("90") ? 90 : 0,
                known(PUBLISHERS, query.get("publisher")),
                known(SORTS, query.get("sort")),
                page(query.get("page")));
    }

    private static String shortened(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100);
    }

    private static String known(Set<String> values, String value) {
        return value != null && values.contains(value) ? value : ANY;
    }

    private static int page(String text) {
        return text != null && text.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(text) : 1;
    }

    public boolean narrows() {
        return !search.isEmpty() || !status.isEmpty() || !access.isEmpty() || unused > 0 || !publisher.isEmpty();
    }

    /** What matches, in the order asked for. Of several registrations of one agent a line has those that match. */
    List<AppLine> apply(List<AppRow> rows, java.time.Instant now) {
        List<AppRow> matching = rows.stream()
                .filter(this::hasStatus)
                .filter(this::hasAccess)
                .filter(row -> unused == 0 || unusedFor(row, now) >= unused)
                .filter(row -> publisher.isEmpty()
                        || publisher.equals("verified") == row.face().verified())
                .filter(this::isFound)
                .toList();
        return AppLine.of(matching).stream().sorted(order()).toList();
    }

    private boolean hasStatus(AppRow row) {
        return switch (status) {
            case ANY -> row.live();
            case "removed" -> !row.live();
            default -> row.status().word().equals(status);
        };
    }

    private boolean hasAccess(AppRow row) {
        return switch (access) {
            case ANY -> true;
            case "offline" ->
                row.permits().stream().anyMatch(permit -> permit.scope().equals(Scopes.OFFLINE_ACCESS));
            default -> {
                // The worst that it may do decides; keeping access is about when, not about what.
                Permit.Risk worst = row.permits().stream()
                        .filter(permit -> !permit.scope().equals(Scopes.OFFLINE_ACCESS))
                        .map(Permit::risk)
                        .min(Comparator.naturalOrder())
                        .orElse(Permit.Risk.LOW);
                yield worst == Permit.Risk.valueOf(access.toUpperCase(Locale.ROOT));
            }
        };
    }

    private static long unusedFor(AppRow row, java.time.Instant now) {
        java.time.Instant last = row.grant().lastUsedAt() == null
                ? row.grant().grantedAt()
                : row.grant().lastUsedAt();
        return java.time.Duration.between(last, now).toDays();
    }

    private boolean isFound(AppRow row) {
        String wanted = search.toLowerCase(Locale.ROOT);
        return wanted.isEmpty()
                || row.name().toLowerCase(Locale.ROOT).contains(wanted)
                || row.face().host() != null && row.face().host().contains(wanted)
                || row.permits().stream()
                        .anyMatch(permit -> permit.text()
                                        .toLowerCase(Locale.ROOT)
                                        .contains(wanted)
                                || permit.scope().toLowerCase(Locale.ROOT).contains(wanted));
    }

    private Comparator<AppLine> order() {
        Comparator<AppLine> byName = Comparator.comparing(
                        (AppLine line) -> line.name().toLowerCase(Locale.ROOT))
                .thenComparing(AppLine::id);
        Comparator<AppLine> newestUse =
                Comparator.comparing(AppLine::lastUsedAt, Comparator.nullsLast(Comparator.reverseOrder()));
        return switch (sort) {
            case "used" -> newestUse.thenComparing(byName);
            case "unused" ->
                Comparator.comparing(AppLine::lastUsedAt, Comparator.nullsFirst(Comparator.naturalOrder()))
                        .thenComparing(byName);
            case "connected" ->
                Comparator.comparing(AppLine::grantedAt, Comparator.reverseOrder())
                        .thenComparing(byName);
            case "oldest" -> Comparator.comparing(AppLine::grantedAt).thenComparing(byName);
            case "name" -> byName;
            default ->
                Comparator.comparingInt((AppLine line) -> -line.attention())
                        .thenComparing(newestUse)
                        .thenComparing(byName);
        };
    }

    /** What is asked for, field by field, as an address or a form says it; what is not said is left out. */
    public Map<String, String> said() {
        Map<String, String> said = new LinkedHashMap<>();
        said.put("q", search);
        said.put("status", status);
        said.put("access", access);
        said.put("unused", unused == 0 ? ANY : Integer.toString(unused));
        said.put("publisher", publisher);
        said.put("sort", sort);
        said.values().removeIf(String::isEmpty);
        return said;
    }

    /** The address of a page of the same list. */
    public String address(int number) {
        Map<String, String> said = said();
        if (number > 1) {
            said.put("page", Integer.toString(number));
        }
        List<String> pairs = new ArrayList<>();
        said.forEach((name, value) -> pairs.add(name + '=' + URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return pairs.isEmpty() ? "/" : "/?" + String.join("&", pairs);
    }

    /** What is asked for, as keys of the words, for "Nothing matches ..."; the search is not among them. */
    List<String> named() {
        List<String> keys = new ArrayList<>();
        if (!status.isEmpty()) {
            keys.add("filter.status." + status);
        }
        if (!access.isEmpty()) {
            keys.add("filter.access." + access);
        }
        if (unused > 0) {
            keys.add("filter.unused." + unused);
        }
        if (!publisher.isEmpty()) {
            keys.add("filter.publisher." + publisher);
        }
        return keys;
    }
}
