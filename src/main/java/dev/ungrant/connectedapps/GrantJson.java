package dev.ungrant.connectedapps;

import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import java.time.Instant;

/**
 * A Connected App of a person (contract §4.1). The last four fields are ours.
 *
 * @param expiresAt null: the grant has no end date
 * @param lastUsedAt null: never used
 */
@Serdeable(naming = SnakeCaseStrategy.class)
record GrantJson(
        String connectedAppId,
        String name,
        String description,
        String clientType,
        String scopesGranted,
        @Nullable String logoUrl,
        String grantId,
        Instant grantedAt,
        @Nullable Instant lastUsedAt,
        @Nullable Instant expiresAt) {
    static GrantJson of(GrantedApp app) {
        return new GrantJson(
                app.appWireId(),
                app.name(),
                app.description(),
                app.clientType().wireName(),
                app.scopes(),
                app.logoUrl(),
                WireId.of("grant", app.grantId()),
                app.grantedAt(),
                app.lastUsedAt(),
                app.expiresAt());
    }
}
