package dev.ungrant.connectedapps;

import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

@MappedEntity("grant_usage")
record UseRow(UUID tenantId, UUID grantId, long calls) {}
