package dev.ungrant.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.database.Transactions;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@MicronautTest(transactional = false)
@Property(name = "spec.name", value = "DispatcherTest")
class DispatcherTest {
    @Inject
    Outbox outbox;

    @Inject
    Dispatcher dispatcher;

    @Inject
    Transactions transactions;

    @Inject
    Flaky flaky;

    /** Fails as often as it is told to. */
    @Singleton
    @Requires(property = "spec.name", value = "DispatcherTest")
    static class Flaky implements Delivery {
        final ConcurrentLinkedQueue<UUID> seen = new ConcurrentLinkedQueue<>();
        volatile int failures;

        @Override
        public String kind() {
            return "test.flaky";
        }

        @Override
        public void deliver(Message message) throws InterruptedException {
            seen.add(message.messageId());
            Thread.sleep(2);
            if (failures-- > 0) {
                throw new IllegalStateException("not now");
            }
        }
    }

    /** Here the test itself says when to look. */
    @BeforeEach
    void stopLooking() throws InterruptedException {
        dispatcher.stop();
    }

    private UUID add() {
        UUID tenant = UUID.randomUUID();
        transactions.write(() -> {
            outbox.add(tenant, "test.flaky", Map.of("to", "somebody"));
            return null;
        });
        return tenant;
    }

    @Test
    void whatFailsIsTriedAgainLaterUnderTheSameId() throws SQLException {
        flaky.seen.clear();
        flaky.failures = 1;
        add();
        dispatcher.deliverDue();
        assertThat(flaky.seen).hasSize(1);
        dispatcher.deliverDue();
        assertThat(flaky.seen).as("not at once").hasSize(1);
        update("UPDATE outbox SET due_at = UTC_TIMESTAMP(6) WHERE kind = 'test.flaky'");
        dispatcher.deliverDue();
        assertThat(flaky.seen).hasSize(2);
        assertThat(flaky.seen.stream().distinct()).hasSize(1);
        update("UPDATE outbox SET due_at = UTC_TIMESTAMP(6) WHERE kind = 'test.flaky'");
        dispatcher.deliverDue();
        assertThat(flaky.seen).as("done is done").hasSize(2);
    }

    @Test
    void severalAtOnceDeliverEachMessageOnce() throws InterruptedException {
        flaky.seen.clear();
        flaky.failures = 0;
        for (int i = 0; i < 60; i++) {
            add();
        }
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                while (dispatcher.deliverDue() > 0) {
                    Thread.onSpinWait();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(flaky.seen).hasSize(60).doesNotHaveDuplicates();
    }

    @Test
    void whatNobodyHereKnowsWaitsForANewerNode() throws SQLException {
        UUID tenant = UUID.randomUUID();
        transactions.write(() -> {
            outbox.add(tenant, "test.unheard-of", Map.of());
            return null;
        });
        dispatcher.deliverDue();
        assertThat(update("DELETE FROM outbox WHERE kind = 'test.unheard-of' AND attempts = 0"))
                .isEqualTo(1);
    }

    private static int update(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        System.getProperty("ungrant.db.url"),
                        System.getProperty("ungrant.db.user"),
                        System.getProperty("ungrant.db.password"));
                Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }
}
