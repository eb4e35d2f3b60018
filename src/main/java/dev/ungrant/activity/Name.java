package dev.ungrant.activity;

import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

/** What somebody or something that an event names by its id is called now. */
@MappedEntity("members")
record Name(UUID id, String name) {}
