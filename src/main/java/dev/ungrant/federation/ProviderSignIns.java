package dev.ungrant.federation;

import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import dev.ungrant.database.Transactions;
import dev.ungrant.rbac.Via;
import dev.ungrant.secrets.Hash;
import dev.ungrant.secrets.Secret;
import dev.ungrant.secrets.SecretKind;
import dev.ungrant.sessions.ReturnTo;
import dev.ungrant.sessions.Sessions;
import dev.ungrant.web.RateLimits;
import dev.ungrant.web.WireId;
import io.micronaut.context.annotation.Property;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.uri.UriBuilder;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to an organization's provider and back: code flow with PKCE, state and nonce, all three made from a secret that the
 * browser holds, so that nothing of them is stored and no other browser can come back in its place. An attempt is good for one
 * answer.
 */
@Singleton
class ProviderSignIns {
    static final int MINUTES = 10;
    private static final Logger LOG = LoggerFactory.getLogger(ProviderSignIns.class);

    private final ProviderRepository providers;
    private final ProviderSignInRepository repository;
    private final ProviderDocuments documents;
    private final ProviderTokens tokens;
    private final Arrivals arrivals;
    private final Transactions transactions;
    private final RateLimits limits;
    private final String baseUrl;

    ProviderSignIns(
            ProviderRepository providers,
            ProviderSignInRepository repository,
            ProviderDocuments documents,
            ProviderTokens tokens,
            Arrivals arrivals,
            Transactions transactions,
            RateLimits limits,
            @Property(name = "ungrant.base-url") String baseUrl) {
        this.providers = providers;
        this.repository = repository;
        this.documents = documents;
        this.tokens = tokens;
        this.arrivals = arrivals;
        this.transactions = transactions;
        this.limits = limits;
        this.baseUrl = baseUrl;
    }

    /** Those with a provider that go by the short name, in whichever project; or the one of that id. */
    List<SignInProvider> called(String name) {
        return WireId.parse("organization", name)
                .map(id -> providers.findAnywhere(id).stream().toList())
                .orElseGet(() -> name.length() > 128 ? List.of() : providers.called(name));
    }

    /** A new attempt for the browser; nothing is kept of it before it sets out. */
    Secret attempt(SignInProvider provider) {
        return Secret.mint(SecretKind.PROVIDER_SIGN_IN, provider.organizationId());
    }

    /** What the link of our page must hold: no other site knows it, so none can send a browser off. */
    static String key(Secret attempt) {
        return derived(attempt, "go");
    }

    /**
     * Where the browser goes. Empty when the attempt is not this page's, has been used, or its provider is gone.
     *
     * @throws ProviderTrouble when the provider cannot be used
     */
    Optional<URI> begin(Secret attempt, String key, @Nullable String returnTo, String ipAddress)
            throws ProviderTrouble {
        limits.countProviderSignIn(ipAddress);
        Optional<SignInProvider> provider = providers.findAnywhere(attempt.tenantId());
        if (provider.isEmpty() || !isSame(key(attempt), key)) {
            return Optional.empty();
        }
        OIDCProviderMetadata metadata = documents.of(provider.get(), false).metadata();
        try {
            transactions.write(() -> repository.insert(
                    attempt.tenantId(),
                    attempt.hash(),
                    provider.get().issuer(),
                    provider.get().clientId(),
                    ReturnTo.of(returnTo),
                    MINUTES));
        } catch (RuntimeException e) {
            if (Transactions.isDuplicate(e, "provider_sign_ins.PRIMARY")) {
                return Optional.empty();
            }
            throw e;
        }
        return Optional.of(UriBuilder.of(metadata.getAuthorizationEndpointURI())
                .queryParam("response_type", "code")
                .queryParam("client_id", provider.get().clientId())
                .queryParam("redirect_uri", redirectUri(provider.get().organizationId()))
                .queryParam("scope", "openid email profile")
                .queryParam("state", derived(attempt, "state"))
                .queryParam("nonce", derived(attempt, "nonce"))
                .queryParam("code_challenge", hashed(derived(attempt, "verifier")))
                .queryParam("code_challenge_method", "S256")
                .build());
    }

    /** What a provider sent the browser back with; each null when it is not there. */
    record Answer(
            @Nullable String code,
            @Nullable String state,
            @Nullable String issuer,
            @Nullable String error) {
        @Override
        public String toString() {
            return "Answer[error=" + error + "]";
        }
    }

