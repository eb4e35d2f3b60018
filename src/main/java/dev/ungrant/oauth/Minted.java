package dev.ungrant.oauth;

import io.micronaut.core.annotation.Nullable;

/**
 * What a token request is answered with, revealed this once.
 *
 * @param refreshToken null when the app may not act without the person being there
 * @param idToken null unless {@code openid} was granted and a code was exchanged
 */
public record Minted(
        String accessToken,
        int expiresInSeconds,
        String scope,
        @Nullable String refreshToken,
        @Nullable String idToken) {
    @Override
    public String toString() {
        return "Minted[hidden]";
    }
}
