package dev.ungrant.embed;

import dev.ungrant.projects.Origin;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Languages;
import dev.ungrant.web.Problem;
import jakarta.inject.Singleton;
import java.util.IllformedLocaleException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads what a host's backend asks for, and refuses what could not be kept. */
@Singleton
final class TermsReader {
    static final int MOST_MINUTES = 8 * 60;
    private static final int LEAST_MINUTES = 5;
    private static final Set<String> MODES = Set.of("auto", "light", "dark");
    private static final Set<String> DIRECTIONS = Set.of("ltr", "rtl");

    private final Themes themes;

    TermsReader(Themes themes) {
        this.themes = themes;
    }

    /** @throws Problem {@code bad_request}, {@code invalid_embed_theme}, {@code embed_capability_not_available} */
    Terms read(JsonBody body) {
        JsonBody look = body.object("theme").orElse(new JsonBody(Map.of()));
        Theme theme = themes.read(look);
        int minutes = body.integer("session_duration_minutes").orElse(MOST_MINUTES);
        if (minutes < LEAST_MINUTES || minutes > MOST_MINUTES) {
            throw new Problem(
                    ErrorType.BAD_REQUEST,
                    "session_duration_minutes must be between " + LEAST_MINUTES + " and " + MOST_MINUTES
                            + " in a frame.");
        }
        return new Terms(
                Origin.require(body.required("embed_origin", 300)).text(),
                Capability.read(body.strings("capabilities").orElse(List.of())).stream()
                        .map(Capability::wireName)
                        .sorted()
                        .toList(),
                minutes,
                look.string("mode")
                        .map(mode -> oneOf("theme.mode", mode, MODES))
                        .orElse("auto"),
                theme.isNone() ? null : theme.query(),
                body.string("locale").map(TermsReader::known).orElse(null),
                body.string("direction")
                        .map(direction -> oneOf("direction", direction, DIRECTIONS))
                        .orElse(null),
                body.string("time_zone").map(TermsReader::zone).orElse(null));
    }

    private static String oneOf(String name, String value, Set<String> values) {
        if (!values.contains(value)) {
            throw new Problem(
                    ErrorType.BAD_REQUEST,
                    name + " must be one of "
                            + String.join(", ", values.stream().sorted().toList()) + ".");
        }
        return value;
    }

    /** The language of ours that the tag asks for, such as German for {@code de-AT}; empty when we have none. */
    static Optional<Locale> language(String tag) {
        try {
            return Optional.ofNullable(Languages.known(
                    new Locale.Builder().setLanguageTag(tag).build().getLanguage()));
        } catch (IllformedLocaleException e) {
            return Optional.empty();
        }
    }

    private static String known(String tag) {
        return language(tag)
                .map(Languages::tag)
                .orElseThrow(() -> new Problem(
                        ErrorType.BAD_REQUEST,
                        "locale must be a language that the portal has: "
                                + Languages.ALL.stream().map(Languages::tag).collect(Collectors.joining(", ")) + "."));
    }

    private static String zone(String name) {
        return Languages.zone(name)
                .orElseThrow(() -> new Problem(
                        ErrorType.BAD_REQUEST, "time_zone must be an IANA time zone, such as Europe/Berlin."))
                .getId();
    }
}
