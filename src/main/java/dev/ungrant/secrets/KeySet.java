package dev.ungrant.secrets;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import io.micronaut.core.annotation.Nullable;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The published keys as a node knows them since it last looked, ready to sign and to check with. */
final class KeySet {
    private static final Logger LOG = LoggerFactory.getLogger(KeySet.class);

    private final Map<String, Key> byId = new HashMap<>();
    private final List<Key> newestFirst = new ArrayList<>();
    private final List<Map<String, Object>> jwks = new ArrayList<>();
    private final Duration overlap;
    private final Duration databaseIsAhead;

    /** @param retiresAt null while nobody follows it */
    record Key(
            String keyId,
            SigningAlgorithm algorithm,
            JWSSigner signer,
            JWSVerifier verifier,
            Instant createdAt,
            Instant signsAt,
            @Nullable Instant retiresAt) {
        JWSAlgorithm jws() {
            return JWSAlgorithm.parse(algorithm.name());
        }
    }

    /**
     * @param overlap for how long a key stays published after its last signature
     * @throws IllegalStateException when the keys were encrypted under another UNGRANT_KEY
     */
    KeySet(List<SigningKeyRow> rows, Pepper pepper, Duration overlap) {
        this.overlap = overlap;
        databaseIsAhead = rows.isEmpty()
                ? Duration.ZERO
                : Duration.between(Instant.now(), rows.getFirst().now());
        for (SigningKeyRow row : rows) {
            try {
                add(row, pepper);
            } catch (ParseException | JOSEException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void add(SigningKeyRow row, Pepper pepper) throws ParseException, JOSEException {
        JWK open = JWK.parse(row.publicJwk());
        JWK secret = JWK.parse(new String(pepper.decrypt(row.privateJwk()), StandardCharsets.UTF_8));
        boolean rsa = row.algorithm() == SigningAlgorithm.RS256;
        Key key = new Key(
                row.keyId(),
                row.algorithm(),
                rsa ? new RSASSASigner(secret.toRSAKey()) : new ECDSASigner(secret.toECKey()),
                rsa ? new RSASSAVerifier(open.toRSAKey()) : new ECDSAVerifier(open.toECKey()),
                row.createdAt(),
                row.signsAt(),
                row.retiresAt());
        byId.put(key.keyId(), key);
        newestFirst.add(key);
        Map<String, Object> json = new LinkedHashMap<>(open.toJSONObject());
        if (open.getX509CertSHA256Thumbprint() != null) {
            // Both spellings of the thumbprint (contract §1.11).
            json.put("x5tS256", open.getX509CertSHA256Thumbprint().toString());
        }
        jwks.add(json);
    }

    /** The one of the algorithm whose time to sign has come and whose successor's has not; empty when there is none. */
    Optional<Key> signing(SigningAlgorithm algorithm) {
        Instant now = now();
        return newestFirst.stream()
                .filter(key -> key.algorithm() == algorithm && !key.signsAt().isAfter(now))
                .filter(key -> key.retiresAt() == null || key.retiresAt().isAfter(now.plus(overlap)))
                .findFirst();
    }

    Optional<Key> find(String keyId) {
        return Optional.ofNullable(byId.get(keyId));
    }

    List<Key> keys() {
        return List.copyOf(newestFirst);
    }

    List<Map<String, Object>> jwks() {
        return List.copyOf(jwks);
    }

    /** Says what is different since the node looked before: it was another node's doing, or that of a command, which logs nothing. */
    void logChangesSince(KeySet before) {
        for (Key key : newestFirst) {
            if (before.find(key.keyId()).isEmpty()) {
                LOG.info(
                        "The signing key {} ({}) is published and signs from {}",
                        key.keyId(),
                        key.algorithm(),
                        key.signsAt());
            }
        }
        for (Key key : before.newestFirst) {
            if (find(key.keyId()).isPresent()) {
                continue;
            }
            if (key.retiresAt() == null || key.retiresAt().isAfter(now())) {
                LOG.warn("The signing key {} was withdrawn; what it has signed is refused", key.keyId());
            } else {
                LOG.info("The signing key {} is published no longer", key.keyId());
            }
        }
    }

    /** The database's time: nodes whose clocks differ change keys together. */
    Instant now() {
        return Instant.now().plus(databaseIsAhead);
    }
}
