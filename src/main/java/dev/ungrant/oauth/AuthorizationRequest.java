package dev.ungrant.oauth;

import io.micronaut.core.annotation.Nullable;
import java.util.List;

/**
 * What a host application passes on from its authorization page (contract §8.1), not yet checked.
 *
 * @param prompt null, {@code consent} or {@code none}
 * @param codeChallenge PKCE S256 (the method itself is never transmitted); null at the start, which has none yet
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
        List<String> resources) {}
