package dev.ungrant.audit;

import io.micronaut.core.annotation.Nullable;
import java.time.Instant;
import java.util.UUID;

/**
 * What a walk along one chain found.
 *
 * @param events how many were read and found right
 * @param seq the number that the chain's head says is the last; 0 without a head
 * @param hash of the head, in hexadecimal; null without a head
 * @param bad the first thing that is not as it was sealed; null: everything is
 * @param overdue events that have waited for more than a minute to be sealed
 */
public record ChainReport(
        ChainOwner owner,
        long events,
        long seq,
        @Nullable String hash,
        @Nullable Bad bad,
        long overdue) {
    /** What is wrong, in the words that the command line prints. */
    public enum Problem {
        /** The row is not what was sealed under its number: it was edited, or it stood elsewhere. */
        CHANGED,
        /** No event has this number. */
        MISSING,
        /** It was sealed as it stands there, but none of our nodes wrote it. */
        FORGED,
        /** The events that the head speaks of end before it. */
        TRUNCATED,
        /** There are events behind the one that the head calls the last. */
        BEYOND_HEAD,
        /** There are sealed events and no head. */
        HEAD_MISSING,
        /** The head was not written by one of our nodes. */
        HEAD_FORGED,
        /** The chain of an organization does not hold its creation: it was begun anew. */
        WITHOUT_BEGINNING,
        /** The chain ends before the number that was noted earlier. */
        ROLLED_BACK,
        /** Another event stands under the number that was noted earlier. */
        NOT_AS_NOTED
    }

    /**
     * The first bad row.
     *
     * @param seq the number at which it shows
     * @param eventId null when no event stands there
     */
    public record Bad(
            Problem problem,
            long seq,
            @Nullable UUID eventId,
            @Nullable Instant occurredAt,
            @Nullable String action) {
        static Bad at(Problem problem, long seq, @Nullable ChainRow row) {
            return row == null
                    ? new Bad(problem, seq, null, null, null)
                    : new Bad(problem, seq, row.eventId(), row.occurredAt(), row.action());
        }
    }

    /** Whether everything is as it was sealed and nothing waits. */
    public boolean sound() {
        return bad == null && overdue == 0;
    }
}
