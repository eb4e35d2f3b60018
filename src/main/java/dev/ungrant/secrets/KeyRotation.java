package dev.ungrant.secrets;

import dev.ungrant.web.WireId;
import io.micronaut.context.annotation.Property;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

    /** A successor of the key that signs now, which is published at once and signs after the lead time. */
    public void rotate(SigningAlgorithm algorithm) {
        published();
        create(algorithm, repository.newestGeneration(algorithm) + 1, lead);
        repository.retireWhatIsFollowed(micros(overlap));
    }

    /**
     * Takes a key away at once, because somebody else may have it. Tokens that it signed are refused by whoever looks at the
     * set of keys anew.
     *
     * @return whether it was published
     */
    public boolean withdraw(String keyId) {
        boolean withdrawn = repository.withdraw(keyId) == 1;
        if (withdrawn) {
            LOG.warn("The signing key {} was withdrawn", keyId);
        }
        published();
        return withdrawn;
    }

    @Scheduled(fixedDelay = "${ungrant.keys.check:10m}", initialDelay = "${ungrant.keys.check:10m}")
    void rotateWhatIsDue() {
        repository.retireWhatIsFollowed(micros(overlap));
        if (rotation.isZero()) {
            return;
        }
        for (SigningAlgorithm algorithm : SigningAlgorithm.values()) {
            // Read before the keys: if another node is quicker, either the keys are new or this generation is taken.
            int newest = repository.newestGeneration(algorithm);
            KeySet keys = published();
            boolean due = keys.keys().stream()
                    .filter(key -> key.algorithm() == algorithm)
                    .allMatch(key -> key.createdAt().plus(rotation).isBefore(keys.now()));
            if (due) {
                create(algorithm, newest + 1, lead);
            }
        }
        repository.retireWhatIsFollowed(micros(overlap));
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
            create(algorithm, newest + 1, Duration.ZERO);
        }
    }

    private void create(SigningAlgorithm algorithm, int generation, Duration lead) {
        String keyId = WireId.of("jwk", UUID.randomUUID());
        KeyMaker.Pair pair = KeyMaker.make(algorithm, keyId);
        try {
            repository.insert(
                    keyId,
                    algorithm,
                    generation,
                    pair.open().toJSONString(),
                    pepper.encrypt(pair.secret().toJSONString().getBytes(StandardCharsets.UTF_8)),
                    micros(lead));
            LOG.info("The signing key {} ({}) signs in {}", keyId, algorithm, lead);
        } catch (RuntimeException e) {
            // Another node was first: then its key is there, and is the one.
            if (repository.newestGeneration(algorithm) < generation) {
                throw e;
            }
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
