package dev.ungrant.background;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work done round after round on a virtual thread of its own. A round that fails is logged, and the next one comes five
 * seconds later. A bean starts its rounds when the server has started, so that a node that runs one command of the operator's
 * does none, and ends them before it is destroyed.
 */
public final class Rounds {
    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

    /** One round. */
    @FunctionalInterface
    public interface Round {
        /** @return whether there is more to do at once, without a pause */
        boolean run() throws InterruptedException;
    }

    private final String name;
    private final Duration pause;
    private final Round round;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread;

    /**
     * @param name of the thread, and of the work in the log
     * @param pause between a round that left nothing to do and the next
     */
    public Rounds(String name, Duration pause, Round round) {
        this.name = name;
        this.pause = pause;
        this.round = round;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Whether rounds still begin; a long round looks here between its steps. */
    public boolean goOn() {
        return ended.getCount() > 0;
    }

    /** Begins no other round, and waits a while for the one that is under way, if any. */
    public void end(Duration atMost) throws InterruptedException {
        ended.countDown();
        if (thread.getState() != Thread.State.NEW) {
            thread.join(atMost);
        }
    }

    private void run() {
        try {
            while (goOn()) {
                Duration wait = once();
                // Only the end cuts a pause short.
                ended.await(wait.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration once() throws InterruptedException {
        try {
            return round.run() ? Duration.ZERO : pause;
        } catch (RuntimeException e) {
            LOG.warn("A round of {} failed; the next one comes in {} s", name, AFTER_FAILURE.toSeconds(), e);
            return AFTER_FAILURE;
        }
    }
}
