package dev.ungrant.demo;

import io.micronaut.core.annotation.Nullable;

/**
 * Where an app of the demo is signed in.
 *
 * @param usedDaysAgo null: never used
 * @param ipAddress of a network that is for examples only (RFC 5737)
 * @param userAgent empty: it does not say
 */
record StagePlace(int daysAgo, @Nullable Double usedDaysAgo, String ipAddress, String userAgent) {}
