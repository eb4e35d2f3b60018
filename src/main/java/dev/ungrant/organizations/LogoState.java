package dev.ungrant.organizations;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;

/**
 * What became of an organization's logo.
 *
 * @param imageHash null: there is nothing to show yet
 * @param problem why there will be nothing, in English; null: there is a picture, or it is still to be fetched
 */
@MappedEntity("organization_logos")
record LogoState(
        @Nullable byte[] imageHash,
        @Nullable byte[] png,
        @Nullable String problem) {}
