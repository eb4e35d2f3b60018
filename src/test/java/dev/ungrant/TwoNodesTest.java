package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes on one database: what is done on A holds on B at once, and nothing that ended comes back with a restart. */
final class TwoNodesTest extends OAuthTest {
    private static final int ROUNDS = 20;

    private static EmbeddedServer other;

    private EmbeddedServer called;
    private Backend backend;
    private Map<String, Object> acme;
    private Map<String, Object> ben;

    @BeforeAll
    static void startTheOther() {
        other = start(Map.of());
    }

    @AfterAll
    static void stopTheOther() {
        other.getApplicationContext().close();
    }

    @BeforeEach
    void cast() {
        onA();
        backend = b2b();
        acme = backend.organization("Acme");
        ben = backend.member(acme, "ben@acme.example");
    }

    @AfterEach
    void backToA() {
        onA();
    }

    @Override
    protected URI uri(String path) {
        return called.getURI().resolve(path);
    }

    /** R24, R27, R32 */
    @Test
    void revokeOnOneNodeIsKnownOnTheOtherAtOnce() {
        Client client = app(backend, "third_party");
        Client agent = app(backend, "third_party_public", Map.of("access_token_format", "jwt"));
        for (int round = 0; round < ROUNDS; round++) {
            onA();
            Client revoked = round % 2 == 0 ? client : agent;
            Connection connection = connect(backend, ben, revoked, "offline_access");
            Pending pending = consent(backend, ben, revoked, "offline_access");
            onB();
            assertThat(isActive(client, connection.accessToken())).isEqualTo(revoked == client);
            Answer known = introspect(revoked, connection.accessToken());
            assertThat(known.body()).containsEntry("active", true);
            assertThat(known.response().headers().firstValue("Cache-Control"))
                    .hasValueSatisfying(value -> assertThat(value).contains("no-store"));
            onA();
            Answer receipt = backend.post(revokeOf(ben, revoked), "{}").ok();
            onB();
            assertThat(isActive(revoked, connection.accessToken())).isFalse();
            assertThat(introspect(revoked, connection.accessToken()).body())
                    .doesNotContainKeys("sub", "scope", "client_id", "exp");
            refusedAs(refresh(connection), 400, "invalid_grant");
            refusedAs(tryRedeem(pending), 400, "invalid_grant");
            // The same answer there, and no second event.
            assertThat(backend.post(revokeOf(ben, revoked), "{}").ok().text("revoked_at"))
                    .isEqualTo(receipt.text("revoked_at"));
        }
        assertThat(auditEvents(uuid("organization", acme.get("organization_id")), "grant.revoked"))
                .isEqualTo(ROUNDS);
    }

    @Test
    void everyOtherEndIsKnownOnTheOtherNodeAtOnceToo() {
        Client client = app(backend, "third_party");
        String organization = "/v1/b2b/organizations/" + acme.get("organization_id");

        Connection byPolicy = connect(backend, ben, client, "offline_access");
        backend.put(organization, Map.of("third_party_connected_apps_allowed_type", "NOT_ALLOWED"))
                .ok();
        onB();
        assertThat(isActive(client, byPolicy.accessToken())).isFalse();
        refusedAs(refresh(byPolicy), 400, "invalid_grant");
        backend.put(organization, Map.of("third_party_connected_apps_allowed_type", "ALL_ALLOWED"))
                .ok();

        Connection byApp = connect(backend, ben, client, "offline_access");
        Map<String, String> form = client.credentials();
        form.put("token", byApp.refreshToken());
        form("/v1/oauth2/revoke", form).ok();
        onA();
        assertThat(isActive(client, byApp.accessToken())).isFalse();
        refusedAs(refresh(byApp), 400, "invalid_grant");

        Backend session = backend.as(ben);
        session.get(appsOf(ben)).ok();
        onB();
        session.get(appsOf(ben)).ok();
        Connection byDeletion = connect(backend, ben, client, "offline_access");
        backend.delete(organization + "/members/" + ben.get("member_id")).ok();
        onA();
        session.get(appsOf(ben)).refused(404, "session_not_found");
        assertThat(isActive(client, byDeletion.accessToken())).isFalse();
        backend.delete("/v1/connected_apps/clients/" + client.id()).ok();
        onB();
        refusedAs(refresh(byDeletion), 401, "invalid_client");
    }

    /** R25: what counts is which grant, never the clock. */
    @Test
    void consentAgainWithinTheSameSecondLeavesOldTokensDead() {
        int withinOneSecond = 0;
        for (int attempt = 0; attempt < 40 && withinOneSecond < 8; attempt++) {
            Client client = app(
                    backend,
                    attempt % 2 == 0 ? "third_party" : "third_party_public",
                    attempt % 4 < 2 ? Map.of() : Map.of("access_token_format", "jwt"));
            long second = Instant.now().getEpochSecond();
            Connection old = connect(backend, ben, client, "offline_access");
            Pending pending = consent(backend, ben, client, "offline_access");
            backend.post(revokeOf(ben, client), "{}").ok();
            onB();
            Connection anew = connect(backend, ben, client, "offline_access");
            withinOneSecond += Instant.now().getEpochSecond() == second ? 1 : 0;
            for (int look = 0; look < 2; look++) {
                assertThat(isActive(client, old.accessToken())).isFalse();
                assertThat(isActive(client, old.refreshToken())).isFalse();
                refusedAs(refresh(old), 400, "invalid_grant");
                refusedAs(tryRedeem(pending), 400, "invalid_grant");
                assertThat(isActive(client, anew.accessToken())).isTrue();
                onA();
            }
            // Presenting dead tokens did the living ones no harm.
            refresh(anew).ok();
        }
        assertThat(withinOneSecond)
                .as("attempts that were quick enough to prove something")
                .isPositive();
    }

