package dev.ungrant.audit;

import dev.ungrant.background.Rounds;
import dev.ungrant.database.Transactions;
import dev.ungrant.web.Json;
import io.micronaut.context.annotation.Property;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives events their place in the chain of their tenant, a moment after they were written. An act writes its event without
 * one, so that acts of a tenant do not wait for each other; whatever has none yet is taken, so that an event whose
 * transaction was committed late is not passed over.
 *
 * <p>Every node does it. The row of the chain's head is locked for a batch: the next one begins where this one ended, and a
 * node that dies in between has sealed nothing.
 */
@Singleton
public class AuditSealer {
    static final int BATCH = 500;

    private static final Logger LOG = LoggerFactory.getLogger(AuditSealer.class);
    private static final UUID FIRST = new UUID(0, 0);

    /** So many batches of one tenant, then the others have their turn. */
    private static final int TURN = 10;

    private final ChainRepository events;
    private final ChainHeadRepository heads;
    private final Seals seals;
    private final Transactions transactions;
    private final Json json;
    private final Rounds rounds;

    AuditSealer(
            ChainRepository events,
            ChainHeadRepository heads,
            Seals seals,
            Transactions transactions,
            Json json,
            @Property(name = "ungrant.audit.pause-millis", defaultValue = "1000") long pauseMillis) {
        this.events = events;
        this.heads = heads;
        this.seals = seals;
        this.transactions = transactions;
        this.json = json;
        this.rounds = new Rounds("audit-sealer", Duration.ofMillis(pauseMillis), () -> sealAll() > 0);
    }

    @EventListener
    void start(ServerStartupEvent event) {
        rounds.start();
    }

    @PreDestroy
    void stop() throws InterruptedException {
        rounds.end(Duration.ofSeconds(5));
    }

    /** One turn for each tenant that has something to seal. @return how many events were sealed */
    public int sealAll() {
        int sealed = 0;
        Optional<UUID> tenant = events.nextUnsealed(FIRST);
        while (tenant.isPresent()) {
            try {
                sealed += turn(tenant.get());
            } catch (RuntimeException e) {
                // The others shall not wait for it.
                LOG.warn("Audit events of {} cannot be sealed at the moment", tenant.get(), e);
            }
            tenant = events.nextUnsealed(tenant.get());
        }
        return sealed;
    }

    private int turn(UUID tenantId) {
        int sealed = 0;
        int batch = BATCH;
        for (int i = 0; i < TURN && batch == BATCH; i++) {
            batch = seal(tenantId);
            sealed += batch;
        }
        return sealed;
    }

    /** @return how many events were sealed, at most a batch; 0 also when another node is about it */
    int seal(UUID tenantId) {
        return transactions.writeRepeatable(() -> {
            Optional<ChainHead> head = lock(tenantId);
            return head.isEmpty() ? 0 : seal(head.get());
        });
    }

    private Optional<ChainHead> lock(UUID tenantId) {
        if (heads.find(tenantId).isEmpty()) {
            events.begin(tenantId, Seals.NOTHING, seals.headMac(tenantId, 0, Seals.NOTHING));
        }
        return heads.lock(tenantId);
    }

    private int seal(ChainHead head) {
        List<ChainRow> rows = events.unsealed(head.tenantId(), BATCH);
        if (rows.isEmpty()) {
            return 0;
        }
        // Events behind the head are none of ours. They stay where they are, to be found, and what follows them goes
        // on.
        long seq = Math.max(head.seq(), events.last(head.tenantId()));
        byte[] hash = seq > head.seq() ? Seals.BREAK : seals.before(head);
        List<List<Object>> sealed = new ArrayList<>(rows.size());
        for (ChainRow row : rows) {
            hash = seals.hash(row, ++seq, hash);
            sealed.add(List.of(row.eventId().toString(), seq, HexFormat.of().formatHex(hash)));
        }
        if (events.seal(head.tenantId(), json.write(sealed)) != rows.size()) {
            throw new IllegalStateException("Events of " + head.tenantId() + " changed while they were sealed");
        }
        events.moveHead(head.tenantId(), seq, hash, seals.headMac(head.tenantId(), seq, hash));
        return rows.size();
    }
}
