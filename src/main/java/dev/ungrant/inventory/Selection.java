package dev.ungrant.inventory;

import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.ConnectedApps;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Form;
import dev.ungrant.web.Problem;
import dev.ungrant.web.WireId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Reads what a person has ticked. All of it must be there and belong to the caller's organization: one foreign id, and nothing is
 * done.
 */
@Singleton
final class Selection {
    /** A page has 25 lines; nobody ticks more by hand. */
    private static final int MOST = 500;

    private final ConnectedApps apps;
    private final InventorySql sql;

    Selection(ConnectedApps apps, InventorySql sql) {
        this.apps = apps;
        this.sql = sql;
    }

    /** @throws Problem 404 for an id that is not the organization's, 400 for too many */
    GrantSet of(SessionCaller caller, Form form, Instant now) {
        Map<String, String> first = new HashMap<>();
        form.fields().forEach((name, values) -> first.put(name, values.getFirst()));
        InventoryFilter filter = InventoryFilter.of(first);
        boolean all = form.has("all");
        List<String> items = all ? List.of() : List.copyOf(new HashSet<>(form.all("item")));
        if (items.size() > MOST) {
            throw new Problem(ErrorType.BAD_REQUEST, "At most " + MOST + " lines can be ticked at once.");
        }
        UUID organizationId = caller.subject().tenantId();
        String of = form.text("of");
        List<UUID> ofApps = of.isEmpty()
                ? filter.view() == InventoryFilter.View.APP ? apps(caller, items) : List.of()
                : apps(caller, List.of(of));
        boolean byPerson = !of.isEmpty() || filter.view() == InventoryFilter.View.PERSON;
        boolean flat = of.isEmpty() && filter.view() == InventoryFilter.View.FLAT;
        return new GrantSet(
                caller.projectId(),
                organizationId,
                filter,
                all,
                !of.isEmpty(),
                ofApps,
                byPerson
                        ? present(items, "member", "members WHERE organization_id", "member_id", organizationId)
                        : List.of(),
                flat
                        ? present(items, GrantSet.GRANT_KIND, "grants WHERE tenant_id", "grant_id", organizationId)
                        : List.of(),
                null,
                now);
    }

    private List<UUID> apps(SessionCaller caller, List<String> wireIds) {
        return apps.findAll(caller.projectId(), wireIds).stream()
                .map(ConnectedApp::appId)
                .toList();
    }

    /** @param from table and tenant column, a constant */
    private List<UUID> present(List<String> wireIds, String kind, String from, String column, UUID organizationId) {
        List<UUID> ids = WireId.all(kind, wireIds);
        if (!ids.isEmpty()) {
            long there = sql.together(() -> sql.number(new Conditions()
                    .add("SELECT COUNT(*) FROM " + from + " = UUID_TO_BIN(?)", organizationId)
                    .in(column, ids)));
            if (there != ids.size()) {
                throw new Problem(ErrorType.MEMBER_NOT_FOUND);
            }
        }
        if (ids.size() != wireIds.size()) {
            throw new Problem(ErrorType.MEMBER_NOT_FOUND);
        }
        return ids;
    }
}
