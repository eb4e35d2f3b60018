package dev.ungrant.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedMySqlTest {
    @Test
    void testsFindARealMySql() throws SQLException {
        assertThat(ask(
                        System.getProperty("ungrant.db.url"),
                        System.getProperty("ungrant.db.user"),
                        System.getProperty("ungrant.db.password"),
                        "SELECT VERSION()"))
                .startsWith("8.");
    }

    @Test
    void keptDataIsThereAfterTheNextStart(@TempDir Path folder) throws SQLException {
        try (EmbeddedMySql first = EmbeddedMySql.durable(folder, _ -> {})) {
            tell(first, "CREATE TABLE kept (word VARCHAR(20) PRIMARY KEY)");
            tell(first, "INSERT INTO kept VALUES ('still here')");
        }
        try (EmbeddedMySql second = EmbeddedMySql.durable(folder, _ -> {})) {
            assertThat(ask(second.url(), second.user(), second.password(), "SELECT word FROM kept"))
                    .isEqualTo("still here");
        }
    }

    @Test
    void folderInUseIsRefusedInOneSentence(@TempDir Path folder) {
        try (EmbeddedMySql first = EmbeddedMySql.durable(folder, _ -> {})) {
            assertThatThrownBy(() -> EmbeddedMySql.durable(folder, _ -> {}))
                    .isInstanceOf(EmbeddedMySqlException.class)
                    .hasMessage("The database folder " + folder + " is in use by process "
                            + ProcessHandle.current().pid() + "; stop that one or choose another folder.");
            assertThat(first.isRunning()).isTrue();
        }
    }

    @Test
    void preparationThatWasInterruptedIsRepeated(@TempDir Path folder) throws Exception {
        Files.createDirectories(folder.resolve("data.part"));
        Files.writeString(folder.resolve("data.part/ibdata1"), "half");

        try (EmbeddedMySql mySql = EmbeddedMySql.durable(folder, _ -> {})) {
            assertThat(ask(mySql.url(), mySql.user(), mySql.password(), "SELECT 'works'"))
                    .isEqualTo("works");
        }
    }

    private static void tell(EmbeddedMySql mySql, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(mySql.url(), mySql.user(), mySql.password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String ask(String url, String user, String password, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, user, password);
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(sql)) {
            answer.next();
            return answer.getString(1);
        }
    }
}
