package dev.ungrant.outbox;

import dev.ungrant.background.Rounds;
import dev.ungrant.database.Transactions;
import dev.ungrant.web.Json;
import io.micronaut.context.annotation.Property;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
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
    private final Rounds rounds;

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
        this.rounds = new Rounds("outbox", Duration.ofMillis(pauseMillis), () -> deliverDue() == BATCH);
    }

    @EventListener
    void start(ServerStartupEvent event) {
        rounds.start();
    }

    @PreDestroy
    void stop() throws InterruptedException {
        // What is being delivered now shall not be delivered again by another node.
        rounds.end(Duration.ofSeconds(5));
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
}
