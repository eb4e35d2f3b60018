package dev.ungrant.registration;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;

/**
 * What an app's jwks_uri held.
 *
 * @param jwks null: nothing was ever fetched
 * @param fresh within the last hour
 * @param usable within the last day
 */
@MappedEntity("app_key_sets")
record KeySetRow(String jwksUri, @Nullable String jwks, boolean fresh, boolean usable) {}
