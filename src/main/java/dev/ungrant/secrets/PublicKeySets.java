package dev.ungrant.secrets;

import com.nimbusds.jose.jwk.JWKSet;
import java.text.ParseException;
import java.util.Optional;

/** Key sets of others, who sign what we check. */
public final class PublicKeySets {
    private static final int MOST_KEYS = 50;

    private PublicKeySets() {}

    /** A JWK set (RFC 7517 §5) of at most 50 keys without any private or shared one; empty when it is none. */
    public static Optional<JWKSet> parse(String text) {
        try {
            JWKSet keys = JWKSet.parse(text);
            boolean secret = keys.getKeys().stream().anyMatch(key -> key.isPrivate());
            return secret || keys.size() > MOST_KEYS ? Optional.empty() : Optional.of(keys);
        } catch (ParseException e) {
            return Optional.empty();
        }
    }
}
