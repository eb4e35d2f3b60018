package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The rules that head the schema, asked of the database itself, so that it can become several databases one day. */
final class SchemaTest extends ApiTest {
    /** Columns that say whose a row is. */
    private static final Set<String> TENANT = Set.of("tenant_id", "project_id", "organization_id");

    /** Tables that belong to the installation and to no tenant. */
    private static final Set<String> INSTALLATION =
            Set.of("signing_keys", "buckets", "sign_in_codes", "flyway_schema_history");

    /** Keys that look across tenants on purpose, each for the reason that its comment in the schema gives. */
    private static final Set<String> ACROSS_TENANTS = Set.of(
            "projects.public_token",
            "project_secrets.by_hash",
            "connected_app_secrets.by_hash",
            "project_origins.asked_beforehand",
            "connected_apps.client_id",
            "connected_apps.unswept",
            "app_registrations.unused_anywhere",
            "logos.picture",
            "logos.due",
            "organizations.unswept",
            "outbox.due",
            "jobs.due",
            "jobs.expired",
            "audit_events.unsealed",
            "grant_usage.expired",
            "sessions.expired",
            "page_sign_ins.expired",
            "embed_tokens.expired",
            "embed_confirmations.expired",
            "provider_sign_ins.expired",
            "connections.expired",
            "authorization_requests.expired",
            "authorization_codes.expired",
            "access_tokens.expired",
            "refresh_tokens.expired",
            "app_tokens.expired",
            "single_use_ids.expired");

    @Test
    void everyTableHasAPrimaryKey() throws SQLException {
        assertThat(column("""
                        SELECT t.table_name FROM information_schema.tables t
                        WHERE t.table_schema = DATABASE() AND t.table_type = 'BASE TABLE' AND NOT EXISTS (
                          SELECT 1 FROM information_schema.table_constraints c WHERE c.table_schema = t.table_schema
                            AND c.table_name = t.table_name AND c.constraint_type = 'PRIMARY KEY')
                        """)).isEmpty();
    }

    @Test
    void everyKeyOfATenantStartsWithTheTenant() throws SQLException {
        List<String> wrong = new ArrayList<>();
        for (Map.Entry<String, String> key : firstColumns().entrySet()) {
            String table = key.getKey().substring(0, key.getKey().indexOf('.'));
            if (!INSTALLATION.contains(table)
                    && !ACROSS_TENANTS.contains(key.getKey())
                    && !TENANT.contains(key.getValue())) {
                wrong.add(key.getKey() + " starts with " + key.getValue());
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void theListOfExceptionsHasNoDeadEntries() throws SQLException {
        assertThat(firstColumns().keySet()).containsAll(ACROSS_TENANTS);
    }

    @Test
    void nothingCascadesAndNothingCountsUp() throws SQLException {
        assertThat(column("""
                        SELECT constraint_name FROM information_schema.referential_constraints
                        WHERE constraint_schema = DATABASE() AND delete_rule = 'CASCADE'
                        """)).isEmpty();
        assertThat(column("""
                        SELECT CONCAT(table_name, '.', column_name) FROM information_schema.columns
                        WHERE table_schema = DATABASE() AND extra LIKE '%auto_increment%'
                        """)).isEmpty();
    }

    @Test
    void everyTimeIsADatetimeOfMicroseconds() throws SQLException {
        assertThat(column("""
                        SELECT CONCAT(c.table_name, '.', c.column_name) FROM information_schema.columns c
                        JOIN information_schema.tables t USING (table_schema, table_name)
                        WHERE c.table_schema = DATABASE() AND t.table_type = 'BASE TABLE'
                          AND c.table_name <> 'flyway_schema_history'
                          AND (c.data_type = 'timestamp' OR c.data_type = 'datetime' AND c.datetime_precision <> 6)
                        """)).isEmpty();
    }

    @Test
    void aSecondLiveGrantOfTheSameAppIsImpossible() throws SQLException {
        assertThat(column("""
                        SELECT GROUP_CONCAT(column_name ORDER BY seq_in_index) FROM information_schema.statistics
                        WHERE table_schema = DATABASE() AND table_name = 'grants' AND index_name = 'one_live'
                          AND non_unique = 0
                        """)).containsExactly("tenant_id,subject_id,app_id,live");
    }

    private static Map<String, String> firstColumns() throws SQLException {
        Map<String, String> first = new java.util.TreeMap<>();
        for (String row : column("""
                SELECT CONCAT(table_name, '.', index_name, '=', column_name) FROM information_schema.statistics
                WHERE table_schema = DATABASE() AND seq_in_index = 1
                """)) {
            first.put(row.substring(0, row.indexOf('=')), row.substring(row.indexOf('=') + 1));
        }
        return first;
    }

    private static Set<String> column(String query) throws SQLException {
        Set<String> values = new TreeSet<>();
        try (Connection connection = database();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }
}
