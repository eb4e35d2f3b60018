package dev.ungrant.connectedapps;

import dev.ungrant.database.Keyset;
import dev.ungrant.web.Json;
import dev.ungrant.web.PageCursor;
import dev.ungrant.web.Paged;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.connection.ConnectionOperations;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The apps that a policy is about, by name: those of the organization, or all that the project knows. Three statements a page. */
@Singleton
public final class PolicyApps {
    public static final int SIZE = 25;

    private static final Keyset ORDER = new Keyset("a.name", "?", "a.app_id", false);

    private static final String CONDITION = """
             FROM connected_apps a WHERE a.project_id = UUID_TO_BIN(?) AND a.live = 1 AND (? = '' OR a.name LIKE ?)
              AND (? OR BIN_TO_UUID(a.app_id) MEMBER OF (CAST(? AS JSON)) OR EXISTS (SELECT 1 FROM grants g
                WHERE g.tenant_id = UUID_TO_BIN(?) AND g.app_id = a.app_id AND g.live = 1))
            """;

    private static final String PEOPLE = """
            SELECT BIN_TO_UUID(a.app_id) AS app_id, a.name,
              (SELECT COUNT(*) FROM grants g WHERE g.tenant_id = UUID_TO_BIN(?) AND g.app_id = a.app_id AND g.live = 1) AS people
            """;

    private final JdbcOperations operations;
    private final ConnectionOperations<Connection> connections;
    private final ConnectedApps apps;
    private final Json json;

    PolicyApps(JdbcOperations operations, ConnectionOperations<Connection> connections, ConnectedApps apps, Json json) {
        this.operations = operations;
        this.connections = connections;
        this.apps = apps;
        this.json = json;
    }

    /**
     * @param called part of a name; empty: any
     * @param all whether apps that nobody here uses, and that the policy does not name, are wanted too
     */
    public record Wanted(String called, boolean all) {}

    /** @param people how many in the organization let it in */
    public record Row(ConnectedApp app, long people) {
        public AppFace face() {
            return AppFace.of(app);
        }
    }

    public Paged<Row> page(
            UUID projectId, UUID organizationId, AppPolicy policy, Wanted wanted, @Nullable PageCursor cursor) {
        List<Object> values = conditionValues(projectId, organizationId, policy, wanted);
        Paged<PolicyLoss.App> found = connections.executeRead(connection -> Paged.of(
                cursor,
                SIZE,
                count(values),
                (from, limit) -> read(organizationId, values, from, limit),
                row -> List.of(row.name(), row.appId().toString())));
        Map<UUID, ConnectedApp> present = apps
                .findPresent(
                        projectId,
                        found.rows().stream().map(PolicyLoss.App::appId).collect(Collectors.toSet()))
                .stream()
                .collect(Collectors.toMap(ConnectedApp::appId, Function.identity()));
        return new Paged<>(
                found.rows().stream()
                        .filter(row -> present.containsKey(row.appId()))
                        .map(row -> new Row(present.get(row.appId()), row.people()))
                        .toList(),
                found.first(),
                found.total(),
                found.previous(),
                found.next());
    }

    private List<Object> conditionValues(UUID projectId, UUID organizationId, AppPolicy policy, Wanted wanted) {
        List<String> named = new ArrayList<>(policy.firstPartyApps());
        named.addAll(policy.thirdPartyApps());
        named.addAll(policy.blockedApps());
        String like = "%" + wanted.called().replaceAll("([\\\\%_])", "\\\\$1") + "%";
        return List.of(
                projectId.toString(),
                wanted.called(),
                like,
                wanted.all(),
                json.write(named),
                organizationId.toString());
    }

    private long count(List<Object> values) {
        return operations.prepareStatement("SELECT COUNT(*)" + CONDITION, statement -> {
            bind(statement, values);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        });
    }

    private List<PolicyLoss.App> read(
            UUID organizationId, List<Object> condition, @Nullable PageCursor from, int limit) {
        List<Object> values = new ArrayList<>();
        values.add(organizationId.toString());
        values.addAll(condition);
        if (from != null) {
            values.addAll(
                    List.of(from.keys().get(0), from.keys().get(0), from.keys().get(1)));
        }
        values.add(limit);
        String sql = PEOPLE + CONDITION + ORDER.condition(from) + ORDER.order(from) + " LIMIT ?";
        return operations.prepareStatement(sql, statement -> {
            bind(statement, values);
            try (ResultSet rows = statement.executeQuery()) {
                return operations.entityStream(rows, PolicyLoss.App.class).toList();
            }
        });
    }

    private static void bind(PreparedStatement statement, List<Object> values) throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            statement.setObject(i + 1, values.get(i));
        }
    }
}
