package dev.ungrant.organizations;

import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

/** A logo of an organization that is to be fetched. */
@MappedEntity("organization_logos")
record LogoRow(UUID projectId, UUID organizationId, String logoUrl, int attempts) {}
