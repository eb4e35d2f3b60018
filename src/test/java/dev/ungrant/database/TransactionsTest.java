package dev.ungrant.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ungrant.ApiTest;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class TransactionsTest extends ApiTest {
    @Inject
    Transactions transactions;

    @Inject
    JdbcOperations jdbc;

    @BeforeAll
    static void table() throws SQLException {
        try (var connection = database();
                var statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS transactions_test (project_id INT PRIMARY KEY, n INT NOT NULL)");
            statement.execute("REPLACE INTO transactions_test VALUES (1, 0), (2, 0)");
        }
    }

    @org.junit.jupiter.api.AfterAll
    static void noTable() throws SQLException {
        try (var connection = database();
                var statement = connection.createStatement()) {
            statement.execute("DROP TABLE transactions_test");
        }
    }

    @Test
    void connectionsReadWhatIsCommittedAndCountTimeInUtc() {
        String session = transactions.write(() ->
                jdbc.prepareStatement("SELECT CONCAT(@@transaction_isolation, ' ', @@time_zone)", select -> {
                    try (var row = select.executeQuery()) {
                        row.next();
                        return row.getString(1);
                    }
                }));
        assertThat(session).startsWith("READ-COMMITTED ").matches(".* (UTC|\\+00:00)");
    }

    @Test
    void deadlockIsRunAgainAndBothActsAreDone() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        CyclicBarrier bothHoldOne = new CyclicBarrier(2);
        CompletableFuture<Void> one =
                CompletableFuture.runAsync(() -> raise(1, 2, bothHoldOne, runs), Thread::startVirtualThread);
        CompletableFuture<Void> two =
                CompletableFuture.runAsync(() -> raise(2, 1, bothHoldOne, runs), Thread::startVirtualThread);
        CompletableFuture.allOf(one, two).get(30, TimeUnit.SECONDS);
        assertThat(runs.get()).as("one of the two ran twice").isGreaterThanOrEqualTo(3);
        assertThat(number(1)).isEqualTo(number(2)).isGreaterThanOrEqualTo(2);
    }

    private void raise(int first, int second, CyclicBarrier barrier, AtomicInteger runs) {
        AtomicInteger tries = new AtomicInteger();
        transactions.write(() -> {
            runs.incrementAndGet();
            raise(first);
            if (tries.getAndIncrement() == 0) {
                try {
                    barrier.await(10, TimeUnit.SECONDS);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
            raise(second);
            return null;
        });
    }

    @Test
    void whatThrowsLeavesNothing() {
        int before = number(1);
        assertThatThrownBy(() -> transactions.write(() -> {
                    raise(1);
                    throw new Problem(ErrorType.BAD_REQUEST);
                }))
                .isInstanceOf(Problem.class);
        assertThat(number(1)).isEqualTo(before);
    }

    @Test
    void mistakeIsNotRunAgain() {
        AtomicInteger runs = new AtomicInteger();
        assertThatThrownBy(() -> transactions.write(() -> {
                    runs.incrementAndGet();
                    return jdbc.prepareStatement("SELECT no_such_column FROM transactions_test", s -> s.executeQuery());
                }))
                .isNotInstanceOf(Problem.class);
        assertThat(runs.get()).isEqualTo(1);
    }

    private void raise(int id) {
        jdbc.prepareStatement(
                "UPDATE transactions_test SET n = n + 1 WHERE project_id = " + id, s -> s.executeUpdate());
    }

    private int number(int id) {
        return transactions.write(() ->
                jdbc.prepareStatement("SELECT n FROM transactions_test WHERE project_id = " + id, select -> {
                    try (var row = select.executeQuery()) {
                        row.next();
                        return row.getInt(1);
                    }
                }));
    }
}
