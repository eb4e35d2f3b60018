package dev.ungrant.inventory;

import static dev.ungrant.inventory.InventorySql.APP;
import static dev.ungrant.inventory.InventorySql.LIVE;
import static dev.ungrant.inventory.InventorySql.PERSON;
import static dev.ungrant.inventory.InventorySql.appMatches;
import static dev.ungrant.inventory.InventorySql.matches;
import static dev.ungrant.inventory.InventorySql.personMatches;
import static dev.ungrant.inventory.InventorySql.publisher;
import static dev.ungrant.inventory.InventorySql.time;
import static dev.ungrant.inventory.InventorySql.unused;
import static dev.ungrant.inventory.InventorySql.uuid;

import dev.ungrant.database.Keyset;
import dev.ungrant.inventory.InventoryFilter.View;
import dev.ungrant.web.PageCursor;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/**
 * Single grants: the flat list, the people of an app, and whatever set an act is about. The key to begin at is chosen here: that
 * of the apps or people that are named or found by a search; and only for what names none, all grants of the organization.
 */
@Singleton
final class AccessReader {
    /** So far a flat list is counted. */
    static final int MOST_COUNTED = 10_000;

    /** A search that finds more is so wide that going through all grants soon fills a page. */
    private static final int MOST_FOUND = 500;

    private static final String ACCESS = """
            SELECT BIN_TO_UUID(g.grant_id), BIN_TO_UUID(m.member_id), m.name, m.email_address, m.sort_name,
              BIN_TO_UUID(a.app_id), a.name, g.scopes, g.granted_at, g.last_used_at, g.seen_at, g.asked_again_at IS NOT NULL
            """;

    private final InventorySql sql;

    AccessReader(InventorySql sql) {
        this.sql = sql;
    }

    /** Grants by their last sign of life: those that nobody uses first, or last. */
    List<Access> flat(GrantSet set, @Nullable PageCursor cursor, int limit) {
        boolean latestFirst = set.filter().sort().equals("used");
        Keyset order = new Keyset("g.seen_at", "CAST(? AS DATETIME(6))", "g.grant_id", latestFirst);
        return sql.list(
                new Conditions()
                        .add(ACCESS)
                        .add(from(set, "by_use"))
                        .addAll(order.condition(cursor), Keyset.values(cursor))
                        .add(order.order(cursor) + " LIMIT ?", limit),
                AccessReader::access);
    }

    /** @return at most one more than {@link #MOST_COUNTED}, unless {@code toTheEnd} */
    long countFlat(GrantSet set, boolean toTheEnd) {
        Conditions query = new Conditions().add("SELECT COUNT(*) FROM (SELECT 1");
        if (set.filter().search().isEmpty() && set.filter().publisher().isEmpty()) {
            query.add(" FROM grants g FORCE INDEX (by_use) WHERE" + LIVE, set.organizationId());
            if (set.unusedSince() != null) {
                query.add(" AND g.seen_at < ?", set.unusedSince());
            }
        } else {
            query.add(from(set, "by_use"));
        }
        return sql.number(query.add(toTheEnd ? ") counted" : " LIMIT " + (MOST_COUNTED + 1) + ") counted"));
    }

    /** The people of one app, by name. */
    List<Access> ofApp(GrantSet set, @Nullable PageCursor cursor, int limit) {
        Keyset order = new Keyset("m.sort_name", "?", "m.member_id", false);
        return sql.list(
                new Conditions()
                        .add(ACCESS + " FROM grants g FORCE INDEX (of_app)" + PERSON + APP)
                        .add(ofAppWhere(set))
                        .addAll(order.condition(cursor), Keyset.values(cursor))
                        .add(order.order(cursor) + " LIMIT ?", limit),
                AccessReader::access);
    }

    long countOfApp(GrantSet set) {
        boolean searched = !set.filter().search().isEmpty();
        return sql.number(new Conditions()
                .add("SELECT COUNT(*) FROM grants g FORCE INDEX (of_app)" + (searched ? PERSON : ""))
                .add(ofAppWhere(set)));
    }

    private static Conditions ofAppWhere(GrantSet set) {
        Conditions where = new Conditions()
                .add(" WHERE" + LIVE, set.organizationId())
                .in("g.app_id", set.apps())
                .add(unused(set));
        return set.filter().search().isEmpty()
                ? where
                : where.add(" AND ").add(personMatches(set.filter().search()));
    }

    /** How much a set is about. */
    record Size(long grants, long people, long apps) {}

    Size size(GrantSet set) {
        return sql.list(
                        new Conditions()
                                .add("SELECT COUNT(*), COUNT(DISTINCT g.subject_id), COUNT(DISTINCT g.app_id)")
                                .add(from(set, "PRIMARY")),
                        row -> new Size(row.getLong(1), row.getLong(2), row.getLong(3)))
                .getFirst();
    }

