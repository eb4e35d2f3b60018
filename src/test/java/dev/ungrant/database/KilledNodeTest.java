package dev.ungrant.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.OAuthTest;
import dev.ungrant.RunningJar;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node that ends without a chance to finish anything, and one that starts after it. */
final class KilledNodeTest extends OAuthTest {
    private static final int KILLS = 3;
    private static final int MEMBERS = 5;
    private static final int APPS = 4;
    private static final int AT_ONCE = 6;
    private static final int ACKNOWLEDGED_BEFORE_KILL = 6;
    /** So slow that a revoke is nearly always between two of its steps, which number a dozen. */
    private static final int SLOW_MILLIS = 30;

    private DatabaseProxy proxy;
    private RunningJar jar;
    private Backend backend;
    private Map<String, Object> acme;

    @BeforeEach
    void cast() throws IOException {
        Files.deleteIfExists(RunningJar.logOf("KilledNodeTest"));
        proxy = new DatabaseProxy(System.getProperty("ungrant.db.url"));
        start();
        backend = b2b();
        acme = backend.organization("Acme");
    }

    @AfterEach
    void end() throws IOException {
        jar.close();
        proxy.close();
    }

    @Override
    protected URI uri(String path) {
        return jar.uri(path);
    }

    private void start() {
        jar = RunningJar.start("KilledNodeTest", Map.of("DB_URL", proxy.url()));
    }

    /** One grant, with everything that the app got by it. */
    private record Held(Map<String, Object> member, Connection connection, Pending pending) {
        String appId() {
            return connection.client().id();
        }
    }

