package dev.ungrant.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.data.connection.jdbc.advice.DelegatingDataSource;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What {@link ConnectionSettings} has to be good for. */
@MicronautTest(transactional = false)
class ConnectionSettingsTest {
    @Inject
    DataSource dataSource;

    /**
     * The server says INT or BIGINT for one and the same expression, depending on whether the plan of the day needs a
     * temporary table. A driver that believes what it was told the first time cannot read the second answer.
     */
    @Test
    void columnMayHaveAnotherTypeNextTime() throws SQLException {
        try (Connection connection =
                        DelegatingDataSource.unwrapDataSource(dataSource).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMPORARY TABLE changing (n BIGINT)");
            statement.execute("INSERT INTO changing VALUES (1)");
            assertThat(read(connection)).isEqualTo(1);
            statement.execute("ALTER TABLE changing MODIFY n INT");
            assertThat(read(connection)).isEqualTo(1);
            statement.execute("DROP TEMPORARY TABLE changing");
        }
    }

    private static long read(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT n FROM changing");
                ResultSet rows = query.executeQuery()) {
            rows.next();
            return ((Number) rows.getObject(1)).longValue();
        }
    }
}
