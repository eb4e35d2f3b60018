package dev.ungrant.oauth;

import dev.ungrant.connectedapps.Consents;
import dev.ungrant.secrets.Secret;
import dev.ungrant.secrets.SecretKind;
import dev.ungrant.web.Json;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

/** Makes authorization codes. */
@Singleton
final class AuthorizationCodes {
    /** A code is redeemed at once or not at all. */
    private static final int SECONDS = 60;

    private final TokenRepository tokens;
    private final Json json;

    AuthorizationCodes(TokenRepository tokens, Json json) {
        this.tokens = tokens;
        this.json = json;
    }

    /**
     * Writes the row of a new code, in the transaction that is open, and reveals the code.
     *
     * @param authenticatedAt when the person proved who they are
     */
    String issue(UUID grantId, Consents.Ask ask, AuthorizationRequest request, Instant authenticatedAt) {
        Secret code = Secret.mint(SecretKind.AUTHORIZATION_CODE, ask.subject().tenantId());
        String thumbprint = request.dpopThumbprint();
        tokens.insertCode(
                code.tenantId(),
                code.hash(),
                grantId,
                UUID.randomUUID(),
                request.redirectUri(),
                request.codeChallenge(),
                thumbprint == null ? null : Base64.getUrlDecoder().decode(thumbprint),
                ask.scopes().toString(),
                json.write(request.resources()),
                request.nonce(),
                authenticatedAt,
                SECONDS);
        return code.reveal();
    }
}
