package dev.ungrant.connectedapps;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;

/** A receipt among several, and the app that it is about. */
@MappedEntity("grants")
record AppReceipt(
        UUID appId,
        UUID grantId,
        Instant revokedAt,
        int codes,
        int accessTokens,
        int refreshTokens,
        @Nullable Instant effectiveBy) {
    Receipt receipt() {
        return new Receipt(grantId, revokedAt, codes, accessTokens, refreshTokens, effectiveBy);
    }
}
