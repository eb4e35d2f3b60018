package dev.ungrant.logos;

import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

/** A logo that is to be fetched. */
@MappedEntity("logos")
record LogoRow(UUID projectId, UUID ownerId, String ownerKind, String logoUrl, int attempts) {
    LogoOwners.Kind kind() {
        return LogoOwners.Kind.valueOf(ownerKind);
    }
}
