package dev.ungrant.secrets;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * A bearer secret: {@code prefix + base64url(tenant, 256 random bits, CRC-32)}. The tenant leads every look-up to one
 * place; the checksum refuses a mistyped one without a query. Only {@link #hash()} is stored.
 */
public final class Secret {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int TENANT = 16;
    private static final int CHECKSUM = 4;
    private static final int LENGTH = TENANT + 32 + CHECKSUM;

    private final UUID tenantId;
    private final String text;

    private Secret(UUID tenantId, String text) {
        this.tenantId = tenantId;
        this.text = text;
    }

    public static Secret mint(SecretKind kind, UUID tenantId) {
        byte[] random = new byte[32];
        RANDOM.nextBytes(random);
        return of(kind, tenantId, random);
    }

    /** @param entropy 32 bytes that nobody can guess */
    static Secret of(SecretKind kind, UUID tenantId, byte[] entropy) {
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH)
                .putLong(tenantId.getMostSignificantBits())
                .putLong(tenantId.getLeastSignificantBits())
                .put(entropy);
        bytes.putInt(checksum(kind, bytes.array()));
        return new Secret(
                tenantId,
                kind.prefix() + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array()));
    }

    /** The secret in the text, or empty when it cannot be one of this kind, whatever the reason. */
    public static Optional<Secret> parse(SecretKind kind, String text) {
        if (!text.startsWith(kind.prefix()) || text.length() > 200) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text.substring(kind.prefix().length()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (bytes.length != LENGTH) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        if (buffer.getInt(LENGTH - CHECKSUM) != checksum(kind, bytes)) {
            return Optional.empty();
        }
        return Optional.of(new Secret(new UUID(buffer.getLong(), buffer.getLong()), text));
    }

    private static int checksum(SecretKind kind, byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(kind.prefix().getBytes(StandardCharsets.US_ASCII));
        crc.update(Arrays.copyOf(bytes, LENGTH - CHECKSUM));
        return (int) crc.getValue();
    }

    public UUID tenantId() {
        return tenantId;
    }

    /** What the client is given, once. */
    public String reveal() {
        return text;
    }

    /** SHA-256 of the text: 256 bits of entropy need no slow hash. */
    public byte[] hash() {
        return Hash.sha256(text);
    }

    @Override
    public String toString() {
        return "Secret[hidden]";
    }
}
