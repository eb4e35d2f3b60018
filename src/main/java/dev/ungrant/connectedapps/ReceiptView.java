package dev.ungrant.connectedapps;

import dev.ungrant.web.Moments;
import dev.ungrant.web.Words;
import io.micronaut.core.annotation.Nullable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A receipt in words.
 *
 * @param what "Access removed just now"
 * @param details what it ended, each a short phrase
 * @param requestId by which the operator finds it; null when nothing was ended
 */
record ReceiptView(
        String id,
        String name,
        String what,
        List<String> details,
        @Nullable String requestId) {
    private static final Duration JUST_NOW = Duration.ofMinutes(2);

    static ReceiptView of(
            ConnectedApp app, Receipt receipt, @Nullable String requestId, Words words, Locale locale, Instant now) {
        return of(app.wireId(), app.name(), receipt, requestId, words, locale, now);
    }

    /** @param id of the line whose place the receipt takes */
    static ReceiptView of(
            String id,
            String name,
            Receipt receipt,
            @Nullable String requestId,
            Words words,
            Locale locale,
            Instant now) {
        if (receipt.revokedAt() == null) {
            return new ReceiptView(id, name, words.say(locale, "removed.never", name), List.of(), null);
        }
        List<String> details = new ArrayList<>();
        details.add(words.say(locale, "removed.tokens", receipt.tokens()));
        if (receipt.codes() > 0) {
            details.add(words.say(locale, "removed.codes", receipt.codes()));
        }
        if (receipt.effectiveBy() != null && receipt.effectiveBy().isAfter(now)) {
            details.add(
                    words.say(locale, "removed.until", new Moments(words, locale, now).until(receipt.effectiveBy())));
        }
        boolean justNow = receipt.revokedAt().plus(JUST_NOW).isAfter(now);
        return new ReceiptView(
                id, name, words.say(locale, justNow ? "removed.now" : "removed.before"), details, requestId);
    }
}
