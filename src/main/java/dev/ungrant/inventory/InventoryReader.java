package dev.ungrant.inventory;

import static dev.ungrant.inventory.InventorySql.APP;
import static dev.ungrant.inventory.InventorySql.LIVE;
import static dev.ungrant.inventory.InventorySql.appMatches;
import static dev.ungrant.inventory.InventorySql.personMatches;
import static dev.ungrant.inventory.InventorySql.publisher;
import static dev.ungrant.inventory.InventorySql.time;
import static dev.ungrant.inventory.InventorySql.unused;
import static dev.ungrant.inventory.InventorySql.uuid;

import dev.ungrant.database.Keyset;
import dev.ungrant.web.PageCursor;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The apps, and the people, of the inventory. The keys are named, because the statistics of a tenant that grows fast lag behind
 * it. What is said of an app comes from the key {@code of_app} alone.
 */
@Singleton
final class InventoryReader {
    private static final String FIGURES = """
            SELECT BIN_TO_UUID(%1$s), COUNT(*), MAX(g.last_used_at), MIN(g.granted_at), MIN(g.grant_id) AS one
            FROM grants g FORCE INDEX (%2$s) WHERE
            """;

    /** Ends a look for one row. As EXISTS, all grants of the organization would be gathered before the first is looked for. */
    private static final String FIRST_OF_THEM = " LIMIT 1) IS NOT NULL";

    private final InventorySql sql;

    InventoryReader(InventorySql sql) {
        this.sql = sql;
    }

    /** An app in the order of a list: by the key, and then by the id. */
    record Entry(UUID id, String key) {
        List<String> keys() {
            return List.of(key, id.toString());
        }
    }

    List<Entry> apps(GrantSet set, @Nullable PageCursor cursor, int limit) {
        Keyset order = appOrder(set.filter());
        Conditions query = new Conditions()
                .add("SELECT BIN_TO_UUID(a.app_id), " + order.column() + " FROM ")
                .add(appsFrom(set))
                .addAll(order.condition(cursor), Keyset.values(cursor))
                .add(order.order(cursor) + " LIMIT ?", limit);
        return sql.list(query, row -> new Entry(uuid(row, 1), row.getString(2)));
    }

    long countApps(GrantSet set) {
        return sql.number(new Conditions().add("SELECT COUNT(*) FROM ").add(appsFrom(set)));
    }

    private static Keyset appOrder(InventoryFilter filter) {
        return switch (filter.sort()) {
            case "people" -> new Keyset("x.people", "CAST(? AS SIGNED)", "a.app_id", true);
            case "used" -> new Keyset("x.used", "CAST(? AS DATETIME(6))", "a.app_id", true);
            case "unused" -> new Keyset("x.used", "CAST(? AS DATETIME(6))", "a.app_id", false);
            default -> new Keyset("a.name", "?", "a.app_id", false);
        };
    }

    /** By name, each app is looked up until its first grant. Another order wants the numbers of all of them. */
    private static Conditions appsFrom(GrantSet set) {
        Conditions from = new Conditions();
        boolean byName = set.filter().sort().isEmpty();
        if (byName) {
            from.add("connected_apps a FORCE INDEX (by_name)");
        } else {
            from.add(
                            "(SELECT g.app_id, COUNT(*) AS people, COALESCE(MAX(g.last_used_at), TIMESTAMP '1970-01-01 00:00:00') AS used")
                    .add(" FROM grants g FORCE INDEX (of_app) WHERE" + LIVE, set.organizationId())
                    .add(unused(set))
                    .add(
                            " GROUP BY g.app_id) x STRAIGHT_JOIN connected_apps a ON a.project_id = UUID_TO_BIN(?)",
                            set.projectId())
                    .add(" AND a.app_id = x.app_id");
        }
        from.add(" WHERE a.project_id = UUID_TO_BIN(?) AND a.live = 1", set.projectId())
                .add(publisher(set.filter()));
        if (!set.filter().search().isEmpty()) {
            from.add(" AND ").add(appMatches(set.filter().search()));
        }
        if (byName) {
            from.add(" AND (SELECT 1 FROM grants g FORCE INDEX (of_app) WHERE" + LIVE, set.organizationId())
                    .add(" AND g.app_id = a.app_id")
                    .add(unused(set))
                    .add(FIRST_OF_THEM);
        }
        return from;
    }

