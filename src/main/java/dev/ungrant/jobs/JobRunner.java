package dev.ungrant.jobs;

import dev.ungrant.background.Rounds;
import dev.ungrant.web.WireId;
import io.micronaut.context.annotation.Property;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does jobs, on every node: a few at a time, each for a few seconds, then it is somebody else's turn. */
@Singleton
public final class JobRunner {
    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);
    private static final Duration TURN = Duration.ofSeconds(5);

    private final JobSteps steps;
    private final UUID holder = UUID.randomUUID();
    private final int atOnce;
    private final Semaphore free;
    private final Rounds rounds;

    JobRunner(
            JobSteps steps,
            @Property(name = "ungrant.jobs.at-once", defaultValue = "2") int atOnce,
            @Property(name = "ungrant.jobs.pause-millis", defaultValue = "1000") long pauseMillis) {
        this.steps = steps;
        this.atOnce = atOnce;
        this.rounds = new Rounds("jobs", Duration.ofMillis(pauseMillis), this::takeOne);
        this.free = new Semaphore(atOnce);
    }

    @EventListener
    void start(ServerStartupEvent event) {
        rounds.start();
    }

    /** Waits for the steps that are under way: what they have not committed another node would do again. */
    @PreDestroy
    void stop() throws InterruptedException {
        // One that waits for a free place is not waited for.
        rounds.end(Duration.ofMillis(1));
        if (free.tryAcquire(atOnce, 10, TimeUnit.SECONDS)) {
            free.release(atOnce);
        }
    }

    private boolean takeOne() throws InterruptedException {
        free.acquire();
        Optional<Job> next = Optional.empty();
        try {
            next = rounds.goOn() ? steps.takeNext(holder) : next;
            next.ifPresent(job -> Thread.ofVirtual().name("job-" + job.jobId()).start(() -> turn(job)));
        } finally {
            if (next.isEmpty()) {
                free.release();
            }
        }
        return next.isPresent();
    }

    private void turn(Job job) {
        // The number that taking it has raised.
        long fence = job.fence() + 1;
        try {
            long until = System.nanoTime() + TURN.toNanos();
            boolean more = true;
            while (more && rounds.goOn() && System.nanoTime() < until) {
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
