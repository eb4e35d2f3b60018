package dev.ungrant.secrets;

import io.micronaut.context.annotation.Property;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What only this installation can compute, from the 32 bytes of UNGRANT_KEY: keyed hashes, derived secrets, and the
 * encryption of signing keys at rest. All nodes of an installation share the key.
 */
@Singleton
public final class Pepper {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec hashing;
    private final SecretKeySpec deriving;
    private final SecretKeySpec encrypting;
    private final SecretKeySpec forms;
    private final SecretKeySpec showing;
    private final SecretKeySpec sealing;

    Pepper(@Property(name = "ungrant.key") String key) {
        byte[] master = Base64.getDecoder().decode(key);
        if (master.length != 32) {
            throw new IllegalArgumentException("UNGRANT_KEY must be 32 bytes in base64");
        }
        hashing = subkey(master, "hash");
        deriving = subkey(master, "derive");
        encrypting = new SecretKeySpec(subkey(master, "encrypt").getEncoded(), "AES");
        forms = subkey(master, "forms");
        showing = subkey(master, "showing");
        sealing = subkey(master, "sealing");
    }

    /** HMAC-SHA-256 of a machine secret or a short code. */
    public byte[] hash(String secret) {
        return mac(hashing, secret);
    }

    /** Compares in constant time. */
    public boolean matches(String secret, byte[] storedHash) {
        return MessageDigest.isEqual(hash(secret), storedHash);
    }

    /**
     * The secret that follows this one. It is derived, so that a client that lost the first answer can be given the very
     * same successor within the grace, although only hashes are stored.
     */
    public Secret successor(Secret secret) {
        return Secret.of(SecretKind.REFRESH_TOKEN, secret.tenantId(), mac(deriving, "refresh " + secret.reveal()));
    }

    /** A token that a form of a page carries, bound to the session that the page was drawn for (CSRF). */
    public String formToken(UUID sessionId) {
        return HexFormat.of().formatHex(mac(forms, sessionId.toString()));
    }

    /** What was shown to a person when they were asked, so that their answer is to that and to nothing else. */
    public String shown(String what) {
        return HexFormat.of().formatHex(mac(showing, what));
    }

    /** HMAC-SHA-256 of what shall be known later for what it is today: whoever has the database alone cannot make one. */
    public byte[] seal(byte[] content) {
        return mac(sealing, content);
    }

    /** AES-256-GCM with a fresh nonce in front. */
    public byte[] encrypt(byte[] plain) {
        byte[] nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, plain);
        return ByteBuffer.allocate(NONCE + sealed.length).put(nonce).put(sealed).array();
    }

    /** @throws IllegalStateException when it was encrypted under another key */
    public byte[] decrypt(byte[] sealed) {
        return cipher(
                Cipher.DECRYPT_MODE, Arrays.copyOf(sealed, NONCE), Arrays.copyOfRange(sealed, NONCE, sealed.length));
    }

    private byte[] cipher(int mode, byte[] nonce, byte[] input) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, encrypting, new GCMParameterSpec(TAG_BITS, nonce));
            return cipher.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The database holds keys of another UNGRANT_KEY", e);
        }
    }

    private static SecretKeySpec subkey(byte[] master, String purpose) {
        return new SecretKeySpec(mac(new SecretKeySpec(master, "HmacSHA256"), "ungrant " + purpose), "HmacSHA256");
    }

    private static byte[] mac(SecretKeySpec key, String text) {
        return mac(key, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] mac(SecretKeySpec key, byte[] content) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
