package dev.ungrant.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.OAuthTest;
import dev.ungrant.database.DatabaseProxy.Failure;
import io.micronaut.context.ApplicationContext;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A database that goes away in the middle of a revoke: either it is done or it is not, nobody is told that it is done when it
 * is not, and doing it again finishes it. One node works through a connection that fails, another one looks at what is true.
 */
final class DatabaseOutageTest extends OAuthTest {
    private static final int MOST_STEPS = 60;

    private static DatabaseProxy proxy;
    private static EmbeddedServer shaky;

    private EmbeddedServer called;
    private Backend backend;
    private Map<String, Object> ben;

    @BeforeAll
    static void startTheShakyNode() {
        proxy = new DatabaseProxy(System.getProperty("ungrant.db.url"));
        shaky = ApplicationContext.run(
                EmbeddedServer.class,
                Map.of("ungrant.db.url", proxy.url(), "datasources.default.connection-timeout", 250),
                "test");
    }

    @AfterAll
    static void stopIt() throws IOException {
        shaky.getApplicationContext().close();
        proxy.close();
    }

    @BeforeEach
    void cast() {
        called = server;
        backend = b2b();
        ben = backend.member(backend.organization("Acme"), "ben@acme.example");
    }

    @AfterEach
    void mend() {
        proxy.release();
        proxy.comeBack();
        called = server;
    }

    @Override
    protected URI uri(String path) {
        return called.getURI().resolve(path);
    }

    /** R17, R29: the connection breaks at each single step in turn, before and after the database has heard it. */
    @Test
    void connectionLostAtAnyStepLeavesAllOrNothing() {
        Client client = app(backend, "third_party");
        for (Failure failure : new Failure[] {Failure.CUT_BEFORE, Failure.CUT_AFTER}) {
            int step = 1;
            do {
                Connection connection = connect(backend, ben, client, "offline_access");
                warmUp();
                proxy.failAt(step, failure, false);
                Answer answer = onShaky(() -> backend.post(revokeOf(ben, client), "{}"));
                judge(answer, connection, failure + " at step " + step);
                step++;
            } while (proxy.hasFailed() && step < MOST_STEPS);
            assertThat(step).as("steps of a revoke").isBetween(6, MOST_STEPS - 1);
        }
    }

    /** R17: the database is gone for good in the moment of the commit. */
    @Test
    void commitThatIsLostTogetherWithTheDatabaseIsNeverCalledDone() {
        Client client = app(backend, "third_party");
        for (Failure failure : new Failure[] {Failure.CUT_BEFORE, Failure.CUT_AFTER}) {
            Connection connection = connect(backend, ben, client, "offline_access");
            warmUp();
            proxy.failAt(DatabaseProxy.commitOf("REVOKED_BY_PROJECT"), failure, true);
            Answer answer = onShaky(() -> backend.post(revokeOf(ben, client), "{}"));
            assertThat(proxy.hasFailed()).isTrue();
            answer.refused(503, "server_unavailable");
            // What the caller cannot know: whether it is done.
            assertThat(isActive(client, connection.accessToken())).isEqualTo(failure == Failure.CUT_BEFORE);
            proxy.comeBack();
            judge(answer, connection, failure.name());
        }
    }

    /** R17 at each door, with a database that cannot be reached at all. */
    @Test
    void everyDoorSaysUnavailableAndWhenToComeAgain() {
        Client client = app(backend, "third_party");
        Connection connection = connect(backend, ben, client, "offline_access");
        String cookie = portalSession(backend, ben);
        String token = onShaky(() -> formToken(cookie, client));
        proxy.goDown();
        Map<String, String> form = client.credentials();
        form.put("token", connection.refreshToken());
        called = shaky;
        unavailable(backend.post(revokeOf(ben, client), "{}"));
        unavailable(backend.get(appsOf(ben)));
        for (String path : new String[] {"/v1/oauth2/revoke", "/v1/oauth2/introspect"}) {
            Answer answer = form(path, form);
            refusedAs(answer, 503, "server_error");
            assertThat(answer.response().headers().firstValue("Retry-After")).isPresent();
            assertThat(answer.body()).doesNotContainKey("active");
        }
        refusedAs(refresh(connection), 503, "server_error");
        for (boolean script : new boolean[] {false, true}) {
            HttpResponse<String> page = sendRaw(post(cookie, client, token, script));
            assertThat(page.statusCode()).isEqualTo(503);
            assertThat(page.headers().firstValue("Retry-After")).isPresent();
            assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
            assertThat(page.body()).doesNotContain("SQL", "Exception", "jdbc");
        }
        assertThat(sendRaw(HttpRequest.newBuilder(uri("/health"))).statusCode()).isEqualTo(503);
        proxy.comeBack();
        called = server;
        assertThat(isActive(client, connection.accessToken())).isTrue();
        warmUp();
        HttpResponse<String> done = onShaky(() -> sendRaw(post(cookie, client, token, false)));
        assertThat(done.statusCode()).isEqualTo(303);
        assertThat(isActive(client, connection.accessToken())).isFalse();
    }

