package dev.ungrant.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.auth.verifier.ClientAuthenticationVerifier;
import com.nimbusds.oauth2.sdk.auth.verifier.ClientCredentialsSelector;
import com.nimbusds.oauth2.sdk.auth.verifier.Context;
import com.nimbusds.oauth2.sdk.auth.verifier.ExpendedJTIChecker;
import com.nimbusds.oauth2.sdk.auth.verifier.InvalidClientException;
import com.nimbusds.oauth2.sdk.auth.verifier.JWTAudienceCheck;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.JWTID;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.registration.ClientKeys;
import jakarta.inject.Singleton;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;

/**
 * Checks the assertion by which an app with keys of its own authenticates: {@code private_key_jwt} (RFC 7523 §3, OpenID
 * Connect Core §9). Its one audience is our issuer, as the update of RFC 7523 wants it: an assertion that names an
 * endpoint could be passed on by another server. An app that cannot do otherwise may be let off it, and name the token endpoint,
 * as those two say. It lives five minutes at most and counts once.
 */
@Singleton
final class Assertions {
    static final List<JWSAlgorithm> ALGORITHMS = List.of(JWSAlgorithm.ES256, JWSAlgorithm.PS256, JWSAlgorithm.RS256);

    private static final int LONGEST = 8192;
    private static final long MOST_SECONDS_AHEAD = 300;

    private final SingleUse singleUse;
    private final ClientCredentialsSelector<ConnectedApp> keys;

    Assertions(SingleUse singleUse, ClientKeys clientKeys) {
        this.singleUse = singleUse;
        this.keys = new ClientCredentialsSelector<>() {
            @Override
            public List<Secret> selectClientSecrets(
                    ClientID client, ClientAuthenticationMethod method, Context<ConnectedApp> context) {
                return List.of();
            }

            @Override
            public List<PublicKey> selectPublicKeys(
                    ClientID client,
                    ClientAuthenticationMethod method,
                    JWSHeader header,
                    boolean anew,
                    Context<ConnectedApp> context) {
                List<PublicKey> keys = anew ? List.of() : matching(clientKeys.of(context.get()), header);
                // The verifier asks anew when no key fits the signature, but not when none has the name that it says.
                return keys.isEmpty() ? matching(clientKeys.renewed(context.get()), header) : keys;
            }
        };
    }

    private static List<PublicKey> matching(JWKSet all, JWSHeader header) {
        List<PublicKey> keys = new ArrayList<>();
        for (JWK key : new JWKSelector(JWKMatcher.forJWSHeader(header)).select(all)) {
            try {
                keys.add(((AsymmetricJWK) key).toPublicKey());
            } catch (JOSEException e) {
                // Another key may do.
                continue;
            }
        }
        return keys;
    }

    /** Whether the app itself made this assertion, for this server, now and for the first time. */
    boolean prove(PrivateKeyJWT assertion, ConnectedApp app, Issuers.Named server) {
        JWSHeader header = assertion.getClientAssertion().getHeader();
        boolean named = assertion.getJWTAuthenticationClaimsSet().getJWTID() != null;
        if (!ALGORITHMS.contains(header.getAlgorithm())
                || !named
                || assertion.getClientAssertion().getParsedString().length() > LONGEST) {
            return false;
        }
        Context<ConnectedApp> context = new Context<>();
        context.set(app);
        try {
            verifier(audience(assertion, app, server))
                    .verify(
                            assertion,
                            app.jwksUri() == null
                                    ? Set.of()
                                    : Set.of(com.nimbusds.oauth2.sdk.auth.verifier.Hint.CLIENT_HAS_REMOTE_JWK_SET),
                            context);
            return true;
        } catch (InvalidClientException | JOSEException | UsedBefore e) {
            return false;
        }
    }

    /** Whom the assertion must be for: us, or our endpoint where the app names that and may. */
    private static String audience(PrivateKeyJWT assertion, ConnectedApp app, Issuers.Named server) {
        List<Audience> named = assertion.getJWTAuthenticationClaimsSet().getAudience();
        boolean endpoint = app.endpointAudienceAllowed()
                && List.of(new Audience(server.tokenEndpoint())).equals(named);
        return endpoint ? server.tokenEndpoint() : server.issuer();
    }

    private ClientAuthenticationVerifier<ConnectedApp> verifier(String audience) {
        return new ClientAuthenticationVerifier<>(
                keys, null, Set.of(new Audience(audience)), JWTAudienceCheck.STRICT, new Once(), MOST_SECONDS_AHEAD);
    }

    /** Asking and marking are one step, or two nodes could both ask first: so asking says no, and marking may fail. */
    private final class Once implements ExpendedJTIChecker<ConnectedApp> {
        @Override
        public boolean isExpended(
                JWTID jti, ClientID client, ClientAuthenticationMethod method, Context<ConnectedApp> context) {
            return false;
        }

        @Override
        public void markExpended(
                JWTID jti,
                Date expiry,
                ClientID client,
                ClientAuthenticationMethod method,
                Context<ConnectedApp> context) {
            // A minute more than it can live, for clocks that differ.
            String id = "assertion " + context.get().wireId() + ' ' + jti;
            if (!singleUse.use(context.get().projectId(), id, MOST_SECONDS_AHEAD + 120)) {
                throw new UsedBefore();
            }
        }
    }

    private static final class UsedBefore extends RuntimeException {
        UsedBefore() {
            super(null, null, false, false);
        }
    }
}
