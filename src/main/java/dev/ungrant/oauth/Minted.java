package dev.ungrant.oauth;

import io.micronaut.core.annotation.Nullable;

/**
 * What a token request is answered with, revealed this once.
 *
 * @param refreshToken null when the app may not act without the person being there
 * @param idToken null unless {@code openid} was granted
 * @param dpopBound whether the access token works only with a proof of possession (RFC 9449)
 */
public record Minted(
        String accessToken,
        int expiresInSeconds,
        String scope,
        @Nullable String refreshToken,
        @Nullable String idToken,
        boolean dpopBound) {
    @Override
    public String toString() {
        return "Minted[hidden]";
    }
}
