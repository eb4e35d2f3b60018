package dev.ungrant.connectedapps;

import io.micronaut.core.annotation.Nullable;

/**
 * One scope as people read it.
 *
 * @param text the sentence; for a scope that nobody has described, the scope itself
 * @param ours whether the words are ours; else they are somebody else's, in whatever script
 * @param why why it matters; null when that is plain
 */
public record Permit(
        String scope,
        String text,
        boolean ours,
        Risk risk,
        @Nullable String why,
        String group) {
    public enum Risk {
        HIGH,
        MEDIUM,
        LOW
    }

    public boolean isHigh() {
        return risk == Risk.HIGH;
    }
}
