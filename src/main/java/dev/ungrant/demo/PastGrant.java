package dev.ungrant.demo;

import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;

@MappedEntity("grants")
record PastGrant(UUID grantId, Instant authorizedAt) {}
