package dev.ungrant.connectedapps;

import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

/** A logo that is to be fetched. */
@MappedEntity("app_logos")
record LogoRow(UUID projectId, UUID appId, String logoUrl, int attempts) {}
