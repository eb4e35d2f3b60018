package dev.ungrant.federation;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.claims.AuthorizedParty;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import dev.ungrant.fetching.FetchException;
import dev.ungrant.fetching.Fetching;
import dev.ungrant.secrets.Pepper;
import dev.ungrant.web.Json;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Problem;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gives a provider's code back for what it says about the person, and checks that (OpenID Connect Core 1.0 §3.1.3). */
@Singleton
final class ProviderTokens {
    private static final int MOST_BYTES = 64 * 1024;

    private final ProviderDocuments documents;
    private final Fetching fetching;
    private final Pepper pepper;
    private final Json json;

    ProviderTokens(ProviderDocuments documents, Fetching fetching, Pepper pepper, Json json) {
        this.documents = documents;
        this.fetching = fetching;
        this.pepper = pepper;
        this.json = json;
    }

    /** @param nonce of the attempt, which the ID token must hold */
    IDTokenClaimsSet redeem(SignInProvider provider, String code, String redirectUri, String verifier, String nonce)
            throws ProviderTrouble {
        ProviderDocuments.Documents known = documents.of(provider, false);
        String address = known.metadata().getTokenEndpointURI().toString();
        JsonBody answer = ask(
                known.metadata(),
                provider.clientId(),
                new String(pepper.decrypt(provider.clientSecret()), StandardCharsets.UTF_8),
                Map.of(
                        "grant_type", "authorization_code",
                        "code", code,
                        "redirect_uri", redirectUri,
                        "code_verifier", verifier));
        if (answer.has("error")) {
            String error = answer.string("error").orElse("");
            throw new ProviderTrouble(
                    error.equals("invalid_client") ? ProviderTrouble.What.CLIENT : ProviderTrouble.What.CODE,
                    address,
                    error);
        }
        String idToken = answer.string("id_token")
                .orElseThrow(() -> new ProviderTrouble(ProviderTrouble.What.TOKEN, address, "There is no ID token."));
        try {
            return validated(provider, known.keys(), idToken, nonce);
        } catch (ProviderTrouble e) {
            // It may have a new key since.
            JWKSet renewed = documents.of(provider, true).keys();
            if (renewed.equals(known.keys())) {
                throw e;
            }
            return validated(provider, renewed, idToken, nonce);
        }
    }

    private static IDTokenClaimsSet validated(SignInProvider provider, JWKSet keys, String idToken, String nonce)
            throws ProviderTrouble {
        IDTokenValidator validator = new IDTokenValidator(
                new Issuer(provider.issuer()),
                new ClientID(provider.clientId()),
                new JWSVerificationKeySelector<>(ProviderDocuments.ALGORITHMS, new ImmutableJWKSet<>(keys)),
                null);
        try {
            IDTokenClaimsSet claims = validator.validate(JWTParser.parse(idToken), new Nonce(nonce));
            requireParty(claims, provider.clientId());
            return claims;
        } catch (ParseException | BadJOSEException | JOSEException e) {
            throw new ProviderTrouble(ProviderTrouble.What.TOKEN, provider.issuer(), String.valueOf(e.getMessage()));
        }
    }

    /** OpenID Connect Core 1.0 §3.1.3.7, points 4 and 5: a token for several says for whom it was made. */
    private static void requireParty(IDTokenClaimsSet claims, String clientId) throws BadJWTException {
        AuthorizedParty party = claims.getAuthorizedParty();
        boolean alone = claims.getAudience().size() == 1;
        if (party == null ? !alone : !party.getValue().equals(clientId)) {
            throw new BadJWTException("The authorized party (azp) is another one or missing");
        }
    }

    /** Whether the provider knows the client: a code that nobody issued is refused after the secret was looked at. */
    void requireClient(OIDCProviderMetadata metadata, String clientId, String secret, String redirectUri)
            throws ProviderTrouble {
        JsonBody answer = ask(
                metadata,
                clientId,
                secret,
                Map.of(
                        "grant_type", "authorization_code",
                        "code", "a-code-that-nobody-issued",
                        "redirect_uri", redirectUri,
                        "code_verifier", "0123456789012345678901234567890123456789012"));
        String error = answer.string("error").orElse("");
        if (error.equals("invalid_client") || error.equals("unauthorized_client")) {
            throw new ProviderTrouble(
                    ProviderTrouble.What.CLIENT, metadata.getTokenEndpointURI().toString(), error);
        }
    }

    private JsonBody ask(OIDCProviderMetadata metadata, String clientId, String secret, Map<String, String> parameters)
            throws ProviderTrouble {
        String address = metadata.getTokenEndpointURI().toString();
        Map<String, String> form = new LinkedHashMap<>(parameters);
        String authorization = null;
        List<ClientAuthenticationMethod> methods = metadata.getTokenEndpointAuthMethods();
        // Basic is what a provider understands that says nothing (Discovery §3).
        if (methods == null || methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)) {
            authorization =
                    new ClientSecretBasic(new ClientID(clientId), new Secret(secret)).toHTTPAuthorizationHeader();
        } else {
            form.put("client_id", clientId);
            form.put("client_secret", secret);
        }
        try {
            return json.body(new String(
                    fetching.post(address, form, authorization, MOST_BYTES).body(), StandardCharsets.UTF_8));
        } catch (FetchException e) {
            throw new ProviderTrouble(ProviderTrouble.What.UNREACHABLE, address, e.getMessage());
        } catch (Problem e) {
            throw new ProviderTrouble(ProviderTrouble.What.CODE, address, "Its answer is not JSON.");
        }
    }
}
