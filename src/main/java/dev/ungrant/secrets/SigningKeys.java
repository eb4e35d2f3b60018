package dev.ungrant.secrets;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.micronaut.context.annotation.Property;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The keys that sign session JWTs, jwt access tokens and ID tokens, encrypted at rest. One set for the whole installation;
 * {@code aud} keeps projects apart. A node looks at the stored set every half minute, and at once when it is shown a key
 * it does not know. {@link KeyRotation} says when a key comes and goes.
 */
@Singleton
public final class SigningKeys {
    /** A key that nobody has is asked for all the time by somebody; the database hears of it this often. */
    private static final Duration UNKNOWN_KEY = Duration.ofSeconds(5);

    private final KeyRotation rotation;
    private final Duration maxAge;
    private volatile KeySet loaded;
    private volatile long lookedForUnknownAt = System.nanoTime() - UNKNOWN_KEY.toNanos();

    SigningKeys(KeyRotation rotation, @Property(name = "ungrant.keys.max-age", defaultValue = "15m") Duration maxAge) {
        this.rotation = rotation;
        this.maxAge = maxAge;
    }

    /** @see #sign(JWTClaimsSet, SigningAlgorithm, JOSEObjectType) */
    public String sign(JWTClaimsSet claims) {
        return sign(claims, SigningAlgorithm.RS256, JOSEObjectType.JWT);
    }

    /**
     * The signed, serialised JWT. The clients of the contract insist on {@code typ: JWT} (contract §1.9). The audience is
     * an array even when it is one, as the contract has it (§10).
     *
     * @param type null: the header has none, so that {@link #verify} does not know it
     */
    public String sign(JWTClaimsSet claims, SigningAlgorithm algorithm, @Nullable JOSEObjectType type) {
        KeySet.Key key = keys().signing(algorithm)
                .orElseGet(() -> reload().signing(algorithm).orElseThrow());
        Map<String, Object> payload = claims.toJSONObject();
        payload.put("aud", claims.getAudience());
        JWSObject jwt = new JWSObject(
                new JWSHeader.Builder(key.jws()).type(type).keyID(key.keyId()).build(), new Payload(payload));
        try {
            jwt.sign(key.signer());
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return jwt.serialize();
    }

    /**
     * The claims of a JWT of {@code typ: JWT} that one of our keys signed with the algorithm it is for; empty for anything
     * else. Times are not looked at.
     */
    public Optional<JWTClaimsSet> verify(String text) {
        try {
            SignedJWT jwt = SignedJWT.parse(text);
            JWSHeader header = jwt.getHeader();
            if (header.getKeyID() == null || !JOSEObjectType.JWT.equals(header.getType())) {
                return Optional.empty();
            }
            Optional<KeySet.Key> key =
                    find(header.getKeyID()).filter(found -> found.jws().equals(header.getAlgorithm()));
            return key.isPresent() && jwt.verify(key.get().verifier())
                    ? Optional.of(jwt.getJWTClaimsSet())
                    : Optional.empty();
        } catch (ParseException | JOSEException e) {
            return Optional.empty();
        }
    }

    /** The public keys as a JWKS {@code keys} member. */
    public List<Map<String, Object>> jwks() {
        return keys().jwks();
    }

    /** Those that check session JWTs: the clients of the contract expect RSA and nothing else there (§1.11). */
    public List<Map<String, Object>> sessionJwks() {
        return jwks().stream()
                .filter(key -> SigningAlgorithm.RS256.name().equals(key.get("alg")))
                .toList();
    }

    /** How long whoever reads {@link #jwks()} may keep it: less than a key is published before it signs. */
    public Duration maxAge() {
        return maxAge;
    }

    private Optional<KeySet.Key> find(String keyId) {
        Optional<KeySet.Key> key = keys().find(keyId);
        if (key.isPresent() || System.nanoTime() - lookedForUnknownAt < UNKNOWN_KEY.toNanos()) {
            return key;
        }
        lookedForUnknownAt = System.nanoTime();
        return reload().find(keyId);
    }

    private KeySet keys() {
        KeySet current = loaded;
        return current != null ? current : reload();
    }

    private synchronized KeySet reload() {
        KeySet before = loaded;
        loaded = rotation.published();
        if (before != null) {
            loaded.logChangesSince(before);
        }
        return loaded;
    }

    @Scheduled(fixedDelay = "${ungrant.keys.reload:30s}", initialDelay = "${ungrant.keys.reload:30s}")
    void lookAgain() {
        reload();
    }
}
