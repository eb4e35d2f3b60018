package dev.ungrant.audit;

import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

/**
 * Whose chain it is.
 *
 * @param kind {@code organization}, {@code project}, or {@code unknown} for a chain whose owner is not there any more
 */
@MappedEntity("organizations")
public record ChainOwner(UUID tenantId, String kind) {}
