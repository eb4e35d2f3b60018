package dev.ungrant.oauth;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.secrets.SigningKeys;
import jakarta.inject.Singleton;
import java.text.ParseException;
import java.util.List;
import java.util.Optional;

/**
 * ID tokens that apps send back to say whom they mean (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2). One that has expired is
 * as good as a fresh one; one that we did not sign is none.
 */
@Singleton
final class IdTokenHints {
    private final SigningKeys keys;

    IdTokenHints(SigningKeys keys) {
        this.keys = keys;
    }

    /** Whom the token is about; empty when it is not one of ours for this app. */
    Optional<String> subject(String idToken, ConnectedApp app) {
        return keys.verify(idToken)
                .filter(claims -> List.of(app.wireId()).equals(claims.getAudience()))
                .map(JWTClaimsSet::getSubject);
    }

    /** The one that the token says it is for, to look for; only {@link #subject} proves it. */
    static Optional<String> clientId(String idToken) {
        try {
            List<String> audience = SignedJWT.parse(idToken).getJWTClaimsSet().getAudience();
            return audience.size() == 1 ? Optional.of(audience.getFirst()) : Optional.empty();
        } catch (ParseException e) {
            return Optional.empty();
        }
    }
}
