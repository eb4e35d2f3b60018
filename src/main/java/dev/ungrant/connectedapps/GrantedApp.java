package dev.ungrant.connectedapps;

import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;

/**
 * An app as a person sees it among those that can act for them: the grant and whose it is.
 *
 * @param logoHash SHA-256, in hex, of the picture that pages show of the app; null: its initials
 * @param scopes space-separated, of the last completed authorization
 * @param expiresAt null: no end date
 * @param lastUsedAt null: never used
 * @param uses how often a token of the grant was used
 * @param revokedAt null: live
 * @param askedAgainAt when somebody asked for a new approval; null: nobody did, or it was given
 * @param hasLiveToken false when the app is still let in but holds nothing it could act with now
 */
@MappedEntity("grants")
public record GrantedApp(
        UUID grantId,
        UUID appId,
        String name,
        String description,
        ClientType clientType,
        @Nullable String logoUrl,
        @Nullable String logoHash,
        String creationMethod,
        @Nullable String publisherUrl,
        @Nullable Instant publisherVerifiedAt,
        @Nullable String supportUrl,
        @Nullable String termsUrl,
        @Nullable String privacyUrl,
        String scopes,
        Instant grantedAt,
        Instant authorizedAt,
        @Nullable Instant expiresAt,
        @Nullable Instant lastUsedAt,
        long uses,
        @Nullable Instant revokedAt,
        @Nullable EndReason revokedWhy,
        @Nullable Instant askedAgainAt,
        boolean hasLiveToken) {
    public String appWireId() {
        return WireId.of(ConnectedApp.ID_KIND, appId);
    }

    public boolean isLive() {
        return revokedAt == null;
    }
}
