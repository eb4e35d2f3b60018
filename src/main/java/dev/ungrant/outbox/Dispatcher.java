package dev.ungrant.outbox;

import dev.ungrant.database.Transactions;
import dev.ungrant.web.Json;
import io.micronaut.context.annotation.Property;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers what is due, on every node. A batch is taken in one transaction and delivered after it, so that no lock waits
 * for a mail server; a node that dies with a batch leaves it to the others after five minutes. What fails is tried again,
 * each time twice as late, for about two days.
 */
@Singleton
public final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final int BATCH = 25;
    private static final int TRIES = 14;
    private static final long FIRST_PAUSE_SECONDS = 15;
    private static final long LONGEST_PAUSE_SECONDS = 6 * 3600;

    private final DueMessageRepository repository;
    private final Transactions transactions;
    private final Json json;
    private final List<Delivery> deliveries;
    private final List<String> kinds;
    private final long pauseMillis;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean running;
    private Thread thread;

    Dispatcher(
            DueMessageRepository repository,
            Transactions transactions,
            Json json,
            List<Delivery> deliveries,
            @Property(name = "ungrant.outbox.pause-millis", defaultValue = "1000") long pauseMillis) {
        this.repository = repository;
        this.transactions = transactions;
        this.json = json;
        this.deliveries = deliveries;
        this.kinds = deliveries.stream().map(Delivery::kind).distinct().toList();
        this.pauseMillis = pauseMillis;
    }

    @EventListener
    void start(ServerStartupEvent event) {
        // Before the thread begins, which would else find that it should not run.
        running = true;
        thread = Thread.ofVirtual().name("outbox").start(this::run);
    }

    @PreDestroy
    void stop() throws InterruptedException {
        running = false;
        stopped.countDown();
        if (thread != null) {
            // What is being delivered now shall not be delivered again by another node.
            thread.join(5_000);
        }
    }

    private void run() {
        while (running) {
            try {
                if (deliverDue() < BATCH) {
                    // Only a stop ends the pause early.
                    stopped.await(pauseMillis, TimeUnit.MILLISECONDS);
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.warn("The outbox cannot be read at the moment", e);
                pause();
            }
        }
    }

    /** @return how many were due, at most a batch */
    int deliverDue() {
        List<DueMessage> taken = transactions.write(() -> {
            List<DueMessage> due = repository.lockDue(kinds, BATCH);
            if (!due.isEmpty()) {
                repository.take(due);
            }
            return due;
        });
        // One commit for all that went well: revokes come in hundreds, and most of them want no letter.
        List<DueMessage> finished = taken.stream().filter(this::deliver).toList();
        if (!finished.isEmpty()) {
            transactions.writeRepeatable(() -> repository.done(finished));
        }
        return taken.size();
    }

    /** @return whether there is nothing more to do about it */
    private boolean deliver(DueMessage due) {
        Message message = new Message(due.tenantId(), due.messageId(), due.createdAt(), json.body(due.payload()));
        try {
            for (Delivery delivery : deliveries) {
                if (delivery.kind().equals(due.kind())) {
                    delivery.deliver(message);
                }
            }
        } catch (Exception e) {
            return isGivenUp(due, e);
        }
        return true;
    }

    private boolean isGivenUp(DueMessage due, Exception e) {
        if (due.attempts() + 1 >= TRIES) {
            LOG.error("Message {} ({}) is given up after {} tries", due.messageId(), due.kind(), TRIES, e);
            return true;
        }
        long seconds = Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS << due.attempts());
        LOG.warn(
                "Message {} ({}) failed and is tried again in {} s: {}",
                due.messageId(),
                due.kind(),
                seconds,
                e.toString());
        transactions.writeRepeatable(() -> repository.later(due.tenantId(), due.messageId(), seconds));
        return false;
    }

    private static void pause() {
        try {
            Thread.sleep(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
