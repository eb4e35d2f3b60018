package dev.ungrant.connectedapps;

import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

@MappedEntity("connections")
record ConnectionUse(UUID tenantId, UUID authorizationId) {}
