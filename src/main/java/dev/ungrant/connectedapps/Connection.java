package dev.ungrant.connectedapps;

import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;

/**
 * One place where an app is signed in: what came of one authorization, as long as a token of it is alive.
 *
 * @param expiresAt when the last of its tokens ends, or its grant, unless it is renewed before
 * @param renewable whether it holds a refresh token, and the grant lasts longer than that
 * @param redirectHost where the code was sent; null: unknown, empty: an app on a device
 * @param userAgent of the request that redeemed the code; null or empty: unknown, as is {@code ipAddress}
 * @param lastUsedAt null: never used
 */
@MappedEntity("connections")
public record Connection(
        UUID grantId,
        UUID authorizationId,
        Instant beganAt,
        @Nullable Instant lastUsedAt,
        Instant expiresAt,
        boolean renewable,
        @Nullable String redirectHost,
        @Nullable String userAgent,
        @Nullable String ipAddress) {
    static final String ID_KIND = "connection";

    public String wireId() {
        return WireId.of(ID_KIND, authorizationId);
    }
}
