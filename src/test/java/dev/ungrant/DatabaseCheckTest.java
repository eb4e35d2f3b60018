package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DatabaseCheckTest {
    private final List<String> progress = new ArrayList<>();
    private final Map<String, Object> properties = new HashMap<>();

    DatabaseCheckTest() {
        for (String name : List.of("ungrant.db.url", "ungrant.db.user", "ungrant.db.password")) {
            properties.put(name, System.getProperty(name));
        }
    }

    @Test
    void databaseThatAnswersIsTaken() {
        check();
        assertThat(progress).isEmpty();
    }

    @Test
    void wrongPasswordIsNamedAtOnce() {
        properties.put("ungrant.db.password", "wrong");
        assertThatThrownBy(this::check)
                .isInstanceOf(Settings.Wrong.class)
                .hasMessageStartingWith("DB_USER and DB_PASSWORD are not accepted");
        assertThat(progress).isEmpty();
    }

    @Test
    void databaseOfAnotherNameIsNamed() {
        properties.compute("ungrant.db.url", (name, url) -> ((String) url).replace("/ungrant", "/other"));
        assertThatThrownBy(this::check)
                .isInstanceOf(Settings.Wrong.class)
                .message()
                .matches("DB_(URL|USER) .*/other.*");
    }

    @Test
    void serverThatDoesNotAnswerIsWaitedForAndThenNamed() {
        properties.put("ungrant.db.url", "jdbc:mysql://127.0.0.1:9/ungrant");
        assertThatThrownBy(this::check)
                .isInstanceOf(Settings.Wrong.class)
                .hasMessageStartingWith(
                        "DB_URL names a database that does not answer: jdbc:mysql://127.0.0.1:9/ungrant");
        assertThat(progress).containsExactly("Waiting for the database at jdbc:mysql://127.0.0.1:9/ungrant");
    }

    private void check() {
        DatabaseCheck.await(properties, progress::add, Duration.ofMillis(500));
    }
}
