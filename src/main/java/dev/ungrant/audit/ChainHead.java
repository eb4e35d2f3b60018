package dev.ungrant.audit;

import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

/** Where a tenant's chain ends; {@code seq} 0 and a hash of zeros when nothing is sealed yet. */
@MappedEntity("audit_chains")
record ChainHead(UUID tenantId, long seq, byte[] hash, byte[] mac) {}
