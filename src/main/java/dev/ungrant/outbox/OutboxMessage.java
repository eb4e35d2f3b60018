package dev.ungrant.outbox;

import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

@MappedEntity("outbox")
record OutboxMessage(UUID tenantId, UUID messageId, String kind, String payload, int attempts) {}
