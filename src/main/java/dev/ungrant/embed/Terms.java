package dev.ungrant.embed;

import dev.ungrant.web.Frame;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a host says when it hands a person over.
 *
 * @param capabilities wire names
 * @param minutes how long the session lives at most
 * @param mode {@code auto}, {@code light} or {@code dark}
 * @param theme the query of the theme's style sheet; null: the portal's own colours
 * @param locale a language tag of a language that the portal has; null: as the browser asks for
 * @param direction {@code ltr} or {@code rtl}; null: as the language runs
 * @param zone of the time zone database; null: as the browser says
 */
@Serdeable
record Terms(
        String origin,
        List<String> capabilities,
        int minutes,
        String mode,
        @Nullable String theme,
        @Nullable String locale,
        @Nullable String direction,
        @Nullable String zone) {
    Set<Capability> given() {
        return capabilities.stream()
                .map(name -> Capability.valueOf(name.toUpperCase(Locale.ROOT)))
                .collect(Collectors.toSet());
    }

    /** @param handle null: nobody is signed in, only the host is known */
    Frame frame(@Nullable String handle, @Nullable String person, long secondsLeft) {
        return new Frame(
                origin,
                handle,
                person,
                secondsLeft,
                direction,
                mode,
                theme == null ? null : Frame.ROOT + "/theme.css?" + theme + "&mode=" + mode);
    }
}
