package dev.ungrant.connectedapps;

import dev.ungrant.database.Transactions;
import io.micronaut.context.event.ShutdownEvent;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When each grant was last used, and how often. Uses are counted in memory and written in batches: the first one after a
 * pause within two seconds, then at most once a minute and grant. A node that is killed loses what it had not written.
 */
@Singleton
public class LastUses {
    private static final Logger LOG = LoggerFactory.getLogger(LastUses.class);
    private static final int BATCH = 500;
    private static final long MINUTE = 60_000;

    private final LastUseRepository repository;
    private final Transactions transactions;
    private final ConcurrentHashMap<Key, Uses> pending = new ConcurrentHashMap<>();

    private record Key(UUID tenantId, UUID grantId) {}

    private static final class Uses {
        final LongAdder count = new LongAdder();
        volatile long writtenAt;
    }

    LastUses(LastUseRepository repository, Transactions transactions) {
        this.repository = repository;
        this.transactions = transactions;
    }

    /** Notes one use of a token of the grant. Costs no query. */
    public void note(UUID tenantId, UUID grantId) {
        pending.computeIfAbsent(new Key(tenantId, grantId), key -> new Uses())
                .count
                .increment();
    }

    @Scheduled(fixedDelay = "2s")
    void write() {
        write(false);
    }

    @EventListener
    void writeAll(ShutdownEvent event) {
        write(true);
    }

    private void write(boolean everything) {
        long now = System.currentTimeMillis();
        List<UseRow> due = new ArrayList<>();
        pending.forEach((key, uses) -> {
            if (!everything && now - uses.writtenAt < MINUTE) {
                return;
            }
            long count = uses.count.sumThenReset();
            if (count > 0) {
                uses.writtenAt = now;
                due.add(new UseRow(key.tenantId, key.grantId, count));
            } else {
                // A use noted in between finds no entry and makes a new one.
                pending.computeIfPresent(key, (k, kept) -> kept.count.sum() == 0 ? null : kept);
            }
        });
        for (int from = 0; from < due.size(); from += BATCH) {
            save(due.subList(from, Math.min(due.size(), from + BATCH)));
        }
    }

    private void save(List<UseRow> batch) {
        try {
            transactions.write(() -> {
                repository.touch(batch);
                return repository.count(batch);
            });
        } catch (RuntimeException e) {
            LOG.warn(
                    "Last uses of {} grants could not be written; they are counted with the next ones",
                    batch.size(),
                    e);
            batch.forEach(row -> pending.computeIfAbsent(new Key(row.tenantId(), row.grantId()), key -> new Uses())
                    .count
                    .add(row.calls()));
        }
    }
}
