package dev.ungrant.connectedapps;

import dev.ungrant.projects.TokenFormat;
import dev.ungrant.secrets.SigningAlgorithm;
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
 * @param jwks the app's public keys as a JSON object (RFC 7517 §5); null when it has none, or they are at {@code jwksUri}
 * @param jwksUri null unless the app publishes its keys itself
 * @param pkceOptional a confidential app that may leave PKCE out; false: PKCE is required, as it always is of public apps
 * @param endpointAudienceAllowed its assertions may name our token endpoint as their audience; false: our issuer and nothing else
 * @param dpopBound its access tokens are always bound to a key of its own (RFC 9449 §5.2)
 * @param clientCredentialsAllowed it may get tokens for itself (RFC 6749 §4.4), with {@code ownScopes} at most
 * @param userInfoAlg what UserInfo is signed with for it; null: it is plain JSON
 * @param requirePushedRequests it may only ask by a pushed request (RFC 9126 §6)
 * @param requestObjectAlg what its request objects must be signed with; null: any algorithm that is taken, or none
 * @param requestUris a JSON array of the addresses at which it may keep request objects
 * @param clientIdMetadataUrl the address that it uses as its client_id, where its metadata is; null for an app that is known by
 *     its id here
 * @param defaultMaxAge how long ago a person may have signed in when this app asks, in seconds, unless a request says
 *     otherwise (OpenID Connect Registration §2); null: as long as the session lasts
 * @param backchannelLogoutUri where it wants to be told that a session ended (OpenID Connect Back-Channel Logout §2.2); null:
 *     nowhere
 * @param logoHash SHA-256, in hex, of the picture that pages show of it; null: its initials
 * @param secretLastFour null for an app without a secret
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
        ClientAuthMethod tokenEndpointAuthMethod,
        @Nullable String jwks,
        @Nullable String jwksUri,
        boolean pkceOptional,
        boolean endpointAudienceAllowed,
        boolean dpopBound,
        boolean clientCredentialsAllowed,
        String ownScopes,
        SigningAlgorithm idTokenAlg,
        @Nullable SigningAlgorithm userInfoAlg,
        boolean requirePushedRequests,
        @Nullable RequestAlgorithm requestObjectAlg,
        String requestUris,
        @Nullable String clientIdMetadataUrl,
        @Nullable Integer defaultMaxAge,
        @Nullable String backchannelLogoutUri,
        boolean backchannelLogoutSessionRequired,
        @Nullable String logoHash,
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
