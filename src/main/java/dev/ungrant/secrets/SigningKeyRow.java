package dev.ungrant.secrets;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;

/**
 * A key as it is stored. Published from {@code createdAt} on, it signs from {@code signsAt} until its successor does.
 *
 * @param generation counts up by one for each algorithm; the next one is the successor
 * @param retiresAt when it leaves the published set; null while nobody follows it
 * @param now the database's time as it was read
 */
@MappedEntity("signing_keys")
record SigningKeyRow(
        String keyId,
        SigningAlgorithm algorithm,
        int generation,
        String publicJwk,
        byte[] privateJwk,
        Instant createdAt,
        Instant signsAt,
        @Nullable Instant retiresAt,
        Instant now) {}
