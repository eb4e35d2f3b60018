package dev.ungrant.connectedapps;

import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

/** A member who lets an app in, and how far. */
@MappedEntity("grants")
public record ActiveMember(UUID memberId, String scopes) {}
