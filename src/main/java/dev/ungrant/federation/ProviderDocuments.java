package dev.ungrant.federation;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import dev.ungrant.database.Transactions;
import dev.ungrant.fetching.FetchException;
import dev.ungrant.fetching.Fetching;
import dev.ungrant.secrets.PublicKeySets;
import io.micronaut.context.annotation.Property;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a provider publishes about itself (OpenID Connect Discovery 1.0 §4) and its keys: fetched together, kept for an hour, and for
 * a day while the provider does not answer. Fetches, so it must not be called in a transaction.
 */
@Singleton
final class ProviderDocuments {
    private static final Logger LOG = LoggerFactory.getLogger(ProviderDocuments.class);
    private static final Set<String> TYPES = Set.of("application/json");
    private static final Set<String> KEY_TYPES = Set.of("application/json", "application/jwk-set+json");
    private static final int MOST_BYTES = 128 * 1024;

    /** Nothing that is signed with a secret we share: whoever can check it could make it. */
    static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512,
            JWSAlgorithm.EdDSA);

    private final ProviderRepository repository;
    private final Fetching fetching;
    private final Transactions transactions;
    private final boolean loopbackAllowed;

    ProviderDocuments(
            ProviderRepository repository,
            Fetching fetching,
            Transactions transactions,
            @Property(name = "ungrant.fetching.loopback", defaultValue = "false") boolean loopbackAllowed) {
        this.repository = repository;
        this.fetching = fetching;
        this.transactions = transactions;
        this.loopbackAllowed = loopbackAllowed;
    }

    /** @param keys public ones only */
    record Documents(OIDCProviderMetadata metadata, JWKSet keys) {}

    /** @param anew when a signature names a key that the kept ones do not hold; asked every ten seconds at most */
    Documents of(SignInProvider provider, boolean anew) throws ProviderTrouble {
        boolean kept = provider.metadata() != null && provider.jwks() != null;
        if (kept && provider.fresh() && !anew) {
            return kept(provider);
        }
        boolean mayTry =
                transactions.write(() -> repository.mayTry(provider.projectId(), provider.organizationId())) > 0;
        if (!mayTry && kept && provider.usable()) {
            return kept(provider);
        }
        if (!mayTry) {
            throw new ProviderTrouble(ProviderTrouble.What.UNREACHABLE, provider.issuer(), "It was asked just now.");
        }
        try {
            Documents fetched = fetch(provider.issuer());
            transactions.write(() -> repository.keep(
                    provider.projectId(),
                    provider.organizationId(),
                    provider.issuer(),
                    fetched.metadata().toJSONObject().toJSONString(),
                    fetched.keys().toString(true)));
            return fetched;
        } catch (ProviderTrouble e) {
            if (kept && provider.usable()) {
                LOG.warn("What was known of the provider of {} is used on: {}", provider.wireId(), e.getMessage());
                return kept(provider);
            }
            throw e;
        }
    }

    private static Documents kept(SignInProvider provider) throws ProviderTrouble {
        try {
            return new Documents(
                    OIDCProviderMetadata.parse(provider.metadata()),
                    PublicKeySets.parse(provider.jwks()).orElseGet(JWKSet::new));
        } catch (ParseException e) {
            throw new ProviderTrouble(ProviderTrouble.What.METADATA, provider.issuer(), "It cannot be read.");
        }
    }

    /** Both, as they are now, looked at. */
    Documents fetch(String issuer) throws ProviderTrouble {
        String address = discoveryAddress(issuer);
        OIDCProviderMetadata metadata = metadata(address, text(address, TYPES, ProviderTrouble.What.UNREACHABLE));
        if (!metadata.getIssuer().getValue().equals(issuer)) {
            throw new ProviderTrouble(
                    ProviderTrouble.What.ISSUER, address, metadata.getIssuer().getValue());
        }
        requireOffer(address, metadata);
        String jwksAddress = metadata.getJWKSetURI().toString();
        JWKSet keys = PublicKeySets.parse(text(jwksAddress, KEY_TYPES, ProviderTrouble.What.KEYS))
                .filter(set -> !set.isEmpty())
                .orElseThrow(() ->
                        new ProviderTrouble(ProviderTrouble.What.KEYS, jwksAddress, "It holds no set of public keys."));
        return new Documents(metadata, keys);
    }

    private static OIDCProviderMetadata metadata(String address, String text) throws ProviderTrouble {
        try {
            return OIDCProviderMetadata.parse(text);
        } catch (ParseException e) {
            throw new ProviderTrouble(ProviderTrouble.What.METADATA, address, String.valueOf(e.getMessage()));
        }
    }

    private void requireOffer(String address, OIDCProviderMetadata metadata) throws ProviderTrouble {
        List<JWSAlgorithm> algorithms = metadata.getIDTokenJWSAlgs();
        String lacking = !isGood(metadata.getAuthorizationEndpointURI())
                ? "authorization_endpoint"
                : !isGood(metadata.getTokenEndpointURI())
                        ? "token_endpoint"
                        : !isGood(metadata.getJWKSetURI())
                                ? "jwks_uri"
                                : metadata.getResponseTypes() == null
                                                || !metadata.getResponseTypes().contains(new ResponseType("code"))
                                        ? "response_types_supported"
                                        : algorithms == null
                                                        || algorithms.stream().noneMatch(ALGORITHMS::contains)
                                                ? "id_token_signing_alg_values_supported"
                                                : "";
        if (!lacking.isEmpty()) {
            throw new ProviderTrouble(ProviderTrouble.What.OFFER, address, lacking);
        }
    }

    /** Browsers are sent to one of these and secrets to another: over https only. */
    private boolean isGood(URI uri) {
        if (uri == null || uri.getHost() == null || uri.getRawFragment() != null || uri.getRawUserInfo() != null) {
            return false;
        }
        boolean loopback = uri.getHost().equals("127.0.0.1") || uri.getHost().equals("localhost");
        return "https".equalsIgnoreCase(uri.getScheme())
                || loopbackAllowed && loopback && "http".equalsIgnoreCase(uri.getScheme());
    }

    private String text(String address, Set<String> types, ProviderTrouble.What trouble) throws ProviderTrouble {
        try {
            return new String(fetching.get(address, types, MOST_BYTES).body(), StandardCharsets.UTF_8);
        } catch (FetchException e) {
            throw new ProviderTrouble(trouble, address, e.getMessage());
        }
    }

    static String discoveryAddress(String issuer) {
        return (issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer)
                + "/.well-known/openid-configuration";
    }
}
