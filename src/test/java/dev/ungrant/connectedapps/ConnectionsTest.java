package dev.ungrant.connectedapps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ungrant.OAuthTest;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.rbac.Subject;
import dev.ungrant.rbac.Via;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import jakarta.inject.Inject;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The verbs about single connections and about many grants at once; pages only lead to them. */
final class ConnectionsTest extends OAuthTest {
    private static final Via VIA = new Via(Via.Door.PORTAL, "request-id-test-connections", "127.0.0.1");

    @Inject
    Connections connections;

    @Inject
    Grants grants;

    @Inject
    LastUses lastUses;

    private Backend backend;
    private Map<String, Object> acme;
    private Map<String, Object> ben;
    private Subject subject;
    private SessionCaller caller;

    @BeforeEach
    void cast() {
        backend = b2b();
        acme = backend.organization("Acme");
        ben = backend.member(acme, "ben@acme.example");
        subject = subject(backend.project(), ben);
        caller = caller(ben);
    }

    private SessionCaller caller(Map<String, Object> member) {
        return sessions.caller(begin(backend.project(), member).session(), VIA);
    }

    private ConnectedApp found(Client client) {
        return apps.find(backend.project().projectId(), client.id());
    }

    private List<dev.ungrant.connectedapps.Connection> live(Client client) {
        return connections.of(
                caller,
                subject,
                grants.find(caller, subject, found(client)).stream().toList());
    }

    @Test
    void eachRedeemedCodeIsAConnectionThatKnowsWhereItIsAndWhenItWasUsed() {
        Client client = app(backend, "third_party");
        Connection offline = connect(backend, ben, client, "openid", "offline_access");
        connect(backend, ben, client, "openid");
        assertThat(live(client)).hasSize(2).allSatisfy(connection -> {
            assertThat(connection.redirectHost()).isEqualTo("app.example");
            assertThat(connection.ipAddress()).isEqualTo("127.0.0.1");
            assertThat(connection.userAgent()).startsWith("Java-http-client/");
            assertThat(connection.lastUsedAt()).isNull();
            assertThat(connection.beganAt()).isNotNull();
        });
        assertThat(live(client).stream().map(dev.ungrant.connectedapps.Connection::renewable))
                .containsExactlyInAnyOrder(true, false);

        refresh(offline).ok();
        lastUses.writeAll(null);
        assertThat(live(client)).hasSize(2);
        assertThat(live(client).getFirst().renewable())
                .as("the last used one is first")
                .isTrue();
        assertThat(live(client).getFirst().lastUsedAt()).isNotNull();
        assertThat(live(client).getLast().lastUsedAt()).isNull();
    }

    @Test
    void noConnectionOutlivesItsGrant() throws SQLException {
        Client client = app(backend, "third_party");
        connect(backend, ben, client, "openid", "offline_access");
        try (var database = database();
                PreparedStatement statement = database.prepareStatement(
                        "UPDATE grants SET expires_at = UTC_TIMESTAMP(6) + INTERVAL 6 DAY WHERE tenant_id = UUID_TO_BIN(?)")) {
            statement.setString(
                    1, uuid("organization", acme.get("organization_id")).toString());
            assertThat(statement.executeUpdate()).isOne();
        }
        assertThat(live(client)).singleElement().satisfies(connection -> {
            assertThat(connection.expiresAt()).isBefore(Instant.now().plus(Duration.ofDays(7)));
            assertThat(connection.renewable()).isFalse();
        });
    }

    @Test
    void endingAConnectionEndsItsTokensAndNothingElse() {
        Client client = app(backend, "third_party_public", Map.of("redirect_urls", List.of(REDIRECT)));
        Connection lost = connect(backend, ben, client, "openid", "offline_access");
        UUID authorizationId = live(client).getFirst().authorizationId();
        Connection kept = connect(backend, ben, client, "openid", "offline_access");

        connections.end(caller, subject, found(client), authorizationId);

        refusedAs(refresh(lost), 400, "invalid_grant");
        Answer refreshed = refresh(kept).ok();
        assertThat(refreshed.text("access_token")).isNotEmpty();
        assertThat(live(client))
                .hasSize(1)
                .noneMatch(connection -> connection.authorizationId().equals(authorizationId));
        assertThat(connections.find(caller, subject, found(client), authorizationId))
                .isEmpty();
        assertThat(grantRows(backend.project(), ben)).isEqualTo(1);
        assertThat(start(backend, ben, client, "openid").ok().body()).containsEntry("consent_required", false);

        connections.end(caller, subject, found(client), authorizationId);
        assertThat(auditEvents(subject.tenantId(), "connection.ended"))
                .as("once, however often it is asked for")
                .isEqualTo(1);
    }

