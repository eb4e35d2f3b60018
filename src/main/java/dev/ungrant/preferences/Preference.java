package dev.ungrant.preferences;

import dev.ungrant.web.Languages;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;

/**
 * What a person chose.
 *
 * @param language the code of one of {@link Languages#ALL}; null: as the browser asks for
 * @param timeZone such as {@code Europe/Berlin}; null: as on the device
 */
@MappedEntity("preferences")
public record Preference(
        @Nullable String language, @Nullable String timeZone) {
    static final Preference NONE = new Preference(null, null);

    /** What is not a language or zone of ours is left out. */
    static Preference of(String language, String timeZone) {
        return new Preference(
                Languages.known(language) == null ? null : language,
                Languages.zone(timeZone).map(ZoneId::getId).orElse(null));
    }

    /** For what is written when nobody asks for it, such as a mail. */
    Locale locale(Locale otherwise) {
        Locale known = language == null ? null : Languages.known(language);
        ZoneId zone = Optional.ofNullable(timeZone).flatMap(Languages::zone).orElse(null);
        return Languages.locale(known == null ? otherwise : known, zone == null ? Languages.zone(otherwise) : zone);
    }

    String cookieValue() {
        return (language == null ? "" : language) + "/" + (timeZone == null ? "" : timeZone);
    }
}
