package dev.ungrant.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.OAuthTest;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What time ends. It is the database's, so these tests move what is stored and no clock. Case C25, rule 7: RFC 6749 §4.1.2 lets a
 * code live ten minutes at most; RFC 9700 §4.14.2: "Refresh tokens SHOULD expire if the client has been inactive for some time".
 */
final class ExpiryTest extends OAuthTest {
    private Backend backend;
    private Map<String, Object> ben;
    private Client client;

    @BeforeEach
    void cast() {
        backend = b2b();
        ben = backend.member(backend.organization("Acme"), "ben@acme.example");
        client = app(backend, "third_party");
    }

    @Test
    void c25CodeLivesAMinute() throws SQLException {
        Pending pending = consent(backend, ben, client, "openid");
        assertThat(seconds("SELECT TIMESTAMPDIFF(SECOND, created_at, expires_at) FROM authorization_codes WHERE "))
                .isEqualTo(60);
        move("UPDATE authorization_codes SET expires_at = UTC_TIMESTAMP(6) WHERE ");
        refusedAs(tryRedeem(pending), 400, "invalid_grant");
    }

    @Test
    void b07UnusedRefreshTokenEndsAndUseProlongsItToItsEndAtMost() throws SQLException {
        Connection connection = connect(backend, ben, client, "openid", "offline_access");
        String left = "SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), expires_at) FROM refresh_tokens WHERE ";
        move("UPDATE refresh_tokens SET expires_at = UTC_TIMESTAMP(6) + INTERVAL 60 SECOND WHERE ");
        refresh(connection).ok();
        assertThat(seconds(left)).isGreaterThan(60);
        move("UPDATE refresh_tokens SET ends_at = UTC_TIMESTAMP(6) + INTERVAL 30 SECOND WHERE ");
        refresh(connection).ok();
        assertThat(seconds(left)).isLessThanOrEqualTo(30);
        move("UPDATE refresh_tokens SET expires_at = UTC_TIMESTAMP(6) WHERE ");
        refusedAs(refresh(connection), 400, "invalid_grant");
        assertThat(isActive(client, connection.refreshToken())).isFalse();
    }

    @Test
    void accessTokenEndsWhenItSays() throws SQLException {
        Connection connection = connect(backend, ben, client, "openid");
        move("UPDATE access_tokens SET expires_at = UTC_TIMESTAMP(6) WHERE ");
        assertThat(isActive(client, connection.accessToken())).isFalse();
    }

    /** R11: whichever of the two comes first, the other changes nothing, and nothing comes back with a policy. */
    @Test
    void r11PolicyAndRevokeInEitherOrder() {
        String path = "/v1/b2b/organizations/" + ben.get("organization_id");
        Map<String, Object> none = Map.of("third_party_connected_apps_allowed_type", "NOT_ALLOWED");
        Map<String, Object> all = Map.of("third_party_connected_apps_allowed_type", "ALL_ALLOWED");
        Connection first = connect(backend, ben, client, "openid", "offline_access");
        backend.put(path, none).ok();
        backend.post(revokeOf(ben, client), null).ok();
        backend.put(path, all).ok();
        dead(first);
        Connection second = connect(backend, ben, client, "openid", "offline_access");
        backend.post(revokeOf(ben, client), null).ok();
        backend.put(path, none).ok();
        backend.put(path, all).ok();
        dead(second);
        dead(first);
    }

    private void dead(Connection connection) {
        assertThat(isActive(client, connection.accessToken())).isFalse();
        refusedAs(refresh(connection), 400, "invalid_grant");
    }

    private void move(String update) throws SQLException {
        try (var connection = database();
                PreparedStatement statement = connection.prepareStatement(update + "tenant_id = UUID_TO_BIN(?)")) {
            statement.setString(
                    1, uuid("organization", ben.get("organization_id")).toString());
            assertThat(statement.executeUpdate()).isPositive();
        }
    }

    private long seconds(String select) throws SQLException {
        try (var connection = database();
                PreparedStatement statement = connection.prepareStatement(select + "tenant_id = UUID_TO_BIN(?)")) {
            statement.setString(
                    1, uuid("organization", ben.get("organization_id")).toString());
            ResultSet rows = statement.executeQuery();
            rows.next();
            return rows.getLong(1);
        }
    }
}
