package dev.ungrant.connectedapps;

import dev.ungrant.database.Transactions;
import io.micronaut.context.event.ShutdownEvent;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When each grant and each of its connections was last used, and how often. Uses are counted in memory and written in batches: the first one after a
 * pause within two seconds, then at most once a minute and grant. A node that is killed loses what it had not written.
 */
@Singleton
public class LastUses {
    private static final Logger LOG = LoggerFactory.getLogger(LastUses.class);
    private static final int BATCH = 500;
    private static final long MINUTE = 60_000;

    private final LastUseRepository repository;
    private final ConnectionUseRepository connections;
    private final Transactions transactions;
    private final ConcurrentHashMap<Key, Uses> pending = new ConcurrentHashMap<>();

    private record Key(UUID tenantId, UUID grantId) {}

    /** Read and changed only under the key's lock in the map. */
    private static final class Uses {
        long count;
        Set<UUID> connections = new HashSet<>();
        long writtenAt;
    }

    private record Due(Key key, long count, Set<UUID> connections) {
        UseRow row() {
            return new UseRow(key.tenantId, key.grantId, count);
        }

        Stream<ConnectionUse> uses() {
            return connections.stream().map(id -> new ConnectionUse(key.tenantId, id));
        }
    }

    LastUses(LastUseRepository repository, ConnectionUseRepository connections, Transactions transactions) {
        this.repository = repository;
        this.connections = connections;
        this.transactions = transactions;
    }

    /** Notes one use of a token of the grant and of the connection that it belongs to. Costs no query. */
    public void note(UUID tenantId, UUID grantId, UUID authorizationId) {
        add(new Key(tenantId, grantId), 1, Set.of(authorizationId));
    }

    private void add(Key key, long count, Set<UUID> authorizationIds) {
        pending.compute(key, (k, known) -> {
            Uses uses = known == null ? new Uses() : known;
            uses.count += count;
            uses.connections.addAll(authorizationIds);
            return uses;
        });
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
        List<Due> due = new ArrayList<>();
        for (Key key : pending.keySet()) {
            pending.computeIfPresent(key, (k, uses) -> {
                if (!everything && now - uses.writtenAt < MINUTE) {
                    return uses;
                }
                if (uses.count == 0) {
                    return null;
                }
                due.add(new Due(key, uses.count, uses.connections));
                uses.count = 0;
                uses.connections = new HashSet<>();
                uses.writtenAt = now;
                return uses;
            });
        }
        for (int from = 0; from < due.size(); from += BATCH) {
            save(due.subList(from, Math.min(due.size(), from + BATCH)));
        }
    }

    private void save(List<Due> batch) {
        List<UseRow> rows = batch.stream().map(Due::row).toList();
        try {
            transactions.write(() -> {
                repository.touch(rows);
                connections.touch(batch.stream().flatMap(Due::uses).toList());
                return repository.count(rows);
            });
        } catch (RuntimeException e) {
            LOG.warn(
                    "Last uses of {} grants could not be written; they are counted with the next ones",
                    batch.size(),
                    e);
            batch.forEach(missed -> add(missed.key, missed.count, missed.connections));
        }
    }
}