    /** A person in the order of a list. */
    record Someone(UUID memberId, String sortName, String name, String emailAddress) {
        List<String> keys() {
            return List.of(sortName, memberId.toString());
        }

        String called() {
            return name.isBlank() ? emailAddress : name;
        }
    }

    List<Someone> people(GrantSet set, @Nullable PageCursor cursor, int limit) {
        Keyset order = new Keyset("m.sort_name", "?", "m.member_id", false);
        Conditions query = new Conditions()
                .add("SELECT BIN_TO_UUID(m.member_id), m.sort_name, m.name, m.email_address FROM ")
                .add(peopleFrom(set))
                .addAll(order.condition(cursor), Keyset.values(cursor))
                .add(order.order(cursor) + " LIMIT ?", limit);
        return sql.list(query, row -> new Someone(uuid(row, 1), row.getString(2), row.getString(3), row.getString(4)));
    }

    long countPeople(GrantSet set) {
        return sql.number(new Conditions().add("SELECT COUNT(*) FROM ").add(peopleFrom(set)));
    }

    private static Conditions peopleFrom(GrantSet set) {
        Conditions from = new Conditions()
                .add("members m FORCE INDEX (by_name) WHERE m.organization_id = UUID_TO_BIN(?)", set.organizationId());
        if (!set.filter().search().isEmpty()) {
            from.add(" AND ").add(personMatches(set.filter().search()));
        }
        from.add(" AND (SELECT 1 FROM grants g FORCE INDEX (of_person)");
        if (!set.filter().publisher().isEmpty()) {
            from.add(APP);
        }
        return from.add(" WHERE" + LIVE, set.organizationId())
                .add(" AND g.subject_id = m.member_id")
                .add(unused(set))
                .add(publisher(set.filter()))
                .add(FIRST_OF_THEM);
    }

    /** What is said of these apps, by app. */
    Map<UUID, Figures> figuresOfApps(GrantSet set, Collection<UUID> appIds) {
        return figures(set, "g.app_id", "of_app", appIds);
    }

    Map<UUID, Figures> figuresOfPeople(GrantSet set, Collection<UUID> memberIds) {
        return figures(set, "g.subject_id", "one_live", memberIds);
    }

    private record Group(UUID id, Figures figures, byte[] one) {}

    private Map<UUID, Figures> figures(GrantSet set, String column, String index, Collection<UUID> ids) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        boolean narrow = !set.filter().publisher().isEmpty() && column.equals("g.subject_id");
        String select = FIGURES.formatted(column, index);
        Conditions query = new Conditions()
                .add(narrow ? select.replace(" WHERE\n", APP + " WHERE\n") : select)
                .add(LIVE, set.organizationId())
                .in(column, ids)
                .add(unused(set));
        if (narrow) {
            query.add(publisher(set.filter()));
        }
        query.add(" GROUP BY " + column + ", g.scopes_key");
        List<Group> groups = sql.list(
                query,
                row -> new Group(
                        uuid(row, 1),
                        new Figures(row.getLong(2), time(row, 3), time(row, 4), Set.of()),
                        row.getBytes(5)));
        Map<String, String> scopes = scopesOf(set.organizationId(), groups);
        Map<UUID, Figures> figures = new HashMap<>();
        for (Group group : groups) {
            Figures found = group.figures();
            Figures named = new Figures(
                    found.count(),
                    found.lastUsedAt(),
                    found.firstSeenAt(),
                    Set.of(scopes.getOrDefault(HexFormat.of().formatHex(group.one()), "")));
            figures.merge(group.id(), named, Figures::plus);
        }
        return figures;
    }

    /** Of each group, the scopes of one grant stand for all, since the group has one key of scopes. */
    private Map<String, String> scopesOf(UUID organizationId, List<Group> groups) {
        Map<String, String> scopes = new HashMap<>();
        if (groups.isEmpty()) {
            return scopes;
        }
        Conditions query = new Conditions()
                .add(
                        "SELECT LOWER(HEX(g.grant_id)), g.scopes FROM grants g WHERE g.tenant_id = UUID_TO_BIN(?)",
                        organizationId)
                .addAll(
                        " AND g.grant_id IN (" + String.join(",", Collections.nCopies(groups.size(), "?")) + ")",
                        groups.stream().map(Group::one).toList());
        sql.list(query, row -> scopes.put(row.getString(1), row.getString(2)));
        return scopes;
    }
}
