package dev.ungrant.outbox;

import dev.ungrant.web.Json;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.UUID;

@Singleton
public final class Outbox {
    private final OutboxRepository repository;
    private final Json json;

    Outbox(OutboxRepository repository, Json json) {
        this.repository = repository;
        this.json = json;
    }

    /** Adds a message, in the transaction that is open. */
    public void add(UUID tenantId, String kind, Map<String, Object> payload) {
        repository.insert(tenantId, UUID.randomUUID(), kind, json.write(payload));
    }

    /** Adds several messages of one kind in one round trip, in the transaction that is open. */
    public void addAll(UUID tenantId, String kind, List<Map<String, Object>> payloads) {
        repository.insertAll(payloads.stream()
                .map(payload -> new OutboxMessage(tenantId, UUID.randomUUID(), kind, json.write(payload), 0))
                .toList());
    }
}
