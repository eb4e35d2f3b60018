package dev.ungrant.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.OAuthTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PurgeTest extends OAuthTest {
    @Inject
    Purge purge;

    @Test
    void removesWhatExpiredLongAgoAndNothingElse() throws SQLException {
        Backend backend = b2b();
        Map<String, Object> ben = backend.member(backend.organization("Acme"), "ben@acme.example");
        Client client = app(backend, "third_party");
        Connection old = connect(backend, ben, client, "offline_access");
        Connection live = connect(backend, ben, client, "offline_access");
        String tenant = uuid("organization", ben.get("organization_id")).toString();
        try (java.sql.Connection connection = database();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "UPDATE access_tokens SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 8 DAY WHERE tenant_id = UUID_TO_BIN('"
                            + tenant + "') ORDER BY issued_at, token_hash LIMIT 1");
        }
        int before = count(tenant);
        assertThat(purge.run()).isPositive();
        assertThat(count(tenant)).isEqualTo(before - 1);
        boolean oldOne = isActive(client, old.accessToken());
        assertThat(isActive(client, live.accessToken())).isNotEqualTo(oldOne);
        refresh(live).ok();
        refresh(old).ok();
    }

    private static int count(String tenant) throws SQLException {
        try (java.sql.Connection connection = database();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery(
                        "SELECT COUNT(*) FROM access_tokens WHERE tenant_id = UUID_TO_BIN('" + tenant + "')")) {
            row.next();
            return row.getInt(1);
        }
    }
}