    /** R10 */
    @Test
    void whatEndedStaysSoWhenEveryNodeStartsAnew() {
        List<Connection> dead = new ArrayList<>();
        Connection alive;
        Client kept = app(backend, "third_party");
        Client agent = app(backend, "third_party_public");
        String rotated;
        Pending pending;
        Backend session = backend.as(ben);
        try (ApplicationContext context = start(Map.of()).getApplicationContext()) {
            called = context.getBean(EmbeddedServer.class);
            alive = connect(backend, ben, kept, "offline_access");
            for (String type : List.of("first_party", "third_party_public")) {
                for (String format : List.of("opaque", "jwt")) {
                    Client client = app(backend, type, Map.of("access_token_format", format));
                    dead.add(connect(backend, ben, client, "offline_access"));
                    backend.post(revokeOf(ben, client), "{}").ok();
                }
            }
            pending = consent(backend, ben, agent, "offline_access");
            Connection first = redeem(pending);
            Answer second = refresh(first).ok();
            Answer third = refresh(agent, second.text("refresh_token")).ok();
            rotated = first.refreshToken();
            dead.add(new Connection(agent, third.text("access_token"), third.text("refresh_token"), third));
            backend.post("/v1/b2b/sessions/revoke", Map.of("member_id", ben.get("member_id")))
                    .ok();
        }
        try (ApplicationContext context = start(Map.of()).getApplicationContext()) {
            called = context.getBean(EmbeddedServer.class);
            // A replay of the rotated one is noticed by a node that has never seen it, and takes the family with it
            // (R08).
            refusedAs(refresh(agent, rotated), 400, "invalid_grant");
            refusedAs(tryRedeem(pending), 400, "invalid_grant");
            for (Connection connection : dead) {
                assertThat(isActive(connection.client(), connection.accessToken()))
                        .isFalse();
                refusedAs(refresh(connection), 400, "invalid_grant");
            }
            session.get(appsOf(ben)).refused(404, "session_not_found");
            assertThat(isActive(kept, alive.accessToken())).isTrue();
            refresh(alive).ok();
        }
    }

    /** L02: the limits that people meet are exact over all nodes. */
    @Test
    void limitIsSharedByTheNodes() {
        String address = "limit-" + System.nanoTime() + "@acme.example";
        assertThat(letThrough(
                        8,
                        i -> sendRaw(HttpRequest.newBuilder(uri("/sign-in"))
                                        .header("Content-Type", "application/x-www-form-urlencoded")
                                        .POST(HttpRequest.BodyPublishers.ofString("email=" + address)))
                                .statusCode()))
                .isEqualTo(5);

        Client client = app(backend, "third_party");
        Map<String, String> wrong = new HashMap<>(client.credentials());
        wrong.put("client_secret", "cpcs_wrong");
        wrong.put("token", "x");
        // Twenty a minute; one more comes back every three seconds.
        assertThat(letThrough(26, i -> form("/v1/oauth2/introspect", wrong).status()))
                .isBetween(20, 23);
    }

    /** L02: those of machine traffic may be off by what each node hands out between two looks at the database. */
    @Test
    void limitOfMachineTrafficIsSharedToo() {
        Map<String, Object> limits = Map.of("ungrant.limit.api-per-second", 10);
        try (ApplicationContext left = start(limits).getApplicationContext();
                ApplicationContext right = start(limits).getApplicationContext()) {
            List<EmbeddedServer> nodes =
                    List.of(left.getBean(EmbeddedServer.class), right.getBean(EmbeddedServer.class));
            Instant begun = Instant.now();
            int through = 0;
            for (int i = 0; i < 120; i++) {
                called = nodes.get(i % 2);
                through += backend.get("/v1/debug/whoami").status() == 200 ? 1 : 0;
            }
            double seconds = java.time.Duration.between(begun, Instant.now()).toMillis() / 1000.0;
            assertThat(through).isBetween(20, (int) (20 + 10 * (seconds + 1) + 4));
            assertThat(through).isLessThan(120);
        }
    }

    private int letThrough(int times, IntFunction<Integer> call) {
        int through = 0;
        for (int i = 0; i < times; i++) {
            called = i % 2 == 0 ? server : other;
            through += call.apply(i) == 429 ? 0 : 1;
        }
        return through;
    }

    private void onA() {
        called = server;
    }

    private void onB() {
        called = other;
    }

    private static EmbeddedServer start(Map<String, Object> properties) {
        return ApplicationContext.run(EmbeddedServer.class, properties, "test");
    }
}
