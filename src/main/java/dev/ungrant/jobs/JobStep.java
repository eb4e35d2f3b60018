package dev.ungrant.jobs;

import io.micronaut.core.annotation.Nullable;
import java.util.Map;

/**
 * What one step did.
 *
 * @param done how many rows it looked at
 * @param tally how many of them, by what came of them; each name has its words under {@code job.tally}
 * @param reached where the next step begins, at most 255 characters; null: this was the last one
 */
public record JobStep(
        long done, Map<String, Long> tally, @Nullable String reached) {
    /** The rows that the job was to end. */
    public static final String ENDED = "ended";
    /** Rows that somebody else had ended before. */
    public static final String ALREADY = "already";

    public boolean isLast() {
        return reached == null;
    }
}
