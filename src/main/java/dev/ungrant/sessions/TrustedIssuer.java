package dev.ungrant.sessions;

import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

/**
 * Somebody whose signed word about who a person is a project takes.
 *
 * @param personClaim {@code email}: the verified e-mail address; any other: the external id
 * @param organizationClaim the organization's id, external id or slug; null: the page says which one
 * @param jwks public keys; null: not fetched yet
 * @param jwksUrl null: the keys were given
 * @param fresh whether the keys were given, or fetched within the last hour
 * @param usable whether the keys were given, or fetched within the last day
 */
@MappedEntity("trusted_issuers")
public record TrustedIssuer(
        UUID projectId,
        UUID profileId,
        String issuer,
        String audience,
        String personClaim,
        @Nullable String organizationClaim,
        @Nullable String jwks,
        @Nullable String jwksUrl,
        boolean fresh,
        boolean usable) {
    public String wireId() {
        return WireId.of("trusted-token-profile", profileId);
    }
}
