package dev.ungrant.connectedapps;

import io.micronaut.core.annotation.Nullable;

/**
 * What somebody adds who takes access back, or wants it approved anew, for others.
 *
 * @param reason at most 512 characters, for the audit and for the person; null: none was given
 * @param tell whether the person is written to
 */
public record EndNote(@Nullable String reason, boolean tell) {
    /** As it is when people act for themselves, or nobody does: no reason, and a letter where one is due. */
    public static final EndNote NONE = new EndNote(null, true);

    EndNote untold() {
        return new EndNote(reason, false);
    }
}
