package dev.ungrant.registration;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientMetadata;
import dev.ungrant.connectedapps.AppDraft;
import dev.ungrant.connectedapps.ClientAuthMethod;
import dev.ungrant.connectedapps.ClientType;
import dev.ungrant.connectedapps.RequestAlgorithm;
import dev.ungrant.secrets.SigningAlgorithm;
import dev.ungrant.web.Json;
import io.micronaut.core.annotation.Nullable;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What an app has said of itself, as far as it is taken over.
 *
 * @param said the metadata on the wire (RFC 7591 §2), every member of it kept
 */
record Wanted(OIDCClientMetadata metadata, ClientAuthMethod method, Map<String, Object> said) {
    ClientType type() {
        return method == ClientAuthMethod.NONE ? ClientType.THIRD_PARTY_PUBLIC : ClientType.THIRD_PARTY;
    }

    /** Fills in what an app may say of itself, and nothing else: no draft gets more power this way. */
    void fill(AppDraft draft, Json json) {
        draft.name = name();
        draft.logoUrl = text(metadata.getLogoURI());
        draft.redirectUrls = json.write(strings(metadata.getRedirectionURIs()));
        draft.postLogoutRedirectUrls = json.write(strings(metadata.getPostLogoutRedirectionURIs()));
        draft.publisherUrl = text(metadata.getURI());
        draft.termsUrl = text(metadata.getTermsOfServiceURI());
        draft.privacyUrl = text(metadata.getPolicyURI());
        draft.tokenEndpointAuthMethod = method;
        draft.jwks = metadata.getJWKSet() == null ? null : metadata.getJWKSet().toString(true);
        draft.jwksUri = text(metadata.getJWKSetURI());
        draft.dpopBound = metadata.getDPoPBoundAccessTokens();
        draft.idTokenAlg = signing(metadata.getIDTokenJWSAlg()).orElse(SigningAlgorithm.RS256);
        draft.userInfoAlg = signing(metadata.getUserInfoJWSAlg()).orElse(null);
        draft.requestObjectAlg = metadata.getRequestObjectJWSAlg() == null
                ? null
                : RequestAlgorithm.valueOf(
                        metadata.getRequestObjectJWSAlg().getName().toUpperCase(Locale.ROOT));
        draft.requestUris = json.write(strings(metadata.getRequestObjectURIs()));
        draft.requirePushedRequests = metadata.requiresPushedAuthorizationRequests();
        draft.defaultMaxAge = metadata.getDefaultMaxAge() < 0 ? null : metadata.getDefaultMaxAge();
        draft.backchannelLogoutUri = text(metadata.getBackChannelLogoutURI());
        draft.backchannelLogoutSessionRequired = metadata.requiresBackChannelLogoutSession();
    }

    private static Optional<SigningAlgorithm> signing(@Nullable JWSAlgorithm algorithm) {
        return Optional.ofNullable(algorithm).map(named -> SigningAlgorithm.valueOf(named.getName()));
    }

    /** An app without a name is called by where it sends people. */
    private String name() {
        if (metadata.getName() != null && !metadata.getName().isBlank()) {
            return metadata.getName().strip();
        }
        URI redirect = metadata.getRedirectionURIs().iterator().next();
        return redirect.getHost() == null ? redirect.getScheme() : redirect.getHost();
    }

    static List<String> strings(@Nullable Collection<URI> uris) {
        return uris == null ? List.of() : uris.stream().map(URI::toString).toList();
    }

    @Nullable
    private static String text(@Nullable URI uri) {
        return uri == null ? null : uri.toString();
    }

    /** Whether the parser knows that member at all. */
    static boolean isKnown(String member) {
        return ClientMetadata.getRegisteredParameterNames().contains(member)
                || OIDCClientMetadata.getRegisteredParameterNames().contains(member);
    }
}
