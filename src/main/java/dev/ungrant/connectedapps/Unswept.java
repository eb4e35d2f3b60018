package dev.ungrant.connectedapps;

import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

/** An organization or app some of whose grants are still to be ended. */
@MappedEntity("organizations")
record Unswept(UUID projectId, UUID id) {}
