package dev.ungrant.fetching;

import io.micronaut.core.annotation.Nullable;
import java.time.Duration;
import java.util.Locale;

/** How long an answer stays true, as its {@code Cache-Control} says (RFC 9111 §5.2.2). */
final class Freshness {
    private Freshness() {}

    /** Zero when it says nothing, nothing that can be read, or that it must not be kept. */
    static Duration of(@Nullable String cacheControl) {
        Duration fresh = Duration.ZERO;
        for (String part : cacheControl == null ? new String[0] : cacheControl.split(",")) {
            String directive = part.strip().toLowerCase(Locale.ROOT);
            if (directive.equals("no-store") || directive.equals("no-cache")) {
                return Duration.ZERO;
            }
            if (directive.matches("max-age=\\d{1,9}")) {
                fresh = Duration.ofSeconds(Long.parseLong(directive.substring("max-age=".length())));
            }
        }
        return fresh;
    }
}
