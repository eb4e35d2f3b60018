package dev.ungrant.activity;

import dev.ungrant.web.Pager;
import dev.ungrant.web.Problem;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What somebody wants to see of what happened, as the address of the page says it. What it does not know counts as not said.
 *
 * @param from the first day, in the reader's zone; null: from the beginning
 * @param to the last day; null: until now
 * @param kind one action or a group of them; empty: all
 * @param by which kind of actor; empty: all
 * @param door empty: all
 * @param outcome {@code denied}, or empty: all
 * @param request a request id; empty: all
 * @param actor who did it; null: anybody
 * @param member whom it concerns; null: anybody
 * @param app null: any
 */
public record ActivityFilter(
        @Nullable LocalDate from,
        @Nullable LocalDate to,
        String kind,
        String by,
        String door,
        String outcome,
        String request,
        @Nullable UUID actor,
        @Nullable UUID member,
        @Nullable UUID app) {
    private static final Set<String> ACTORS = Set.of("member", "project", "app", "system");
    private static final Set<String> DOORS = Set.of("portal", "api", "sdk", "oauth", "command", "job");
    private static final String ANY = "";
    private static final int LONGEST_REQUEST = 64;

    static ActivityFilter of(Map<String, String> query) {
        String request = query.getOrDefault("request", ANY).strip();
        return new ActivityFilter(
                day(query.get("from")),
                day(query.get("to")),
                Actions.of(query.getOrDefault("kind", ANY)).isEmpty() ? ANY : query.get("kind"),
                known(ACTORS, query.get("by")),
                known(DOORS, query.get("door")),
                known(Set.of("denied"), query.get("outcome")),
                request.length() <= LONGEST_REQUEST ? request : request.substring(0, LONGEST_REQUEST),
                id("member", query.get("actor")),
                id("member", query.get("member")),
                id("connected-app", query.get("app")));
    }

    /** Of a page about one's own person, which has no names of others to ask for. */
    static ActivityFilter ofSelf(Map<String, String> query) {
        ActivityFilter all = of(query);
        return new ActivityFilter(
                all.from, all.to, all.kind, ANY, all.door, all.outcome, all.request, null, null, all.app);
    }

    private static String known(Set<String> values, @Nullable String value) {
        return value != null && values.contains(value) ? value : ANY;
    }

    private static @Nullable LocalDate day(@Nullable String text) {
        try {
            LocalDate day = text == null || text.isEmpty() ? null : LocalDate.parse(text);
            return day == null || day.getYear() < 2000 || day.getYear() > 9000 ? null : day;
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private static @Nullable UUID id(String kind, @Nullable String text) {
        try {
            return Optional.ofNullable(text)
                    .flatMap(value -> WireId.parse(kind, value))
                    .orElse(null);
        } catch (Problem e) {
            return null;
        }
    }

    /** Whether it shows less than everything. */
    public boolean narrows() {
        return !said().isEmpty();
    }

    /** Whether it asks for something that no key of the table leads to, so that events must be looked through. */
    boolean isSieve() {
        return !kind.isEmpty()
                || !by.isEmpty()
                || !door.isEmpty()
                || !outcome.isEmpty()
                || !request.isEmpty()
                || actor != null
                || app != null;
    }

    Optional<Instant> since(ZoneId zone) {
        return Optional.ofNullable(from).map(day -> day.atStartOfDay(zone).toInstant());
    }

    /** Exclusive. */
    Optional<Instant> until(ZoneId zone) {
        return Optional.ofNullable(to)
                .map(day -> day.plusDays(1).atStartOfDay(zone).toInstant());
    }

    /** As an address says it. */
    public Map<String, String> said() {
        Map<String, String> said = new LinkedHashMap<>();
        put(said, "from", from == null ? ANY : from.toString());
        put(said, "to", to == null ? ANY : to.toString());
        put(said, "kind", kind);
        put(said, "by", by);
        put(said, "door", door);
        put(said, "outcome", outcome);
        put(said, "request", request);
        put(said, "actor", actor == null ? ANY : WireId.of("member", actor));
        put(said, "member", member == null ? ANY : WireId.of("member", member));
        put(said, "app", app == null ? ANY : WireId.of("connected-app", app));
        return said;
    }

    private static void put(Map<String, String> said, String name, String value) {
        if (!value.isEmpty()) {
            said.put(name, value);
        }
    }

    /** The address of the same without one of its words. */
    String without(String path, String name) {
        Map<String, String> rest = said();
        rest.remove(name);
        return Pager.address(path, rest);
    }

    /** The address of everything about this one thing. */
    static String only(String path, String name, String value) {
        return Pager.address(path, Map.of(name, value));
    }
}
