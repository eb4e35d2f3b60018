package dev.ungrant.rbac;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;

/** @param policy null when the project has added nothing to the built-in policy */
@MappedEntity("policies")
record PolicyRow(String vertical, @Nullable String policy) {}
