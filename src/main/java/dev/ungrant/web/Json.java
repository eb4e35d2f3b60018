package dev.ungrant.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** JSON to and from text, for columns and for request bodies. */
@Singleton
public final class Json {
    private static final JsonFactory TOKENS = new JsonFactory();
    private static final Argument<List<String>> STRINGS = Argument.listOf(String.class);
    private static final Argument<Map<String, Object>> OBJECT = Argument.mapOf(String.class, Object.class);

    private final JsonMapper mapper;

    Json(JsonMapper mapper) {
        this.mapper = mapper;
    }

    /** @throws UncheckedIOException when the text is not what the type wants; our own columns never are */
    public <T> T read(String text, Class<T> type) {
        return read(text, Argument.of(type));
    }

    public <T> T read(String text, Argument<T> type) {
        try {
            return mapper.readValue(text, type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public List<String> strings(String text) {
        return read(text, STRINGS);
    }

    public Map<String, Object> object(String text) {
        return read(text, OBJECT);
    }

    public String write(Object value) {
        try {
            return mapper.writeValueAsString(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The body of a request as an object; nothing at all counts as {@code {}}, as some clients send no body.
     *
     * @throws Problem {@code bad_request} when it is not a JSON object
     */
    public JsonBody body(String text) {
        if (text == null || text.isBlank()) {
            return new JsonBody(Map.of());
        }
        try {
            requireNothingMore(text);
            // It takes the word null for no object at all.
            return new JsonBody(Objects.requireNonNull(mapper.readValue(text, OBJECT)));
        } catch (IOException | RuntimeException e) {
            throw new Problem(ErrorType.BAD_REQUEST, "The request body is not a JSON object.");
        }
    }

    /** The mapper stops at the end of the object and says nothing about what stands behind it. */
    private static void requireNothingMore(String text) throws IOException {
        try (JsonParser parser = TOKENS.createParser(text)) {
            parser.nextToken();
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw new IOException("There is more than one value.");
            }
        }
    }
}
