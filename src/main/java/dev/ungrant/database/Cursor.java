package dev.ungrant.database;

import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.UUID;

/** The last row of a page, after which the next one begins. Opaque on the wire: base64url of microseconds and id. */
public record Cursor(Instant createdAt, UUID id) {
    private static final int LENGTH = 24;

    /** @throws Problem {@code bad_request} when it is not one that we gave */
    static Cursor parse(String text) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            if (bytes.length == LENGTH) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                Instant createdAt = Instant.EPOCH.plus(buffer.getLong(), ChronoUnit.MICROS);
                if (createdAt.isAfter(Instant.EPOCH) && createdAt.isBefore(Instant.parse("9999-01-01T00:00:00Z"))) {
                    return new Cursor(createdAt, new UUID(buffer.getLong(), buffer.getLong()));
                }
            }
        } catch (IllegalArgumentException | ArithmeticException | java.time.DateTimeException e) {
            // Answered below like any other that is not ours.
        }
        throw new Problem(ErrorType.BAD_REQUEST, "cursor is malformed.");
    }

    String text() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(ByteBuffer.allocate(LENGTH)
                        .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, createdAt))
                        .putLong(id.getMostSignificantBits())
                        .putLong(id.getLeastSignificantBits())
                        .array());
    }
}
