package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private final Map<String, String> environment = new HashMap<>(Map.of(
            "DB_URL", "jdbc:mysql://db:3306/ungrant",
            "DB_USER", "ungrant",
            "DB_PASSWORD", "a password",
            "BASE_URL", "https://apps.example.com",
            "UNGRANT_KEY", KEY));

    @Test
    void smallestSettingsAreEnough() {
        assertThat(Settings.read(environment))
                .containsOnly(
                        Map.entry("ungrant.db.url", "jdbc:mysql://db:3306/ungrant"),
                        Map.entry("ungrant.db.user", "ungrant"),
                        Map.entry("ungrant.db.password", "a password"),
                        Map.entry("ungrant.base-url", "https://apps.example.com"),
                        Map.entry("ungrant.key", KEY),
                        Map.entry("ungrant.environment", "live"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"DB_URL", "DB_USER", "DB_PASSWORD", "BASE_URL", "UNGRANT_KEY"})
    void missingSettingIsNamed(String name) {
        environment.remove(name);
        assertThatThrownBy(() -> Settings.read(environment))
                .isInstanceOf(Settings.Wrong.class)
                .hasMessageStartingWith(name + " is missing")
                .hasMessageEndingWith(".");

        environment.put(name, " ");
        assertThatThrownBy(() -> Settings.read(environment)).hasMessageStartingWith(name + " is missing");
    }

    @ParameterizedTest
    @CsvSource({
        "DB_URL, jdbc:mariadb://db/ungrant",
        "DB_URL, jdbc:mysql://db:3306/",
        "DB_URL, jdbc:mysql://db/ungrant?user=a&password=b",
        "DB_URL, jdbc:mysql://a:b@db/ungrant",
        "DB_POOL_SIZE, 1",
        "BASE_URL, http://apps.example.com",
        "BASE_URL, https://apps.example.com/portal",
        "BASE_URL, apps.example.com",
        "HOST, every where",
        "PORT, 0",
        "PORT, 70000",
        "PORT, eighty",
        "UNGRANT_KEY, not base64!",
        "UNGRANT_KEY, c2hvcnQ=",
        "DEFAULT_PROJECT, project-test-1",
        "TRUSTED_PROXIES, '10.0.0.1, proxy.example.com'",
        "FETCH_PRIVATE_HOSTS, 'apps.corp.example, https://ci.corp.example'",
        "LIMIT_API_PER_SECOND, none",
        "LIMIT_OF_SOMETHING, 5",
        "LOG_LEVEL, loud",
        "KEY_ROTATION_DAYS, -1",
        "KEY_LEAD_MINUTES, 19",
    })
    void wrongSettingIsNamed(String name, String value) {
        environment.put(name, value);
        assertThatThrownBy(() -> Settings.read(environment))
                .isInstanceOf(Settings.Wrong.class)
                .hasMessageStartingWith(name + " ")
                .hasMessageEndingWith(".");
    }

    @Test
    void wrongSecretIsNotRepeated() {
        environment.put("UNGRANT_KEY", "c2hvcnQ=");
        assertThatThrownBy(() -> Settings.read(environment)).message().doesNotContain("c2hvcnQ=");
    }

    @Test
    void everySecretMayStandInAFile(@TempDir Path folder) throws IOException {
        Path password = Files.writeString(folder.resolve("password"), "from a file\n");
        Path key = Files.writeString(folder.resolve("key"), KEY + "\n");
        environment.keySet().removeAll(List.of("DB_PASSWORD", "UNGRANT_KEY"));
        environment.put("DB_PASSWORD_FILE", password.toString());
        environment.put("UNGRANT_KEY_FILE", key.toString());
        environment.putAll(Map.of(
                "SMTP_HOST", "mail",
                "SMTP_USER", "ungrant",
                "SMTP_PASSWORD_FILE", password.toString(),
                "MAIL_FROM", "Ungrant <apps@example.com>"));

        assertThat(Settings.read(environment))
                .containsEntry("ungrant.db.password", "from a file")
                .containsEntry("ungrant.key", KEY)
                .containsEntry("ungrant.mail.password", "from a file")
                .containsEntry("ungrant.mail.from", "apps@example.com")
                .containsEntry("ungrant.mail.from-name", "Ungrant");
    }

    @Test
    void secretFileThatCannotBeReadIsNamed(@TempDir Path folder) throws IOException {
        environment.put("DB_PASSWORD_FILE", folder.resolve("password").toString());
        assertThatThrownBy(() -> Settings.read(environment))
                .hasMessage("DB_PASSWORD and DB_PASSWORD_FILE are both set; one of them must go.");

        environment.remove("DB_PASSWORD");
        assertThatThrownBy(() -> Settings.read(environment)).hasMessageStartingWith("DB_PASSWORD_FILE cannot be read");

        Files.createFile(folder.resolve("password"));
        assertThatThrownBy(() -> Settings.read(environment))
                .hasMessageStartingWith("DB_PASSWORD_FILE names an empty file");
    }

    @Test
    void mailIsAllOrNothing() {
        environment.put("MAIL_FROM", "apps@example.com");
        assertThatThrownBy(() -> Settings.read(environment)).hasMessageStartingWith("SMTP_HOST is missing");

        environment.put("SMTP_HOST", "mail");
        assertThat(Settings.read(environment))
                .containsEntry("ungrant.mail.host", "mail")
                .containsEntry("ungrant.mail.from", "apps@example.com")
                .containsEntry("ungrant.mail.starttls", "true");

        environment.put("SMTP_USER", "ungrant");
        assertThatThrownBy(() -> Settings.read(environment)).hasMessageStartingWith("SMTP_PASSWORD is missing");

        environment.remove("MAIL_FROM");
        assertThatThrownBy(() -> Settings.read(environment)).hasMessageStartingWith("MAIL_FROM is missing");
    }

    @Test
    void everyOtherSettingBecomesAProperty() {
        environment.putAll(Map.of(
                "HOST", "0.0.0.0",
                "PORT", "9090",
                "DB_POOL_SIZE", "30",
                "BASE_URL", "https://Apps.Example.com:8443/",
                "TRUSTED_PROXIES", "10.0.0.1, fd00::1",
                "FETCH_PRIVATE_HOSTS", "apps.corp.example, ci.corp.example",
                "LIMIT_API_PER_SECOND", "250",
                "DEFAULT_PROJECT", "project-test-11111111-2222-4333-8444-555555555555"));

        assertThat(Settings.read(environment))
                .containsEntry("ungrant.host", "0.0.0.0")
                .containsEntry("ungrant.port", 9090)
                .containsEntry("ungrant.db.pool-size", 30)
                .containsEntry("ungrant.base-url", "https://apps.example.com:8443")
                .containsEntry("ungrant.trusted-proxies", List.of("10.0.0.1", "fd00::1"))
                .containsEntry("ungrant.fetching.private-hosts", List.of("apps.corp.example", "ci.corp.example"))
                .containsEntry("ungrant.limit.api-per-second", 250)
                .containsEntry("ungrant.default-project", "project-test-11111111-2222-4333-8444-555555555555");
    }
}
