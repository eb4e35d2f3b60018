package dev.ungrant.outbox;

import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;

@MappedEntity("outbox")
record DueMessage(UUID tenantId, UUID messageId, String kind, String payload, int attempts, Instant createdAt) {}
