package dev.ungrant.inventory;

import io.micronaut.core.annotation.Nullable;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What is said of an app, or of a person, as a whole.
 *
 * @param count how many grants
 * @param lastUsedAt null: none of them was ever used
 * @param firstSeenAt when the first of them was opened
 * @param scopes each as a grant has it, space-separated
 */
record Figures(long count, @Nullable Instant lastUsedAt, Instant firstSeenAt, Set<String> scopes) {
    static final Figures NONE = new Figures(0, null, Instant.EPOCH, Set.of());

    Figures plus(Figures other) {
        Set<String> both = new LinkedHashSet<>(scopes);
        both.addAll(other.scopes);
        return new Figures(
                count + other.count,
                lastUsedAt == null || other.lastUsedAt != null && other.lastUsedAt.isAfter(lastUsedAt)
                        ? other.lastUsedAt
                        : lastUsedAt,
                firstSeenAt.isBefore(other.firstSeenAt) ? firstSeenAt : other.firstSeenAt,
                both);
    }
}
