package dev.ungrant.organizations;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;

/**
 * Who changed the organization last.
 *
 * @param memberName null: no member did, or a member who is gone; the e-mail address of one without a name
 */
@MappedEntity("audit_events")
record RecentChange(@Nullable String memberName, Instant occurredAt) {}
