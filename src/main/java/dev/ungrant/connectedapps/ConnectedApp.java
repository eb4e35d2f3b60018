package dev.ungrant.connectedapps;

import dev.ungrant.projects.TokenFormat;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;

/**
 * An OAuth client of a project, in the contract's words a Connected App.
 *
 * @param redirectUrls a JSON array of strings, as is {@code postLogoutRedirectUrls}
 * @param accessTokenFormat null: as the project says; {@code projectTokenFormat} is what that is
 * @param accessTokenExpiryMinutes null: the default of the format
 * @param publisherUrl the app's own web site, as it says itself; null when unknown
 * @param publisherVerifiedAt null while nobody has proved who publishes it
 * @param secretLastFour null for a public app
 * @param nextSecretLastFour null unless the secret is being rotated
 */
@MappedEntity("connected_apps")
public record ConnectedApp(
        UUID projectId,
        UUID appId,
        ClientType clientType,
        String name,
        String description,
        @Nullable String logoUrl,
        String redirectUrls,
        String postLogoutRedirectUrls,
        boolean fullAccessAllowed,
        boolean bypassConsentForOfflineAccess,
        @Nullable TokenFormat accessTokenFormat,
        TokenFormat projectTokenFormat,
        @Nullable Integer accessTokenExpiryMinutes,
        @Nullable String accessTokenCustomAudience,
        String accessTokenTemplateContent,
        String idTokenTemplateContent,
        String creationMethod,
        @Nullable String publisherUrl,
        @Nullable Instant publisherVerifiedAt,
        @Nullable String supportUrl,
        @Nullable String termsUrl,
        @Nullable String privacyUrl,
        @Nullable String secretLastFour,
        @Nullable String nextSecretLastFour) {
    public static final String ID_KIND = "connected-app";

    private static final int OPAQUE_MINUTES = 60;
    private static final int JWT_MINUTES = 5;

    /** Also the client_id. */
    public String wireId() {
        return WireId.of(ID_KIND, appId);
    }

    /** The format in which it gets its access tokens. */
    public TokenFormat tokenFormat() {
        return accessTokenFormat == null ? projectTokenFormat : accessTokenFormat;
    }

    /** How long its access tokens live, in minutes. */
    public int tokenMinutes() {
        if (accessTokenExpiryMinutes != null) {
            return accessTokenExpiryMinutes;
        }
        return tokenFormat() == TokenFormat.JWT ? JWT_MINUTES : OPAQUE_MINUTES;
    }
}
