package dev.ungrant.connectedapps;

import dev.ungrant.projects.TokenFormat;
import dev.ungrant.secrets.SigningAlgorithm;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import java.util.List;
import java.util.Optional;

/** The fields of an app as a request carries them (contract §7.2; from {@code token_endpoint_auth_method} on they are ours). */
public final class AppFields {
    /** Null is as good as absent, so that it cannot say "no more". */
    private static final int NO_MAX_AGE = -1;

    private AppFields() {}

    /** @throws Problem {@code invalid_connected_app_type} */
    public static ClientType clientType(JsonBody body) {
        try {
            return body.oneOf("client_type", ClientType.class).orElseThrow();
        } catch (RuntimeException e) {
            throw new Problem(ErrorType.INVALID_CONNECTED_APP_TYPE);
        }
    }

    /**
     * The app with what the body says; what it leaves out stays. Type, id and secret are not for the body to change. The
     * Java client sends empty lists that nobody gave it, so an empty list leaves the redirect URLs alone; an app without any
     * is made by creating it so.
     *
     * @throws Problem when a field has the wrong form
     */
    public static ConnectedApp in(JsonBody body, ConnectedApp app, Json json) {
        AppDraft draft = AppDraft.of(app);
        draft.name = body.string("client_name", 128).orElse(app.name());
        draft.description = body.string("client_description", 1024).orElse(app.description());
        draft.logoUrl = text(body, "logo_url", 2048, app.logoUrl());
        draft.redirectUrls = list(body, "redirect_urls", app.redirectUrls(), json);
        draft.postLogoutRedirectUrls = list(body, "post_logout_redirect_urls", app.postLogoutRedirectUrls(), json);
        draft.fullAccessAllowed = body.bool("full_access_allowed").orElse(app.fullAccessAllowed());
        draft.bypassConsentForOfflineAccess =
                body.bool("bypass_consent_for_offline_access").orElse(app.bypassConsentForOfflineAccess());
        draft.accessTokenFormat =
                body.oneOf("access_token_format", TokenFormat.class).orElse(app.accessTokenFormat());
        draft.accessTokenExpiryMinutes = body.integer("access_token_expiry_minutes")
                .filter(minutes -> minutes != 0)
                .orElse(app.accessTokenExpiryMinutes());
        draft.accessTokenCustomAudience =
                text(body, "access_token_custom_audience", 1024, app.accessTokenCustomAudience());
        draft.accessTokenTemplateContent =
                body.string("access_token_template_content", 10_000).orElse(app.accessTokenTemplateContent());
        draft.idTokenTemplateContent =
                body.string("id_token_template_content", 10_000).orElse(app.idTokenTemplateContent());
        draft.publisherUrl = link(body, "client_uri", app.publisherUrl());
        draft.supportUrl = link(body, "support_uri", app.supportUrl());
        draft.termsUrl = link(body, "tos_uri", app.termsUrl());
        draft.privacyUrl = link(body, "policy_uri", app.privacyUrl());
        rules(body, app, draft, json);
        return draft.app();
    }

    private static void rules(JsonBody body, ConnectedApp app, AppDraft draft, Json json) {
        draft.tokenEndpointAuthMethod =
                body.oneOf("token_endpoint_auth_method", ClientAuthMethod.class).orElse(app.tokenEndpointAuthMethod());
        if (body.has("jwks")) {
            draft.jwks =
                    body.object("jwks").map(keys -> json.write(keys.fields())).orElse(null);
        }
        draft.jwksUri = text(body, "jwks_uri", 2048, body.has("jwks") ? null : app.jwksUri());
        if (body.has("jwks_uri") && !body.has("jwks")) {
            draft.jwks = null;
        }
        draft.pkceOptional = body.bool("pkce_optional").orElse(app.pkceOptional());
        draft.endpointAudienceAllowed = body.bool("endpoint_audience_allowed").orElse(app.endpointAudienceAllowed());
        draft.dpopBound = body.bool("dpop_bound_access_tokens").orElse(app.dpopBound());
        draft.clientCredentialsAllowed = body.bool("client_credentials_allowed").orElse(app.clientCredentialsAllowed());
        draft.ownScopes =
                body.strings("own_scopes").map(Scopes::of).map(Scopes::toString).orElse(app.ownScopes());
        draft.idTokenAlg = body.oneOf("id_token_signed_response_alg", SigningAlgorithm.class)
                .orElse(app.idTokenAlg());
        draft.userInfoAlg = choice(body, "userinfo_signed_response_alg", SigningAlgorithm.class, app.userInfoAlg());
        draft.requirePushedRequests =
                body.bool("require_pushed_authorization_requests").orElse(app.requirePushedRequests());
        draft.requestObjectAlg =
                choice(body, "request_object_signing_alg", RequestAlgorithm.class, app.requestObjectAlg());
        draft.requestUris = body.strings("request_uris").map(json::write).orElse(app.requestUris());
        if (body.has("default_max_age")) {
            int seconds = body.integer("default_max_age").orElseThrow();
            draft.defaultMaxAge = seconds == NO_MAX_AGE ? null : Integer.valueOf(seconds);
        }
        draft.backchannelLogoutUri = text(body, "backchannel_logout_uri", 2048, app.backchannelLogoutUri());
        draft.backchannelLogoutSessionRequired =
                body.bool("backchannel_logout_session_required").orElse(app.backchannelLogoutSessionRequired());
    }

    /** One of the names, or empty for none of them. */
    @Nullable
    private static <E extends Enum<E>> E choice(JsonBody body, String name, Class<E> type, @Nullable E otherwise) {
        if (body.string(name).filter(String::isEmpty).isPresent()) {
            return null;
        }
        return body.oneOf(name, type).orElse(otherwise);
    }

    @Nullable
    private static String text(JsonBody body, String name, int longest, @Nullable String otherwise) {
        Optional<String> value = body.string(name, longest);
        return value.isEmpty() ? otherwise : value.get().isEmpty() ? null : value.get();
    }

    @Nullable
    private static String link(JsonBody body, String name, @Nullable String otherwise) {
        String value = text(body, name, 2048, otherwise);
        if (value != null && !value.startsWith("https://") && !value.startsWith("http://")) {
            throw new Problem(ErrorType.BAD_REQUEST, name + " must be an http or https URL.");
        }
        return value;
    }

    private static String list(JsonBody body, String name, String otherwise, Json json) {
        List<String> given = body.strings(name).orElse(List.of());
        return given.isEmpty() ? otherwise : json.write(given);
    }
}