    /** R29 */
    @Test
    void nodeKilledAmongRevokesLeavesEachDoneOrNotDone() throws Exception {
        int cutOff = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            List<Held> all = connectAll();
            Set<Held> acknowledged = ConcurrentHashMap.newKeySet();
            AtomicInteger failed = new AtomicInteger();
            proxy.slowDown(SLOW_MILLIS);
            revokeUntilKilled(all, acknowledged, failed);
            proxy.slowDown(0);
            assertThat(acknowledged)
                    .hasSizeGreaterThanOrEqualTo(ACKNOWLEDGED_BEFORE_KILL)
                    .hasSizeLessThan(all.size());
            cutOff += failed.get();

            start();
            for (Held held : all) {
                boolean alive =
                        isActive(held.connection().client(), held.connection().accessToken());
                if (acknowledged.contains(held)) {
                    assertThat(alive).as("acknowledged").isFalse();
                }
                assertThat(isEnded(held)).isEqualTo(!alive);
                assertThat(audited(held)).as("events of the grant").isEqualTo(alive ? 0 : 1);
            }
            for (Held held : all) {
                backend.post(revokeOf(held.member(), held.connection().client()), "{}")
                        .ok();
                assertThat(isActive(
                                held.connection().client(), held.connection().accessToken()))
                        .isFalse();
                refusedAs(refresh(held.connection()), 400, "invalid_grant");
                refusedAs(tryRedeem(held.pending()), 400, "invalid_grant");
                assertThat(audited(held)).as("events of the grant").isEqualTo(1);
            }
        }
        assertThat(cutOff).as("revokes that were under way when the node died").isPositive();
    }

    /** R10 */
    @Test
    void whatEndedStaysSoInTheNextProcess() throws Exception {
        Map<String, Object> ben = backend.member(acme, "ben@acme.example");
        Client kept = app(backend, "third_party");
        Client agent = app(backend, "third_party_public");
        Connection alive = connect(backend, ben, kept, "offline_access");
        Connection rotated = connect(backend, ben, agent, "offline_access");
        Answer second = refresh(rotated).ok();
        Answer third = refresh(agent, second.text("refresh_token")).ok();
        Client gone = app(backend, "third_party");
        Connection revoked = connect(backend, ben, gone, "offline_access");
        Pending pending = consent(backend, ben, gone, "offline_access");
        backend.post(revokeOf(ben, gone), "{}").ok();
        Backend signedIn = backend.as(ben);
        signedIn.get(appsOf(ben)).ok();
        Backend signedOut = backend.as(ben);
        String session = (String) backend.get("/v1/b2b/sessions?organization_id=" + acme.get("organization_id")
                        + "&member_id=" + ben.get("member_id"))
                .ok()
                .objects("member_sessions")
                .getLast()
                .get("member_session_id");
        backend.post("/v1/b2b/sessions/revoke", Map.of("member_session_id", session))
                .ok();
        boolean firstWasRevoked = signedIn.get(appsOf(ben)).status() == 404;
        Backend deadSession = firstWasRevoked ? signedIn : signedOut;
        Backend liveSession = firstWasRevoked ? signedOut : signedIn;

        jar.kill();
        start();

        assertThat(isActive(gone, revoked.accessToken())).isFalse();
        refusedAs(refresh(revoked), 400, "invalid_grant");
        refusedAs(tryRedeem(pending), 400, "invalid_grant");
        deadSession.get(appsOf(ben)).refused(404, "session_not_found");
        liveSession.get(appsOf(ben)).ok();
        assertThat(isActive(kept, alive.accessToken())).isTrue();
        refresh(alive).ok();
        assertThat(isActive(agent, third.text("access_token"))).isTrue();
        // A process that has never seen the first of the family knows that it was used (R08).
        refusedAs(refresh(rotated), 400, "invalid_grant");
        assertThat(isActive(agent, third.text("access_token"))).isFalse();
        refusedAs(refresh(agent, third.text("refresh_token")), 400, "invalid_grant");
    }

    private List<Held> connectAll() {
        List<Held> all = new ArrayList<>();
        for (int i = 0; i < MEMBERS; i++) {
            Map<String, Object> member = backend.member(acme, "m" + System.nanoTime() + "@acme.example");
            for (int j = 0; j < APPS; j++) {
                Client client = app(backend, "third_party");
                Connection connection = connect(backend, member, client, "offline_access");
                all.add(new Held(member, connection, consent(backend, member, client, "offline_access")));
            }
        }
        return all;
    }

    /** Several at once, and the node dies in the midst of them. */
    private void revokeUntilKilled(List<Held> all, Set<Held> acknowledged, AtomicInteger failed) throws Exception {
        Queue<Held> waiting = new ConcurrentLinkedQueue<>(all);
        CountDownLatch enough = new CountDownLatch(ACKNOWLEDGED_BEFORE_KILL);
        List<Thread> threads = new ArrayList<>();
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 0; i < AT_ONCE; i++) {
                threads.add(Thread.ofVirtual().start(() -> {
                    for (Held held = waiting.poll(); held != null; held = waiting.poll()) {
                        try {
                            HttpResponse<String> answer =
                                    client.send(revoke(held), HttpResponse.BodyHandlers.ofString());
                            assertThat(answer.statusCode()).isEqualTo(200);
                            acknowledged.add(held);
                            enough.countDown();
                        } catch (IOException e) {
                            // It may be done or not; nobody was told.
                            failed.incrementAndGet();
                            return;
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                    }
                }));
            }
            assertThat(enough.await(30, TimeUnit.SECONDS)).isTrue();
            Thread.sleep(ThreadLocalRandom.current().nextInt(SLOW_MILLIS * AT_ONCE));
            jar.kill();
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    private HttpRequest revoke(Held held) {
        return HttpRequest.newBuilder(
                        uri(revokeOf(held.member(), held.connection().client())))
                .header("Content-Type", "application/json")
                .header("Authorization", basic(backend.project().wireId(), backend.secret()))
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
    }

    private static boolean isEnded(Held held) {
        return number("SELECT COUNT(*) FROM grants g WHERE g.revoked_at IS NOT NULL AND", held) == 1;
    }

    private static long audited(Held held) {
        return number("""
                SELECT COUNT(*) FROM audit_events e JOIN grants g USING (tenant_id, grant_id)
                WHERE e.action = 'grant.revoked' AND""", held);
    }

    private static long number(String query, Held held) {
        try (java.sql.Connection connection = database();
                PreparedStatement statement = connection.prepareStatement(
                        query
                                + " g.tenant_id = UUID_TO_BIN(?) AND g.subject_id = UUID_TO_BIN(?) AND g.app_id = UUID_TO_BIN(?)")) {
            statement.setString(
                    1,
                    uuid("organization", held.member().get("organization_id")).toString());
            statement.setString(
                    2, uuid("member", held.member().get("member_id")).toString());
            statement.setString(3, uuid("connected-app", held.appId()).toString());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
