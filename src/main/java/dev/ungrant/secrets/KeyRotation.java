package dev.ungrant.secrets;

import dev.ungrant.web.WireId;
import io.micronaut.context.annotation.Property;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When a signing key comes and goes. A new one is published a lead time before it signs, longer than anybody may keep the
 * set of keys they once read; an old one stays published until the last token that it signed has ended. So whoever caches
 * the set as they are told to finds the key of every token. The state is in the database; each step is one statement
 * that has no effect a second time, so any node may do it and a node that dies leaves nothing undone.
 */
@Singleton
public final class KeyRotation {
    private static final Logger LOG = LoggerFactory.getLogger(KeyRotation.class);

    private final SigningKeyRepository repository;
    private final Pepper pepper;
    private final Duration rotation;
    private final Duration lead;
    private final Duration overlap;

    /**
     * @param rotation the age at which a key gets a successor; zero: only by command
     * @param lead between being published and signing
     * @param overlap between the successor's first signature and leaving; longer than any token we sign lives
     */
    KeyRotation(
            SigningKeyRepository repository,
            Pepper pepper,
            @Property(name = "ungrant.keys.rotation", defaultValue = "90d") Duration rotation,
            @Property(name = "ungrant.keys.lead", defaultValue = "60m") Duration lead,
            @Property(name = "ungrant.keys.overlap", defaultValue = "70m") Duration overlap) {
        this.repository = repository;
        this.pepper = pepper;
        this.rotation = rotation;
        this.lead = lead;
        this.overlap = overlap;
    }

    /**
     * A key as an operator sees it.
     *
     * @param state {@code published}, {@code signing} or {@code leaving}
     * @param retiresAt null while nobody follows it
     */
    public record Description(
            String keyId,
            SigningAlgorithm algorithm,
            String state,
            Instant createdAt,
            Instant signsAt,
            @Nullable Instant retiresAt) {}

    /** A key that is to be made; its number among those of the algorithm is taken by whoever publishes first. */
    public record Next(SigningAlgorithm algorithm, int generation) {}

    /**
     * A key that is made and not published yet.
     *
     * @param secret the private part, encrypted
     */
    public record Made(Next place, String keyId, String open, byte[] secret) {}

    /** The keys that are published; the first one of each algorithm is made where there is none. */
    KeySet published() {
        KeySet keys = read();
        for (SigningAlgorithm algorithm : SigningAlgorithm.values()) {
            if (keys.signing(algorithm).isEmpty()) {
                signAtOnce(algorithm);
                keys = read();
            }
        }
        return keys;
    }

    public List<Description> list() {
        KeySet keys = published();
        return keys.keys().stream().map(key -> describe(keys, key)).toList();
    }

    /** The place of a successor of the key that signs now. */
    public Next next(SigningAlgorithm algorithm) {
        published();
        return new Next(algorithm, repository.newestGeneration(algorithm) + 1);
    }

    /** The places of the successors that it is time for. What is followed already gets its end here. */
    public List<Next> due() {
        repository.retireWhatIsFollowed(micros(overlap));
        List<Next> due = new ArrayList<>();
        if (rotation.isZero()) {
            return due;
        }
        for (SigningAlgorithm algorithm : SigningAlgorithm.values()) {
            // Read before the keys: if another node is quicker, either the keys are new or this generation is taken.
            int newest = repository.newestGeneration(algorithm);
            KeySet keys = published();
            if (keys.keys().stream()
                    .filter(key -> key.algorithm() == algorithm)
                    .allMatch(key -> key.createdAt().plus(rotation).isBefore(keys.now()))) {
                due.add(new Next(algorithm, newest + 1));
            }
        }
        return due;
    }

    /** Takes up to seconds, so it must not be called in a transaction. */
    public Made make(Next next) {
        String keyId = WireId.of("jwk", UUID.randomUUID());
        KeyMaker.Pair pair = KeyMaker.make(next.algorithm(), keyId);
        byte[] secret = pair.secret().toJSONString().getBytes(StandardCharsets.UTF_8);
        return new Made(next, keyId, pair.open().toJSONString(), pepper.encrypt(secret));
    }

    /**
     * Publishes it at once; it signs after the lead time.
     *
     * @return false when another node was first: then that node's key is the one
     */
    public boolean publish(Made made) {
        boolean published = insert(made, lead);
        repository.retireWhatIsFollowed(micros(overlap));
        return published;
    }

    /**
     * What is to take the place of a key that is withdrawn; empty when another one is there that can. Made beforehand, because
     * until there is one, nodes would go on with the withdrawn key for as long as it takes. Must not be called in a transaction.
     */
    public Optional<Made> spareFor(String keyId) {
        KeySet keys = published();
        return keys.find(keyId)
                .filter(key -> keys.keys().stream()
                        .noneMatch(other -> other.algorithm() == key.algorithm()
                                && other.retiresAt() == null
                                && !other.keyId().equals(keyId)))
                .map(key -> make(next(key.algorithm())));
    }

    /** The same as {@link #publish}, but it signs at once. */
    public boolean publishToSign(Made made) {
        return insert(made, Duration.ZERO);
    }

    /**
     * Takes a key away at once, because somebody else may have it. Tokens that it signed are refused by whoever looks at the
     * set of keys anew; whoever does so first makes another one sign, if none does.
     *
     * @return whether it was published
     */
    public boolean withdraw(String keyId) {
        return repository.withdraw(keyId) == 1;
    }

    private KeySet read() {
        return new KeySet(repository.published(), pepper, overlap);
    }

    private void signAtOnce(SigningAlgorithm algorithm) {
        if (repository.signNow(algorithm) > 0) {
            return;
        }
        // Read before looking again: what another node makes in between is either seen or takes this generation.
        int newest = repository.newestGeneration(algorithm);
        if (read().signing(algorithm).isEmpty()) {
            publishToSign(make(new Next(algorithm, newest + 1)));
        }
    }

    private boolean insert(Made made, Duration lead) {
        Next place = made.place();
        try {
            repository.insert(
                    made.keyId(), place.algorithm(), place.generation(), made.open(), made.secret(), micros(lead));
            LOG.info("The signing key {} ({}) signs in {}", made.keyId(), place.algorithm(), lead);
            return true;
        } catch (RuntimeException e) {
            // Another node was first: then its key is there, and is the one.
            if (repository.newestGeneration(place.algorithm()) < place.generation()) {
                throw e;
            }
            return false;
        }
    }

    private static Description describe(KeySet keys, KeySet.Key key) {
        boolean signing = keys.signing(key.algorithm())
                .filter(found -> found.keyId().equals(key.keyId()))
                .isPresent();
        String state = signing ? "signing" : key.signsAt().isAfter(keys.now()) ? "published" : "leaving";
        return new Description(key.keyId(), key.algorithm(), state, key.createdAt(), key.signsAt(), key.retiresAt());
    }

    private static long micros(Duration duration) {
        return duration.toNanos() / 1000;
    }
}
