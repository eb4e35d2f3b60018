package dev.ungrant.audit;

import dev.ungrant.web.Json;
import io.micronaut.core.annotation.Nullable;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * An event as the bytes that are authenticated: each column in its place, every text with its length in front, so that no
 * two events are the same bytes. Details are written by their value, because the database keeps JSON in an order and a
 * spelling of its own.
 */
final class EventBytes {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    private final DataOutputStream out = new DataOutputStream(bytes);

    /** @param purpose keeps apart what is authenticated for different ends, and holds the version of this encoding */
    EventBytes(String purpose) {
        text(purpose);
    }

    EventBytes number(long value) {
        return write(() -> out.writeLong(value));
    }

    EventBytes id(@Nullable UUID id) {
        return write(() -> {
            out.writeBoolean(id != null);
            if (id != null) {
                out.writeLong(id.getMostSignificantBits());
                out.writeLong(id.getLeastSignificantBits());
            }
        });
    }

    EventBytes bytes(byte[] value) {
        return write(() -> {
            out.writeInt(value.length);
            out.write(value);
        });
    }

    EventBytes text(@Nullable String text) {
        write(() -> out.writeBoolean(text != null));
        return text == null ? this : bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** @param object a JSON object; anything else counts as the text that it is */
    EventBytes details(String object, Json json) {
        Map<String, Object> read;
        try {
            read = json.object(object);
        } catch (UncheckedIOException | IllegalArgumentException e) {
            return text("text").text(object);
        }
        return text("object").value(read);
    }

    private EventBytes value(@Nullable Object value) {
        switch (value) {
            case null -> text("null");
            case Map<?, ?> map -> {
                Map<String, Object> sorted = new TreeMap<>();
                map.forEach((key, element) -> sorted.put((String) key, element));
                text("map").number(sorted.size());
                sorted.forEach((key, element) -> text(key).value(element));
            }
            case List<?> list -> {
                text("list").number(list.size());
                list.forEach(this::value);
            }
            case Number number ->
                text("number")
                        .text(new BigDecimal(number.toString())
                                .stripTrailingZeros()
                                .toPlainString());
            case Boolean bool -> text("boolean").text(bool.toString());
            default -> text("string").text(value.toString());
        }
        return this;
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }

    private interface Writing {
        void run() throws IOException;
    }

    private EventBytes write(Writing writing) {
        try {
            writing.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }
}
