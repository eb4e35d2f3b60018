package dev.ungrant.connectedapps;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;

/** A Connected App of an organization (contract §4.1). */
@Serdeable(naming = SnakeCaseStrategy.class)
record InstalledAppJson(
        String connectedAppId,
        String name,
        String description,
        String clientType,
        @Nullable String logoUrl) {
    static InstalledAppJson of(InstalledApp app) {
        return new InstalledAppJson(
                app.wireId(), app.name(), app.description(), app.clientType().wireName(), app.logoUrl());
    }
}