    /** The grants of the set after this one, in the order of their ids, which never changes. */
    List<Access> after(GrantSet set, @Nullable UUID grantId, int limit) {
        return sql.list(after(ACCESS, set, grantId, limit), AccessReader::access);
    }

    /** The same by their ids alone. */
    List<UUID> idsAfter(GrantSet set, @Nullable UUID grantId, int limit) {
        return sql.list(after("SELECT BIN_TO_UUID(g.grant_id)", set, grantId, limit), row -> uuid(row, 1));
    }

    private Conditions after(String select, GrantSet set, @Nullable UUID grantId, int limit) {
        Conditions query = new Conditions().add(select).add(from(set, "PRIMARY"));
        if (grantId != null) {
            query.add(" AND g.grant_id > UUID_TO_BIN(?)", grantId);
        }
        return query.add(" ORDER BY g.grant_id LIMIT ?", limit);
    }

    /** @param otherwise the key for a set that names nothing to begin at */
    private Conditions from(GrantSet set, String otherwise) {
        Conditions from = new Conditions();
        String search = set.filter().search();
        Conditions found = !search.isEmpty() && set.all() && set.apps().isEmpty() ? found(set) : null;
        if (found != null) {
            from.add(" FROM (")
                    .add(found)
                    .add(
                            ") n STRAIGHT_JOIN grants g FORCE INDEX (PRIMARY) ON g.tenant_id = UUID_TO_BIN(?)",
                            set.organizationId())
                    .add(" AND g.grant_id = n.grant_id");
        } else {
            String index = !set.apps().isEmpty()
                    ? "of_app"
                    : !set.people().isEmpty() ? "one_live" : set.all() ? otherwise : "PRIMARY";
            from.add(" FROM grants g FORCE INDEX (" + index + ")");
        }
        from.add(PERSON + APP + " WHERE" + LIVE, set.organizationId());
        if (!set.apps().isEmpty()) {
            from.in("g.app_id", set.apps());
        }
        if (!set.people().isEmpty()) {
            from.in("g.subject_id", set.people());
        }
        if (!set.grants().isEmpty()) {
            from.in("g.grant_id", set.grants());
        }
        if (set.isEmpty()) {
            from.add(" AND FALSE");
        }
        if (set.until() != null) {
            from.add(" AND g.granted_at <= ?", set.until());
        }
        if (otherwise.equals("by_use") && set.unusedSince() != null) {
            from.add(" AND g.seen_at < ?", set.unusedSince());
        } else {
            from.add(unused(set));
        }
        from.add(publisher(set.filter()));
        // The people of one app are searched among themselves.
        return search.isEmpty()
                ? from
                : from.add(" AND ").add(set.ofOneApp() ? personMatches(search) : matches(set.filter()));
    }

    /** The ids of the grants of whom and what the search finds; null when that is too much to begin at. */
    private @Nullable Conditions found(GrantSet set) {
        View view = set.filter().view();
        List<UUID> apps = view == View.PERSON ? List.of() : apps(set);
        List<UUID> people = view == View.APP ? List.of() : people(set);
        if (apps.size() > MOST_FOUND || people.size() > MOST_FOUND) {
            return null;
        }
        return new Conditions()
                .add("SELECT g.grant_id FROM grants g FORCE INDEX (of_app) WHERE" + LIVE, set.organizationId())
                .in("g.app_id", apps)
                .add(" UNION SELECT g.grant_id FROM grants g FORCE INDEX (one_live) WHERE" + LIVE, set.organizationId())
                .in("g.subject_id", people);
    }

    private List<UUID> apps(GrantSet set) {
        return sql.list(
                new Conditions()
                        .add(
                                "SELECT BIN_TO_UUID(a.app_id) FROM connected_apps a WHERE a.project_id = UUID_TO_BIN(?)",
                                set.projectId())
                        .add(" AND a.live = 1 AND ")
                        .add(appMatches(set.filter().search()))
                        .add(" LIMIT ?", MOST_FOUND + 1),
                row -> uuid(row, 1));
    }

    private List<UUID> people(GrantSet set) {
        return sql.list(
                new Conditions()
                        .add(
                                "SELECT BIN_TO_UUID(m.member_id) FROM members m WHERE m.organization_id = UUID_TO_BIN(?)",
                                set.organizationId())
                        .add(" AND m.live = 1 AND ")
                        .add(personMatches(set.filter().search()))
                        .add(" LIMIT ?", MOST_FOUND + 1),
                row -> uuid(row, 1));
    }

    private static Access access(ResultSet row) throws SQLException {
        return new Access(
                uuid(row, 1),
                uuid(row, 2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                uuid(row, 6),
                row.getString(7),
                row.getString(8),
                time(row, 9),
                time(row, 10),
                time(row, 11),
                row.getBoolean(12));
    }
}