    /** While a commit hangs, nothing has happened yet; when it comes through, everything has. */
    @Test
    void revokeIsAnsweredWhenItIsCommittedAndNotBefore() throws Exception {
        Client client = app(backend, "third_party");
        Connection connection = connect(backend, ben, client, "offline_access");
        warmUp();
        proxy.failAt(DatabaseProxy.commitOf("REVOKED_BY_PROJECT"), Failure.FREEZE, false);
        called = shaky;
        CompletableFuture<HttpResponse<String>> answer = java.net.http.HttpClient.newHttpClient()
                .sendAsync(
                        HttpRequest.newBuilder(uri(revokeOf(ben, client)))
                                .header("Content-Type", "application/json")
                                .header("Authorization", basic(backend.project().wireId(), backend.secret()))
                                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        called = server;
        proxy.awaitFailure();
        assertThat(isActive(client, connection.accessToken())).isTrue();
        Thread.sleep(300);
        assertThat(answer).isNotDone();
        proxy.release();
        assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(isActive(client, connection.accessToken())).isFalse();
    }

    /** 200: it is done. Else 503: it is done entirely or not at all. Then again: it is done, once. */
    private void judge(Answer answer, Connection connection, String when) {
        boolean alive = isActive(connection.client(), connection.accessToken());
        UUID grantId = lastGrant();
        if (answer.status() == 200) {
            assertThat(alive).as(when).isFalse();
        } else {
            unavailable(answer);
        }
        assertThat(audited(grantId)).as(when).isEqualTo(alive ? 0 : 1);
        if (alive) {
            assertThat(count("SELECT COUNT(*) FROM outbox WHERE payload LIKE CONCAT('%', ?, '%')", grantId))
                    .as(when)
                    .isZero();
            refresh(connection).ok();
        }
        soon(() -> backend.post(revokeOf(ben, connection.client()), "{}")).ok();
        assertThat(isActive(connection.client(), connection.accessToken()))
                .as(when)
                .isFalse();
        refusedAs(refresh(connection), 400, "invalid_grant");
        assertThat(audited(grantId)).as(when).isEqualTo(1);
    }

    private static void unavailable(Answer answer) {
        answer.refused(503, "server_unavailable");
        assertThat(answer.response().headers().firstValue("Retry-After")).isPresent();
    }

    /** So that the pool has a living connection and the step that is counted is one of the revoke's. */
    private void warmUp() {
        soon(() -> backend.get(appsOf(ben))).ok();
    }

    /** Other connections of the pool may be broken too; each is found to be so by whoever wants it. */
    private Answer soon(Supplier<Answer> call) {
        Answer answer = onShaky(call);
        for (int i = 0; i < 20 && answer.status() == 503; i++) {
            answer = onShaky(call);
        }
        return answer;
    }

    private <T> T onShaky(Supplier<T> work) {
        called = shaky;
        try {
            return work.get();
        } finally {
            called = server;
        }
    }

    private String formToken(String cookie, Client client) {
        HttpResponse<String> question = sendRaw(
                HttpRequest.newBuilder(uri("/apps/" + client.id() + "/revoke")).header("Cookie", "s=" + cookie));
        return Jsoup.parse(question.body()).selectFirst("[name=form_token]").val();
    }

    private HttpRequest.Builder post(String cookie, Client client, String token, boolean script) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri("/apps/" + client.id() + "/revoke"))
                .header("Cookie", "s=" + cookie)
                .header("Sec-Fetch-Site", "same-origin")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("form_token=" + token));
        return script ? request.header("HX-Request", "true") : request;
    }

    private UUID lastGrant() {
        return UUID.fromString(text("""
                SELECT BIN_TO_UUID(grant_id) FROM grants WHERE tenant_id = UUID_TO_BIN(?) ORDER BY granted_at DESC LIMIT 1
                """, uuid("organization", ben.get("organization_id"))));
    }

    private static long audited(UUID grantId) {
        return count(
                "SELECT COUNT(*) FROM audit_events WHERE grant_id = UUID_TO_BIN(?) AND action = 'grant.revoked'",
                grantId);
    }

    private static long count(String query, UUID id) {
        return Long.parseLong(text(query, id));
    }

    @Nullable
    private static String text(String query, UUID id) {
        try (java.sql.Connection connection = database();
                PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, id.toString());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getString(1) : null;
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
