package dev.ungrant.embed;

import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;

/** A web origin whose pages may show the tenant's people their apps. */
@MappedEntity("embed_origins")
public record EmbedOrigin(String origin, Instant addedAt) {}
