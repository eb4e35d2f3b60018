package dev.ungrant.web;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Ids as the wire shows them: {@code <kind>-<environment>-<uuid>} (contract §11), the environment being {@code test} or
 * {@code live} for the whole installation.
 */
public final class WireId {
    /** Set by {@code Settings} before the first request, from ENVIRONMENT. */
    private static final String ENVIRONMENT = System.getProperty("ungrant.environment", "test");

    private static final String OTHER_ENVIRONMENT = ENVIRONMENT.equals("test") ? "live" : "test";

    private WireId() {}

    public static String of(String kind, UUID id) {
        return kind + '-' + ENVIRONMENT + '-' + id;
    }

    /** {@code <kind>-<environment>-} with which ids and secrets of the kind begin. */
    public static String prefix(String kind) {
        return kind + '-' + ENVIRONMENT + '-';
    }

    /**
     * The UUID in the text when the text is an id of the kind; empty when it may be something else, such as a slug.
     *
     * @throws Problem when it is an id of the other environment
     */
    public static Optional<UUID> parse(String kind, String text) {
        if (text.startsWith(prefix(kind))) {
            return uuid(text.substring(prefix(kind).length()));
        }
        String other = kind + '-' + OTHER_ENVIRONMENT + '-';
        if (text.startsWith(other) && uuid(text.substring(other.length())).isPresent()) {
            throw new Problem(
                    ENVIRONMENT.equals("test")
                            ? ErrorType.LIVE_ID_USED_IN_TEST_ENVIRONMENT
                            : ErrorType.TEST_ID_USED_IN_LIVE_ENVIRONMENT);
        }
        return Optional.empty();
    }

    /** The UUIDs of those texts that are ids of the kind. */
    public static List<UUID> all(String kind, List<String> texts) {
        return texts.stream().flatMap(text -> parse(kind, text).stream()).toList();
    }

    private static Optional<UUID> uuid(String text) {
        if (text.length() != 36) {
            return Optional.empty();
        }
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
