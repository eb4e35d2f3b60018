package dev.ungrant.oauth;

import io.micronaut.core.annotation.Nullable;
import java.util.List;

/**
 * What an app asks for, as it came to our own page or as a host application passes it on from its page (contract §8.1); not
 * yet checked against the app.
 *
 * @param prompt null, {@code consent} or {@code none}
 * @param codeChallenge PKCE S256 (the method itself is never transmitted); null at the start, which has none yet
 * @param dpopThumbprint base64url of the SHA-256 of the key that must redeem the code (RFC 9449 §10); null: any may
 */
public record AuthorizationRequest(
        String clientId,
        String redirectUri,
        String responseType,
        List<String> scopes,
        @Nullable String prompt,
        @Nullable String state,
        @Nullable String nonce,
        @Nullable String codeChallenge,
        List<String> resources,
        @Nullable String dpopThumbprint) {
    public AuthorizationRequest(
            String clientId,
            String redirectUri,
            String responseType,
            List<String> scopes,
            @Nullable String prompt,
            @Nullable String state,
            @Nullable String nonce,
            @Nullable String codeChallenge,
            List<String> resources) {
        this(clientId, redirectUri, responseType, scopes, prompt, state, nonce, codeChallenge, resources, null);
    }

    AuthorizationRequest withScopes(List<String> others) {
        return new AuthorizationRequest(
                clientId,
                redirectUri,
                responseType,
                others,
                prompt,
                state,
                nonce,
                codeChallenge,
                resources,
                dpopThumbprint);
    }

    @Override
    public String toString() {
        return "AuthorizationRequest[" + clientId + "]";
    }
}
