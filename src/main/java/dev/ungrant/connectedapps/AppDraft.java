package dev.ungrant.connectedapps;

import dev.ungrant.projects.TokenFormat;
import dev.ungrant.secrets.SigningAlgorithm;
import io.micronaut.core.annotation.Nullable;
import java.time.Instant;
import java.util.UUID;

/**
 * A Connected App while it is being filled in: a new one with the defaults, or one that exists with some of its fields
 * changed. {@link ConnectedApp} says what the fields mean; {@link ConnectedApps} says which combinations are allowed.
 * Project, id, type and secret are not for a draft to change. Nothing but a holder of values, hence the open fields.
 */
public final class AppDraft {
    private final UUID projectId;
    private final UUID appId;
    private final ClientType clientType;
    private final TokenFormat projectTokenFormat;

    public String name = "";
    public String description = "";

    @Nullable
    public String logoUrl;

    public String redirectUrls = "[]";
    public String postLogoutRedirectUrls = "[]";
    public boolean fullAccessAllowed;
    public boolean bypassConsentForOfflineAccess;

    @Nullable
    public TokenFormat accessTokenFormat;

    @Nullable
    public Integer accessTokenExpiryMinutes;

    @Nullable
    public String accessTokenCustomAudience;

    public String accessTokenTemplateContent = "";
    public String idTokenTemplateContent = "";
    public String creationMethod = "MANUAL";

    @Nullable
    public String publisherUrl;

    @Nullable
    public Instant publisherVerifiedAt;

    @Nullable
    public String supportUrl;

    @Nullable
    public String termsUrl;

    @Nullable
    public String privacyUrl;

    public ClientAuthMethod tokenEndpointAuthMethod;

    @Nullable
    public String jwks;

    @Nullable
    public String jwksUri;

    public boolean pkceOptional;
    public boolean endpointAudienceAllowed;
    public boolean dpopBound;
    public boolean clientCredentialsAllowed;
    public String ownScopes = "";
    public SigningAlgorithm idTokenAlg = SigningAlgorithm.RS256;

    @Nullable
    public SigningAlgorithm userInfoAlg;

    public boolean requirePushedRequests;

    @Nullable
    public RequestAlgorithm requestObjectAlg;

    public String requestUris = "[]";

    @Nullable
    public String clientIdMetadataUrl;

    @Nullable
    public Integer defaultMaxAge;

    @Nullable
    public String backchannelLogoutUri;

    public boolean backchannelLogoutSessionRequired;

    @Nullable
    private String logoHash;

    @Nullable
    private String secretLastFour;

    @Nullable
    private String nextSecretLastFour;

    private AppDraft(UUID projectId, UUID appId, ClientType clientType, TokenFormat projectTokenFormat) {
        this.projectId = projectId;
        this.appId = appId;
        this.clientType = clientType;
        this.projectTokenFormat = projectTokenFormat;
        this.tokenEndpointAuthMethod =
                clientType.isPublic() ? ClientAuthMethod.NONE : ClientAuthMethod.CLIENT_SECRET_BASIC;
    }

    /** A new app, under an id of its own. */
    public static AppDraft blank(UUID projectId, ClientType clientType, TokenFormat projectTokenFormat) {
        return new AppDraft(projectId, UUID.randomUUID(), clientType, projectTokenFormat);
    }

    public static AppDraft of(ConnectedApp app) {
        AppDraft draft = new AppDraft(app.projectId(), app.appId(), app.clientType(), app.projectTokenFormat());
        draft.name = app.name();
        draft.description = app.description();
        draft.logoUrl = app.logoUrl();
        draft.redirectUrls = app.redirectUrls();
        draft.postLogoutRedirectUrls = app.postLogoutRedirectUrls();
        draft.fullAccessAllowed = app.fullAccessAllowed();
        draft.bypassConsentForOfflineAccess = app.bypassConsentForOfflineAccess();
        draft.accessTokenFormat = app.accessTokenFormat();
        draft.accessTokenExpiryMinutes = app.accessTokenExpiryMinutes();
        draft.accessTokenCustomAudience = app.accessTokenCustomAudience();
        draft.accessTokenTemplateContent = app.accessTokenTemplateContent();
        draft.idTokenTemplateContent = app.idTokenTemplateContent();
        draft.creationMethod = app.creationMethod();
        draft.publisherUrl = app.publisherUrl();
        draft.publisherVerifiedAt = app.publisherVerifiedAt();
        draft.supportUrl = app.supportUrl();
        draft.termsUrl = app.termsUrl();
        draft.privacyUrl = app.privacyUrl();
        draft.tokenEndpointAuthMethod = app.tokenEndpointAuthMethod();
        draft.jwks = app.jwks();
        draft.jwksUri = app.jwksUri();
        draft.pkceOptional = app.pkceOptional();
        draft.endpointAudienceAllowed = app.endpointAudienceAllowed();
        draft.dpopBound = app.dpopBound();
        draft.clientCredentialsAllowed = app.clientCredentialsAllowed();
        draft.ownScopes = app.ownScopes();
        draft.idTokenAlg = app.idTokenAlg();
        draft.userInfoAlg = app.userInfoAlg();
        draft.requirePushedRequests = app.requirePushedRequests();
        draft.requestObjectAlg = app.requestObjectAlg();
        draft.requestUris = app.requestUris();
        draft.clientIdMetadataUrl = app.clientIdMetadataUrl();
        draft.defaultMaxAge = app.defaultMaxAge();
        draft.backchannelLogoutUri = app.backchannelLogoutUri();
        draft.backchannelLogoutSessionRequired = app.backchannelLogoutSessionRequired();
        draft.logoHash = app.logoHash();
        draft.secretLastFour = app.secretLastFour();
        draft.nextSecretLastFour = app.nextSecretLastFour();
        return draft;
    }

    public ConnectedApp app() {
        return new ConnectedApp(
                projectId,
                appId,
                clientType,
                name,
                description,
                logoUrl,
                redirectUrls,
                postLogoutRedirectUrls,
                fullAccessAllowed,
                bypassConsentForOfflineAccess,
                accessTokenFormat,
                projectTokenFormat,
                accessTokenExpiryMinutes,
                accessTokenCustomAudience,
                accessTokenTemplateContent,
                idTokenTemplateContent,
                creationMethod,
                publisherUrl,
                publisherVerifiedAt,
                supportUrl,
                termsUrl,
                privacyUrl,
                tokenEndpointAuthMethod,
                jwks,
                jwksUri,
                pkceOptional,
                endpointAudienceAllowed,
                dpopBound,
                clientCredentialsAllowed,
                ownScopes,
                idTokenAlg,
                userInfoAlg,
                requirePushedRequests,
                requestObjectAlg,
                requestUris,
                clientIdMetadataUrl,
                defaultMaxAge,
                backchannelLogoutUri,
                backchannelLogoutSessionRequired,
                logoHash,
                secretLastFour,
                nextSecretLastFour);
    }
}
