package dev.ungrant.mail;

import io.micronaut.core.annotation.Nullable;
import java.util.List;
import java.util.Locale;

/**
 * A mail before it is set in type. The plain text and the HTML are made of the same paragraphs.
 *
 * @param highlight stands out, behind the second paragraph; null: nothing does
 */
public record Letter(
        Locale locale,
        String to,
        String subject,
        List<String> paragraphs,
        @Nullable String highlight) {
    /** Whether what stands out is an address to follow. */
    public boolean isLink() {
        return highlight != null && highlight.matches("https?://.*");
    }
}
