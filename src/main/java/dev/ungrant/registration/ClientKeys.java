package dev.ungrant.registration;

import com.nimbusds.jose.jwk.JWKSet;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.database.Transactions;
import dev.ungrant.fetching.FetchException;
import dev.ungrant.fetching.Fetching;
import dev.ungrant.secrets.PublicKeySets;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys that an app signs with: those it registered, or those it publishes at its {@code jwks_uri}. Published ones
 * are kept for an hour, and for a day when the address does not answer.
 */
@Singleton
public final class ClientKeys {
    private static final Logger LOG = LoggerFactory.getLogger(ClientKeys.class);
    private static final Set<String> TYPES = Set.of("application/json", "application/jwk-set+json");
    private static final int MOST_BYTES = 64 * 1024;

    private final KeySetRepository repository;
    private final Fetching fetching;
    private final Transactions transactions;

    ClientKeys(KeySetRepository repository, Fetching fetching, Transactions transactions) {
        this.repository = repository;
        this.fetching = fetching;
        this.transactions = transactions;
    }

    /**
     * The app's keys; none when it has none or they cannot be had. May fetch, which takes up to five seconds, so it must not be
     * called in a transaction.
     */
    public JWKSet of(ConnectedApp app) {
        return keys(app, false);
    }

    /**
     * The same when a signature names a key that {@link #of} does not hold: the app may have changed its keys since. An
     * address is asked once a minute at most.
     */
    public JWKSet renewed(ConnectedApp app) {
        return keys(app, true);
    }

    private JWKSet keys(ConnectedApp app, boolean anew) {
        if (app.jwks() != null) {
            return PublicKeySets.parse(app.jwks()).orElseGet(JWKSet::new);
        }
        if (app.jwksUri() == null) {
            return new JWKSet();
        }
        Optional<KeySetRow> kept = repository
                .find(app.projectId(), app.appId())
                .filter(row -> row.jwks() != null && row.jwksUri().equals(app.jwksUri()));
        if (kept.filter(KeySetRow::fresh).isPresent() && !anew) {
            return PublicKeySets.parse(kept.get().jwks()).orElseGet(JWKSet::new);
        }
        return fetch(app)
                .or(() -> kept.filter(KeySetRow::usable).flatMap(row -> PublicKeySets.parse(row.jwks())))
                .orElseGet(JWKSet::new);
    }

    private Optional<JWKSet> fetch(ConnectedApp app) {
        boolean mayFetch =
                transactions.write(() -> repository.tryAgain(app.projectId(), app.appId(), app.jwksUri()) == 1
                        || repository.tryFirst(app.projectId(), app.appId(), app.jwksUri()) == 1);
        if (!mayFetch) {
            return Optional.empty();
        }
        String text;
        try {
            text = new String(fetching.get(app.jwksUri(), TYPES, MOST_BYTES).body(), StandardCharsets.UTF_8);
        } catch (FetchException e) {
            LOG.warn("The keys of {} cannot be fetched: {}", app.wireId(), e.getMessage());
            return Optional.empty();
        }
        Optional<JWKSet> keys = PublicKeySets.parse(text);
        if (keys.isEmpty()) {
            LOG.warn("The keys of {} are not a JWK set of public keys", app.wireId());
            return keys;
        }
        String kept = keys.get().toString(true);
        transactions.write(() -> repository.keep(app.projectId(), app.appId(), app.jwksUri(), kept));
        return keys;
    }
}