    @Test
    void somebodyElsesConnectionIsNotFound() {
        Client client = app(backend, "third_party");
        Client other = app(backend, "third_party");
        Connection connection = connect(backend, ben, client, "openid", "offline_access");
        connect(backend, ben, other, "openid");
        UUID authorizationId = live(client).getFirst().authorizationId();
        Map<String, Object> cleo = backend.member(acme, "cleo@acme.example");
        connect(backend, cleo, client, "openid");
        Map<String, Object> gil = backend.member(backend.organization("Globex"), "gil@globex.example", "stytch_admin");

        for (Runnable wrong : List.<Runnable>of(
                () -> connections.end(caller(cleo), subject(backend.project(), cleo), found(client), authorizationId),
                () -> connections.end(caller(gil), subject(backend.project(), gil), found(client), authorizationId),
                () -> connections.end(caller, subject, found(other), authorizationId),
                () -> connections.end(caller, subject, found(client), UUID.randomUUID()))) {
            refused(ErrorType.CONNECTION_NOT_FOUND, wrong);
        }
        refused(
                ErrorType.SESSION_AUTHORIZATION_ERROR,
                () -> connections.end(caller(cleo), subject, found(client), authorizationId));
        refused(
                ErrorType.SESSION_AUTHORIZATION_ERROR,
                () -> connections.end(caller(gil), subject, found(client), authorizationId));
        assertThat(auditEvents(subject.tenantId(), "connection.ended")).isZero();
        refresh(connection).ok();
    }

    private static void refused(ErrorType type, Runnable act) {
        assertThatThrownBy(act::run)
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.type()).isEqualTo(type));
    }

    @Test
    void manyGrantsEndInOneTransactionEachWithItsReceiptAndEvent() {
        List<ConnectedApp> some = new ArrayList<>();
        Map<Client, Connection> held = new HashMap<>();
        for (int i = 0; i < 8; i++) {
            Client client = app(backend, "third_party");
            held.put(client, connect(backend, ben, client, "openid", "offline_access"));
            some.add(found(client));
        }
        Client untouched = app(backend, "third_party");
        Connection kept = connect(backend, ben, untouched, "openid", "offline_access");
        ConnectedApp never = found(app(backend, "third_party"));

        List<ConnectedApp> named = new ArrayList<>(some);
        named.add(never);
        Map<ConnectedApp, Receipt> receipts = grants.revokeAll(caller, subject, named);

        assertThat(receipts).hasSize(9);
        assertThat(receipts.get(never)).isEqualTo(Receipt.NEVER_CONNECTED);
        assertThat(some).allSatisfy(app -> {
            assertThat(receipts.get(app).tokens()).isEqualTo(2);
            assertThat(receipts.get(app))
                    .isEqualTo(grants.lastReceipt(caller, subject, app).orElseThrow());
        });
        held.forEach((client, connection) -> {
            assertThat(isActive(client, connection.accessToken())).isFalse();
            refusedAs(refresh(connection), 400, "invalid_grant");
        });
        refresh(kept).ok();
        assertThat(auditEvents(subject.tenantId(), "grant.revoked")).isEqualTo(8);

        assertThat(grants.revokeAll(caller, subject, some)).isEqualTo(grants.lastReceipts(caller, subject, some));
        assertThat(auditEvents(subject.tenantId(), "grant.revoked"))
                .as("repeat is success")
                .isEqualTo(8);
    }

    /** O07: refused as a whole, nothing silent. */
    @Test
    void oneForeignAppAmongTenEndsNothing() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            Client client = app(backend, "third_party");
            connect(backend, ben, client, "openid");
            ids.add(client.id());
        }
        ids.add(4, app(b2b(), "third_party").id());
        refused(
                ErrorType.CONNECTED_APP_NOT_FOUND,
                () -> grants.revokeAll(
                        caller, subject, apps.findAll(backend.project().projectId(), ids)));
        assertThat(grantRows(backend.project(), ben)).isEqualTo(9);
        refused(
                ErrorType.BAD_REQUEST,
                () -> grants.revokeAll(
                        new ProjectCaller(backend.project().projectId(), VIA),
                        subject,
                        java.util.Collections.nCopies(Grants.MOST_AT_ONCE + 1, found(app(backend, "third_party")))));
        SessionCaller nobody = new SessionCaller(
                UUID.randomUUID(),
                subject(backend.project(), backend.member(acme, "x@acme.example")),
                Set.of(),
                List.of(),
                VIA);
        refused(
                ErrorType.SESSION_AUTHORIZATION_ERROR,
                () -> grants.revokeAll(nobody, subject, List.of(found(app(backend, "third_party")))));
        assertThat(grantRows(backend.project(), ben)).isEqualTo(9);
    }
}
