package dev.ungrant.oauth;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.openid.connect.sdk.claims.AccessTokenHash;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.rbac.HeldRoles;
import dev.ungrant.rbac.Person;
import dev.ungrant.secrets.SigningKeys;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;

/**
 * Makes ID tokens (OpenID Connect Core §2), signed as the app wants them. The audience is the app alone, so there is no
 * {@code azp}.
 */
@Singleton
final class IdTokens {
    private static final Duration LIFE = Duration.ofHours(1);

    private final SigningKeys keys;
    private final HeldRoles people;

    IdTokens(SigningKeys keys, HeldRoles people) {
        this.keys = keys;
        this.people = people;
    }

    /**
     * @param authenticatedAt when the person proved who they are; at a refresh the same as at first (§12.2)
     * @param nonce of the authorization request; null: it had none, or this is a refresh
     */
    String mint(
            ConnectedApp app,
            AccessTokens.Basis basis,
            Instant authenticatedAt,
            @Nullable String nonce,
            Minted minted) {
        Instant now = Instant.now();
        Person person = people.person(basis.subject()).orElse(null);
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(basis.issuer())
                .subject(AccessTokens.subjectId(basis.subject()))
                .audience(List.of(app.wireId()))
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFE)))
                .claim("auth_time", authenticatedAt.getEpochSecond())
                .claim("at_hash", hash(app, minted.accessToken()));
        if (nonce != null) {
            claims.claim("nonce", nonce);
        }
        if (person != null) {
            PersonClaims.of(person, basis.scopes()).forEach(claims::claim);
        }
        if (basis.scopes().contains("profile")) {
            AccessTokens.organization(basis.subject(), person, claims);
        }
        return keys.sign(claims.build(), app.idTokenAlg(), JOSEObjectType.JWT);
    }

    /** OpenID Connect Core §3.1.3.6. */
    private static String hash(ConnectedApp app, String accessToken) {
        JWSAlgorithm algorithm = JWSAlgorithm.parse(app.idTokenAlg().name());
        return AccessTokenHash.compute(new BearerAccessToken(accessToken), algorithm, null)
                .getValue();
    }
}
