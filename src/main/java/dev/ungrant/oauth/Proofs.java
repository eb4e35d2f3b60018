package dev.ungrant.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.dpop.JWKThumbprintConfirmation;
import com.nimbusds.oauth2.sdk.dpop.verifiers.AccessTokenValidationException;
import com.nimbusds.oauth2.sdk.dpop.verifiers.DPoPIssuer;
import com.nimbusds.oauth2.sdk.dpop.verifiers.DPoPProofUse;
import com.nimbusds.oauth2.sdk.dpop.verifiers.DPoPProtectedResourceRequestVerifier;
import com.nimbusds.oauth2.sdk.dpop.verifiers.DPoPTokenRequestVerifier;
import com.nimbusds.oauth2.sdk.dpop.verifiers.InvalidDPoPProofException;
import com.nimbusds.oauth2.sdk.token.DPoPAccessToken;
import com.nimbusds.oauth2.sdk.token.DPoPTokenError;
import com.nimbusds.oauth2.sdk.util.singleuse.AlreadyUsedException;
import com.nimbusds.openid.connect.sdk.Nonce;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import java.net.URI;
import java.text.ParseException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Proofs of possession (RFC 9449): an app may have its tokens bound to a key of its own, and then shows with each request that
 * it has the key. A proof counts once, at whichever node, and is a minute old at most; so no server nonce is asked for. The
 * address in a proof is compared with BASE_URL and the path, never with what headers say about the address.
 */
@Singleton
final class Proofs {
    static final List<JWSAlgorithm> ALGORITHMS = List.of(JWSAlgorithm.ES256, JWSAlgorithm.PS256, JWSAlgorithm.RS256);

    private static final Set<Nonce> NO_NONCE = null;
    private static final String HEADER = "DPoP";
    private static final int LONGEST = 8192;
    private static final long SKEW_SECONDS = 10;
    private static final long MOST_SECONDS = 60;

    private final SingleUse singleUse;
    private final Issuers issuers;

    Proofs(SingleUse singleUse, Issuers issuers) {
        this.singleUse = singleUse;
        this.issuers = issuers;
    }

    /**
     * The thumbprint of the key that a token request proves (RFC 9449 §5).
     *
     * @return null when there is no proof, and the app needs none
     * @throws OAuthProblem {@code invalid_dpop_proof}
     */
    @Nullable
    byte[] atTokenEndpoint(HttpRequest<?> http, ConnectedApp app) {
        if (!http.getHeaders().contains(HEADER)) {
            if (app.dpopBound()) {
                throw new OAuthProblem(OAuth2Error.INVALID_DPOP_PROOF, "This client must prove its key.");
            }
            return null;
        }
        DPoPTokenRequestVerifier verifier = new DPoPTokenRequestVerifier(
                algorithms(), address(http), SKEW_SECONDS, MOST_SECONDS, use -> useOnce(app.projectId(), use));
        try {
            JWKThumbprintConfirmation key = verifier.verify(new DPoPIssuer(app.wireId()), proof(http), NO_NONCE);
            return key.getValue().decode();
        } catch (InvalidDPoPProofException | ParseException | JOSEException e) {
            throw new OAuthProblem(OAuth2Error.INVALID_DPOP_PROOF, "The DPoP proof is invalid.");
        }
    }

    /**
     * Sees to it that a token which is bound to a key comes with a proof of it (RFC 9449 §7.1).
     *
     * @param text the token itself, whose hash the proof carries
     * @throws OAuthProblem {@code invalid_dpop_proof} or {@code invalid_token}
     */
    void atResource(HttpRequest<?> http, LiveToken token, String text) {
        DPoPProtectedResourceRequestVerifier verifier = new DPoPProtectedResourceRequestVerifier(
                algorithms(), SKEW_SECONDS, MOST_SECONDS, use -> useOnce(token.projectId(), use));
        try {
            verifier.verify(
                    http.getMethodName(),
                    address(http),
                    new DPoPIssuer(WireId.of(ConnectedApp.ID_KIND, token.appId())),
                    proof(http),
                    new DPoPAccessToken(text),
                    new JWKThumbprintConfirmation(Base64URL.encode(token.dpopKey())),
                    NO_NONCE,
                    null);
        } catch (AccessTokenValidationException e) {
            throw new OAuthProblem(DPoPTokenError.INVALID_TOKEN, "The access token is bound to another key.");
        } catch (InvalidDPoPProofException | ParseException | JOSEException e) {
            throw new OAuthProblem(
                    DPoPTokenError.INVALID_DPOP_PROOF.setJWSAlgorithms(algorithms()), "The DPoP proof is invalid.");
        }
    }

    private URI address(HttpRequest<?> http) {
        return URI.create(issuers.baseUrl() + http.getPath());
    }

    private static SignedJWT proof(HttpRequest<?> http) throws ParseException {
        List<String> proofs = http.getHeaders().getAll(HEADER);
        if (proofs.size() != 1 || proofs.getFirst().length() > LONGEST) {
            throw new ParseException("not one proof", 0);
        }
        return SignedJWT.parse(proofs.getFirst());
    }

    private void useOnce(UUID projectId, DPoPProofUse use) throws AlreadyUsedException {
        String id = "proof " + use.getIssuer() + ' ' + use.getJWTID();
        if (!singleUse.use(projectId, id, MOST_SECONDS + 2 * SKEW_SECONDS)) {
            throw new AlreadyUsedException("The proof was used before.");
        }
    }

    static Set<JWSAlgorithm> algorithms() {
        return new LinkedHashSet<>(ALGORITHMS);
    }
}
