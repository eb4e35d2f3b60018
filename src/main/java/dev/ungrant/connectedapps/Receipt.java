package dev.ungrant.connectedapps;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;

/**
 * What a revoke ended. The counts stop at 1,000, so that reading them costs the same whatever there was. Asked again, the
 * answer is the same; for an app that was never connected everything is null or 0.
 *
 * @param effectiveBy from when on nobody accepts a token any more: {@code revokedAt}, or the latest {@code exp} of a jwt
 *     access token that a resource server might check by its signature only
 */
@MappedEntity("grants")
public record Receipt(
        @Nullable UUID grantId,
        @Nullable Instant revokedAt,
        int codes,
        int accessTokens,
        int refreshTokens,
        @Nullable Instant effectiveBy) {
    static final Receipt NEVER_CONNECTED = new Receipt(null, null, 0, 0, 0, null);

    /** Both as one, for apps that people see as one line. */
    Receipt plus(Receipt other) {
        if (revokedAt == null || other.revokedAt == null) {
            return revokedAt == null ? other : this;
        }
        boolean later = other.revokedAt.isAfter(revokedAt);
        return new Receipt(
                later ? other.grantId : grantId,
                later ? other.revokedAt : revokedAt,
                codes + other.codes,
                accessTokens + other.accessTokens,
                refreshTokens + other.refreshTokens,
                effectiveBy.isAfter(other.effectiveBy) ? effectiveBy : other.effectiveBy);
    }

    public int tokens() {
        return accessTokens + refreshTokens;
    }
}
