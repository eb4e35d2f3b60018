package dev.ungrant.connectedapps;

import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

/** How many apps can act for somebody. */
@MappedEntity("grants")
record SubjectApps(UUID subjectId, long apps) {}
