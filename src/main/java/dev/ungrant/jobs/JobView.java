package dev.ungrant.jobs;

import dev.ungrant.web.Moments;
import io.micronaut.core.annotation.Nullable;
import java.util.List;
import java.util.Locale;

/**
 * One job as pages show it.
 *
 * @param title what is being done, as a heading
 * @param by whoever asked for it
 * @param reason null: none was asked for
 * @param finished null: there is more to do
 * @param report how many rows, by what came of them, each a sentence
 * @param back the path of the page where it began
 */
public record JobView(
        String id,
        String title,
        String by,
        @Nullable String reason,
        Job.State state,
        long done,
        long total,
        Moments.Moment asked,
        @Nullable Moments.Moment finished,
        List<String> report,
        String back,
        String requestId) {
    public boolean over() {
        return finished != null;
    }

    /** As in messages. */
    public String word() {
        return state.name().toLowerCase(Locale.ROOT);
    }

    public String look() {
        return switch (state) {
            case DONE -> "ok";
            case STOPPED, FAILED -> "bad";
            default -> "plain";
        };
    }

    public String icon() {
        return switch (state) {
            case DONE -> "#i-ok";
            case STOPPED -> "#i-pause";
            case FAILED -> "#i-warn";
            default -> "#i-again";
        };
    }

    /** At least one, since a bar from 0 to 0 is none. */
    public long whole() {
        return Math.max(1, Math.max(total, done));
    }

    /** Of a hundred; whoever waits shall not read 100 while there is something left. */
    public long percent() {
        return over() ? 100 : Math.min(99, done * 100 / whole());
    }
}
