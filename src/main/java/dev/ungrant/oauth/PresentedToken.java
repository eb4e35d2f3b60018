package dev.ungrant.oauth;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.secrets.Hash;
import dev.ungrant.secrets.Secret;
import dev.ungrant.secrets.SecretKind;
import dev.ungrant.web.Problem;
import dev.ungrant.web.WireId;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * An access token as somebody presents it: where its row is, and the hash that finds it. The claims of a jwt only say
 * where to look; that the very same text was issued is proved by the row, so its signature need not be checked here.
 *
 * @param tenantId the project for a token that an app got for itself
 * @param ofApp whether it is one of those
 */
record PresentedToken(UUID tenantId, byte[] hash, boolean ofApp) {
    private static final int LONGEST = 8192;
    private static final String APP = WireId.prefix(ConnectedApp.ID_KIND);

    static Optional<PresentedToken> parse(String text) {
        if (text.length() <= LONGEST && text.startsWith("ey")) {
            return ofJwt(text);
        }
        return Secret.parse(SecretKind.ACCESS_TOKEN, text)
                .map(secret -> new PresentedToken(secret.tenantId(), secret.hash(), false))
                .or(() -> Secret.parse(SecretKind.APP_TOKEN, text)
                        .map(secret -> new PresentedToken(secret.tenantId(), secret.hash(), true)));
    }

    private static Optional<PresentedToken> ofJwt(String text) {
        try {
            JWTClaimsSet claims = SignedJWT.parse(text).getJWTClaimsSet();
            boolean ofApp = claims.getSubject() != null && claims.getSubject().startsWith(APP);
            return tenantOf(claims).map(tenant -> new PresentedToken(tenant, Hash.sha256(text), ofApp));
        } catch (ParseException | Problem e) {
            return Optional.empty();
        }
    }

    private static Optional<UUID> tenantOf(JWTClaimsSet claims) throws ParseException {
        Map<String, Object> organization = claims.getJSONObjectClaim(AccessTokens.ORGANIZATION_CLAIM);
        if (organization != null) {
            return organization.get("organization_id") instanceof String id
                    ? WireId.parse("organization", id)
                    : Optional.empty();
        }
        List<String> audience = claims.getAudience();
        return audience.isEmpty() ? Optional.empty() : WireId.parse("project", audience.getFirst());
    }
}
