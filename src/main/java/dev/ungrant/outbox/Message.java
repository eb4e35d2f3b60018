package dev.ungrant.outbox;

import dev.ungrant.web.JsonBody;
import java.time.Instant;
import java.util.UUID;

/** What followed an act and is due now. Its id is the same each time it is delivered. */
public record Message(UUID tenantId, UUID messageId, Instant createdAt, JsonBody payload) {}