    /** What came of it. */
    sealed interface Outcome {
        record Entered(Sessions.Begun begun, String returnTo) implements Outcome {}

        /** @param provider null when it is not known whose sign-in it was */
        record Refused(Why why, @Nullable SignInProvider provider) implements Outcome {}
    }

    Outcome finish(Optional<Secret> held, UUID organizationId, Answer answer, Via via, String userAgent) {
        limits.countProviderSignIn(via.ipAddress());
        Secret attempt = held.filter(secret -> secret.tenantId().equals(organizationId))
                .filter(secret -> answer.state() != null && isSame(derived(secret, "state"), answer.state()))
                .orElse(null);
        Optional<ProviderSignInRow> row = attempt == null ? Optional.empty() : spend(attempt);
        SignInProvider provider = providers.findAnywhere(organizationId).orElse(null);
        if (row.isEmpty() || provider == null || !isStill(provider, row.get())) {
            LOG.info("{} A sign-in came back that this browser did not begin, or too late", via.requestId());
            return new Outcome.Refused(Why.OVER, null);
        }
        try {
            requireIssuer(provider, answer);
            if (answer.error() != null || answer.code() == null) {
                throw new Refusal(
                        "access_denied".equals(answer.error()) ? Why.CANCELLED : Why.PROVIDER,
                        "The provider answered " + safe(answer.error()));
            }
            IDTokenClaimsSet claims = tokens.redeem(
                    provider,
                    answer.code(),
                    redirectUri(organizationId),
                    derived(attempt, "verifier"),
                    derived(attempt, "nonce"));
            return new Outcome.Entered(
                    arrivals.enter(provider, claims, via, userAgent), row.get().returnTo());
        } catch (ProviderTrouble e) {
            Why why = e.what() == ProviderTrouble.What.UNREACHABLE ? Why.UNREACHABLE : Why.PROVIDER;
            return refused(provider, new Refusal(why, e.getMessage()), via);
        } catch (Refusal e) {
            return refused(provider, e, via);
        }
    }

    private Outcome refused(SignInProvider provider, Refusal refusal, Via via) {
        LOG.warn(
                "{} Sign-in at the provider of {} refused: {}",
                via.requestId(),
                provider.wireId(),
                refusal.getMessage());
        arrivals.recordRefusal(provider, refusal.why(), via);
        return new Outcome.Refused(refusal.why(), provider);
    }

    private Optional<ProviderSignInRow> spend(Secret attempt) {
        return transactions.write(() -> {
            Optional<ProviderSignInRow> row = repository.lock(attempt.tenantId(), attempt.hash());
            row.ifPresent(found -> repository.spend(attempt.tenantId(), attempt.hash()));
            return row;
        });
    }

    /** RFC 9207 §2.4: what says whose answer it is must be believed, and must be there when the provider promises it. */
    private void requireIssuer(SignInProvider provider, Answer answer) throws ProviderTrouble, Refusal {
        boolean promised = documents.of(provider, false).metadata().supportsAuthorizationResponseIssuerParam();
        if (answer.issuer() == null ? promised : !answer.issuer().equals(provider.issuer())) {
            throw new Refusal(Why.PROVIDER, "The answer is another issuer’s, or does not say whose it is");
        }
    }

    private static boolean isStill(SignInProvider provider, ProviderSignInRow row) {
        return provider.issuer().equals(row.issuer()) && provider.clientId().equals(row.clientId());
    }

    /** One for each organization: a code that came by another's provider is never taken for its own (RFC 9700 §4.4.2). */
    String redirectUri(UUID organizationId) {
        return baseUrl + "/sign-in/callback/" + WireId.of("organization", organizationId);
    }

    private static String safe(@Nullable String error) {
        return error != null && error.matches("[A-Za-z0-9_.-]{1,60}") ? error : "nothing that can be read";
    }

    private static String derived(Secret attempt, String purpose) {
        return hashed(purpose + ' ' + attempt.reveal());
    }

    private static String hashed(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Hash.sha256(text));
    }

    private static boolean isSame(String left, String right) {
        return MessageDigest.isEqual(left.getBytes(StandardCharsets.US_ASCII), right.getBytes(StandardCharsets.UTF_8));
    }
}
