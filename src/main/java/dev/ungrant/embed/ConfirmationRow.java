package dev.ungrant.embed;

import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

@MappedEntity("embed_confirmations")
record ConfirmationRow(UUID tenantId) {}
