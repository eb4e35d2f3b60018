package dev.ungrant.jobs;

import dev.ungrant.web.WireId;
import io.micronaut.context.annotation.Property;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does jobs, on every node: a few at a time, each for a few seconds, then it is somebody else's turn. */
@Singleton
public final class JobRunner {
    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);
    private static final Duration TURN = Duration.ofSeconds(5);
    private static final long AFTER_FAILURE_MILLIS = 5_000;

    private final JobSteps steps;
    private final UUID holder = UUID.randomUUID();
    private final int atOnce;
    private final long pauseMillis;
    private final Semaphore free;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean running;

    JobRunner(
            JobSteps steps,
            @Property(name = "ungrant.jobs.at-once", defaultValue = "2") int atOnce,
            @Property(name = "ungrant.jobs.pause-millis", defaultValue = "1000") long pauseMillis) {
        this.steps = steps;
        this.atOnce = atOnce;
        this.pauseMillis = pauseMillis;
        this.free = new Semaphore(atOnce);
    }

    @EventListener
    void start(ServerStartupEvent event) {
        // Before the thread begins, which would else find that it should not run.
        running = true;
        Thread.ofVirtual().name("jobs").start(this::look);
    }

    /** Waits for the steps that are under way: what they have not committed another node would do again. */
    @PreDestroy
    void stop() throws InterruptedException {
        running = false;
        stopped.countDown();
        if (free.tryAcquire(atOnce, 10, TimeUnit.SECONDS)) {
            free.release(atOnce);
        }
    }

    private void look() {
        while (running) {
            try {
                free.acquire();
                Optional<Job> next = Optional.empty();
                try {
                    next = running ? steps.takeNext(holder) : next;
                    next.ifPresent(
                            job -> Thread.ofVirtual().name("job-" + job.jobId()).start(() -> turn(job)));
                } finally {
                    if (next.isEmpty()) {
                        free.release();
                    }
                }
                if (next.isEmpty()) {
                    // Only a stop ends the pause early.
                    stopped.await(pauseMillis, TimeUnit.MILLISECONDS);
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.warn("Jobs cannot be looked for at the moment", e);
                if (pausedUntilStop()) {
                    return;
                }
            }
        }
    }

    private boolean pausedUntilStop() {
        try {
            return stopped.await(AFTER_FAILURE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    private void turn(Job job) {
        // The number that taking it has raised.
        long fence = job.fence() + 1;
        try {
            long until = System.nanoTime() + TURN.toNanos();
            boolean more = true;
            while (more && running && System.nanoTime() < until) {
                more = steps.step(job, fence);
            }
            if (more) {
                steps.putBack(job, fence);
            }
        } catch (RuntimeException e) {
            LOG.warn("A step of {} ({}) failed", WireId.of(Job.ID_KIND, job.jobId()), job.kind(), e);
            giveBack(job, fence);
        } finally {
            free.release();
        }
    }

    private void giveBack(Job job, long fence) {
        try {
            steps.failed(job, fence);
        } catch (RuntimeException e) {
            LOG.warn("{} waits until its lease is over", WireId.of(Job.ID_KIND, job.jobId()), e);
        }
    }
}
