package dev.ungrant.connectedapps;

import dev.ungrant.web.Json;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A Connected App as its project's backend sees it (contract §7.1). {@code access_token_format} and what follows it is
 * ours: the contract has no such fields.
 *
 * @param clientSecret only in the answer to a creation; else null
 * @param nextClientSecret only in the answer to the start of a rotation; else null
 */
@Serdeable(naming = SnakeCaseStrategy.class)
public record ConnectedAppJson(
        String clientId,
        String clientName,
        String clientDescription,
        String status,
        String clientType,
        boolean fullAccessAllowed,
        List<String> redirectUrls,
        int accessTokenExpiryMinutes,
        String accessTokenTemplateContent,
        List<String> postLogoutRedirectUrls,
        boolean bypassConsentForOfflineAccess,
        String creationMethod,
        String idTokenTemplateContent,
        @Nullable String clientSecretLastFour,
        @Nullable String nextClientSecretLastFour,
        @Nullable String accessTokenCustomAudience,
        @Nullable String logoUrl,
        @Nullable String clientIdMetadataUrl,
        @Nullable String clientSecret,
        @Nullable String nextClientSecret,
        String accessTokenFormat,
        @Nullable String clientUri,
        @Nullable String supportUri,
        @Nullable String tosUri,
        @Nullable String policyUri,
        String tokenEndpointAuthMethod,
        @Nullable Map<String, Object> jwks,
        @Nullable String jwksUri,
        boolean pkceOptional,
        boolean endpointAudienceAllowed,
        boolean dpopBoundAccessTokens,
        boolean clientCredentialsAllowed,
        List<String> ownScopes,
        String idTokenSignedResponseAlg,
        @Nullable String userinfoSignedResponseAlg,
        boolean requirePushedAuthorizationRequests,
        @Nullable String requestObjectSigningAlg,
        List<String> requestUris,
        @Nullable Integer defaultMaxAge,
        @Nullable String backchannelLogoutUri,
        boolean backchannelLogoutSessionRequired) {
    public static ConnectedAppJson of(ConnectedApp app, Json json) {
        return of(app, null, null, json);
    }

    public static ConnectedAppJson of(
            ConnectedApp app, @Nullable String clientSecret, @Nullable String nextClientSecret, Json json) {
        return new ConnectedAppJson(
                app.wireId(),
                app.name(),
                app.description(),
                "active",
                app.clientType().wireName(),
                app.fullAccessAllowed(),
                json.strings(app.redirectUrls()),
                app.tokenMinutes(),
                app.accessTokenTemplateContent(),
                json.strings(app.postLogoutRedirectUrls()),
                app.bypassConsentForOfflineAccess(),
                app.creationMethod(),
                app.idTokenTemplateContent(),
                app.secretLastFour(),
                app.nextSecretLastFour(),
                app.accessTokenCustomAudience(),
                app.logoUrl(),
                app.clientIdMetadataUrl(),
                clientSecret,
                nextClientSecret,
                app.tokenFormat().name().toLowerCase(Locale.ROOT),
                app.publisherUrl(),
                app.supportUrl(),
                app.termsUrl(),
                app.privacyUrl(),
                app.tokenEndpointAuthMethod().wireName(),
                app.jwks() == null ? null : json.object(app.jwks()),
                app.jwksUri(),
                app.pkceOptional(),
                app.endpointAudienceAllowed(),
                app.dpopBound(),
                app.clientCredentialsAllowed(),
                Scopes.parse(app.ownScopes()).toList(),
                app.idTokenAlg().name(),
                app.userInfoAlg() == null ? null : app.userInfoAlg().name(),
                app.requirePushedRequests(),
                app.requestObjectAlg() == null ? null : app.requestObjectAlg().wireName(),
                json.strings(app.requestUris()),
                app.defaultMaxAge(),
                app.backchannelLogoutUri(),
                app.backchannelLogoutSessionRequired());
    }
}
