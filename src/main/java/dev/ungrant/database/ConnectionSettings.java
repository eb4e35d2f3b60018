package dev.ungrant.database;

import io.micronaut.configuration.jdbc.hikari.DatasourceConfiguration;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import jakarta.inject.Singleton;
import java.util.Map;

/**
 * How the driver is to behave, whatever DB_URL says. They stand here and not in {@code application.yml}, since the names of
 * properties are rewritten on their way from there and the driver would not know them.
 */
@Singleton
final class ConnectionSettings implements BeanCreatedEventListener<DatasourceConfiguration> {
    private static final Map<String, String> DRIVER = Map.ofEntries(
            // One round trip for a read, where the driver's defaults need four.
            Map.entry("readOnlyPropagatesToServer", "false"),
            Map.entry("useLocalSessionState", "true"),
            Map.entry("cacheServerConfiguration", "true"),
            // Statements are parsed once for each connection.
            Map.entry("useServerPrepStmts", "true"),
            Map.entry("cachePrepStmts", "true"),
            Map.entry("prepStmtCacheSize", "250"),
            Map.entry("prepStmtCacheSqlLimit", "8192"),
            // Not so the types of their columns: the server changes some of them with the plan.
            Map.entry("cacheResultSetMetadata", "false"),
            // A batch is one statement.
            Map.entry("rewriteBatchedStatements", "true"),
            // Times are UTC on the wire and in the session.
            Map.entry("connectionTimeZone", "UTC"),
            Map.entry("forceConnectionTimeZoneToSession", "true"),
            // A database that does not answer is an error, not a wait.
            Map.entry("connectTimeout", "5000"),
            Map.entry("socketTimeout", "30000"),
            Map.entry("tcpKeepAlive", "true"));

    @Override
    public DatasourceConfiguration onCreated(BeanCreatedEvent<DatasourceConfiguration> event) {
        DatasourceConfiguration configuration = event.getBean();
        DRIVER.forEach(configuration::addDataSourceProperty);
        return configuration;
    }
}
