package dev.ungrant.sessions;

import com.nimbusds.jose.jwk.JWKSet;
import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.database.Transactions;
import dev.ungrant.fetching.FetchException;
import dev.ungrant.fetching.Fetching;
import dev.ungrant.rbac.Caller;
import dev.ungrant.secrets.PublicKeySets;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The issuers whose signed word about who somebody is a project takes, and their keys: given, or fetched from an address and then
 * kept for an hour, for a day when the address does not answer.
 */
@Singleton
public final class TrustedIssuers {
    private static final Logger LOG = LoggerFactory.getLogger(TrustedIssuers.class);
    private static final Set<String> TYPES = Set.of("application/json", "application/jwk-set+json");
    private static final int MOST_BYTES = 64 * 1024;
    private static final int MOST_ISSUERS = 20;

    private final TrustedIssuerRepository repository;
    private final Fetching fetching;
    private final AuditLog auditLog;
    private final Transactions transactions;

    TrustedIssuers(
            TrustedIssuerRepository repository, Fetching fetching, AuditLog auditLog, Transactions transactions) {
        this.repository = repository;
        this.fetching = fetching;
        this.auditLog = auditLog;
        this.transactions = transactions;
    }

    /** @throws Problem {@code trusted_token_profile_not_found} */
    public TrustedIssuer find(UUID projectId, String profile) {
        return WireId.parse("trusted-token-profile", profile)
                .flatMap(id -> repository.find(projectId, id))
                .orElseThrow(() -> new Problem(ErrorType.TRUSTED_TOKEN_PROFILE_NOT_FOUND));
    }

    public List<TrustedIssuer> all(UUID projectId) {
        return repository.all(projectId);
    }

    /**
     * Takes the issuer's word from now on.
     *
     * @param jwks a JWK set; null when it is to be fetched
     * @param jwksUrl null when the keys are given
     * @throws Problem {@code bad_request} when it is not exactly one of the two, or not a set of public keys
     */
    public TrustedIssuer add(
            Caller caller,
            String issuer,
            String audience,
            String personClaim,
            @Nullable String organizationClaim,
            @Nullable String jwks,
            @Nullable String jwksUrl) {
        if (issuer.isBlank() || audience.isBlank() || issuer.length() > 512 || audience.length() > 512) {
            throw new Problem(ErrorType.BAD_REQUEST, "Issuer and audience have 1 to 512 characters.");
        }
        if (personClaim.length() > 64 || organizationClaim != null && organizationClaim.length() > 64) {
            throw new Problem(ErrorType.BAD_REQUEST, "The name of a claim has at most 64 characters.");
        }
        if ((jwks == null) == (jwksUrl == null)) {
            throw new Problem(ErrorType.BAD_REQUEST, "Either the keys or their address must be given.");
        }
        if (all(caller.projectId()).size() >= MOST_ISSUERS) {
            throw new Problem(ErrorType.BAD_REQUEST, "A project trusts at most " + MOST_ISSUERS + " issuers.");
        }
        String keys = jwks == null ? null : publicKeys(jwks).toString(true);
        UUID id = UUID.randomUUID();
        transactions.write(() -> {
            repository.insert(caller.projectId(), id, issuer, audience, personClaim, organizationClaim, keys, jwksUrl);
            auditLog.record(event(caller, "issuer.trusted").with(Map.of("issuer", issuer)));
            return null;
        });
        return repository.find(caller.projectId(), id).orElseThrow();
    }

    private static JWKSet publicKeys(String jwks) {
        return PublicKeySets.parse(jwks)
                .filter(keys -> !keys.isEmpty())
                .orElseThrow(() -> new Problem(ErrorType.BAD_REQUEST, "The keys are not a JWK set of public keys."));
    }

    /** No longer takes the issuer's word. Sessions that rest on it go on. */
    public void remove(Caller caller, TrustedIssuer issuer) {
        transactions.write(() -> {
            repository.delete(issuer.projectId(), issuer.profileId());
            auditLog.record(event(caller, "issuer.distrusted").with(Map.of("issuer", issuer.issuer())));
            return null;
        });
    }

    /**
     * The issuer's keys; none when they cannot be had. May fetch, so it must not be called in a transaction.
     *
     * @param anew when a signature names a key that the kept ones do not hold; the address is asked once a minute at most
     */
    JWKSet keys(TrustedIssuer issuer, boolean anew) {
        Optional<JWKSet> kept = Optional.ofNullable(issuer.jwks()).flatMap(PublicKeySets::parse);
        if (issuer.jwksUrl() == null || issuer.fresh() && !anew) {
            return kept.orElseGet(JWKSet::new);
        }
        return fetch(issuer).or(() -> kept.filter(keys -> issuer.usable())).orElseGet(JWKSet::new);
    }

    private Optional<JWKSet> fetch(TrustedIssuer issuer) {
        if (transactions.write(() -> repository.mayTry(issuer.projectId(), issuer.profileId())) == 0) {
            return Optional.empty();
        }
        try {
            String text =
                    new String(fetching.get(issuer.jwksUrl(), TYPES, MOST_BYTES).body(), StandardCharsets.UTF_8);
            Optional<JWKSet> keys = PublicKeySets.parse(text);
            keys.ifPresentOrElse(
                    fetched -> transactions.write(
                            () -> repository.keep(issuer.projectId(), issuer.profileId(), fetched.toString(true))),
                    () -> LOG.warn("The keys of {} are not a JWK set of public keys", issuer.wireId()));
            return keys;
        } catch (FetchException e) {
            LOG.warn("The keys of {} cannot be fetched: {}", issuer.wireId(), e.getMessage());
            return Optional.empty();
        }
    }

    List<Person> members(UUID projectId, String organization, @Nullable String externalId, @Nullable String email) {
        UUID organizationId = WireId.parse("organization", organization).orElse(null);
        return repository.members(projectId, organizationId, organization, externalId, email);
    }

    List<Person> users(UUID projectId, @Nullable String externalId, @Nullable String emailAddress) {
        return repository.users(projectId, externalId, emailAddress);
    }

    private static AuditEvent event(Caller caller, String action) {
        return AuditEvent.inTenant(caller.actor(), caller.projectId(), caller.projectId(), action);
    }
}
