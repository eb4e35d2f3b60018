package dev.ungrant;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;

/**
 * Knocks at the database before the node starts. A server that is still coming up is waited for; one that will never do is
 * named together with the setting that is to blame.
 */
final class DatabaseCheck {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int ACCESS_DENIED = 1045;
    private static final int NO_ACCESS_TO_DATABASE = 1044;
    private static final int UNKNOWN_DATABASE = 1049;
    private static final int OLDEST_PATCH = 33;

    private DatabaseCheck() {}

    /** @throws Settings.Wrong when the database cannot be used, now or within a minute */
    static void await(Map<String, Object> properties, Consumer<String> progress) {
        await(properties, progress, LIMIT);
    }

    static void await(Map<String, Object> properties, Consumer<String> progress, Duration patience) {
        String url = (String) properties.get("ungrant.db.url");
        Properties signIn = new Properties();
        signIn.put("user", properties.get("ungrant.db.user"));
        signIn.put("password", properties.get("ungrant.db.password"));
        signIn.put("connectTimeout", "5000");
        signIn.put("socketTimeout", "10000");
        long limit = System.nanoTime() + patience.toNanos();
        for (boolean said = false; ; said = true) {
            try (Connection connection = DriverManager.getConnection(url, signIn)) {
                requireMySql(connection.getMetaData());
                return;
            } catch (SQLException e) {
                blame(e, url);
                if (System.nanoTime() > limit) {
                    throw new Settings.Wrong("DB_URL names a database that does not answer: " + url + " ("
                            + e.getMessage().lines().findFirst().orElse("no reason given") + ").");
                }
            }
            if (!said) {
                progress.accept("Waiting for the database at " + url);
            }
            pause();
        }
    }

    private static void blame(SQLException e, String url) {
        switch (e.getErrorCode()) {
            case ACCESS_DENIED ->
                throw new Settings.Wrong("DB_USER and DB_PASSWORD are not accepted by the database at " + url + ".");
            case NO_ACCESS_TO_DATABASE ->
                throw new Settings.Wrong("DB_USER may not use the database that DB_URL names: " + url + ".");
            case UNKNOWN_DATABASE ->
                throw new Settings.Wrong("DB_URL names a database that does not exist on its server: " + url + ".");
            default -> {
                if (e.getMessage().contains("Public Key Retrieval")) {
                    throw new Settings.Wrong(
                            "DB_URL leads to a server without TLS, which would show DB_PASSWORD to the network; give the"
                                    + " server a certificate, or add allowPublicKeyRetrieval=true to DB_URL where nobody can listen.");
                }
                if (!(e.getSQLState() != null && e.getSQLState().startsWith("08"))) {
                    throw new Settings.Wrong("DB_URL cannot be used: " + e.getMessage() + ".");
                }
            }
        }
    }

    private static void requireMySql(DatabaseMetaData server) throws SQLException {
        String version = server.getDatabaseProductVersion();
        int major = server.getDatabaseMajorVersion();
        int minor = server.getDatabaseMinorVersion();
        String[] parts = version.split("[.-]");
        int patch = parts.length > 2 && parts[2].matches("[0-9]{1,6}") ? Integer.parseInt(parts[2]) : 0;
        boolean newEnough = major > 8 || major == 8 && (minor > 0 || patch >= OLDEST_PATCH);
        if (version.contains("MariaDB") || !newEnough) {
            throw new Settings.Wrong(
                    "DB_URL must name a MySQL 8.0.33 or later; the server says it is " + version + ".");
        }
    }

    private static void pause() {
        try {
            Thread.sleep(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
