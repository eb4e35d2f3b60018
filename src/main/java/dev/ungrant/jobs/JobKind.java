package dev.ungrant.jobs;

import dev.ungrant.rbac.Permission;
import java.util.Locale;

/** What one kind of job does. A bean of the feature whose rows it works on. */
public interface JobKind {
    /** As many rows as one step may lock. */
    int MOST_ROWS = 500;

    /** Stands in the job's row: {@code <noun>.<verb>}, at most 48 characters, and never another one later. */
    String name();

    /** Whoever does not hold it in the organization neither sees the job nor has it go on in their name. */
    Permission permission();

    /** Whether what it does was settled by the act that began it, so that it goes on whatever becomes of the actor. */
    default boolean isSettled() {
        return false;
    }

    /**
     * Does the next part, in the transaction that is open. It is not asked again for a part that was committed, and asked
     * anew for one that was not.
     *
     * @param job as the last step left it
     * @throws RuntimeException when it cannot be done now; it is asked again later, a dozen times at most
     */
    JobStep step(Job job);

    /** What is being done, as a heading: "Remove access to Acme Sync for everyone". */
    String inWords(Job job, Locale locale);

    /** The path of the page to go back to. */
    String began(Job job);
}
