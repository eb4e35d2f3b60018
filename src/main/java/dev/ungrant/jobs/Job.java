package dev.ungrant.jobs;

import dev.ungrant.rbac.Actor;
import dev.ungrant.rbac.Subject;
import dev.ungrant.rbac.Via;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * One job as it stands.
 *
 * @param kind the {@link JobKind#name} of what it does
 * @param reason as the person gave it; null: none was asked for
 * @param asked a JSON object that its kind wrote
 * @param total how many rows it was about when it was asked for; the world may have changed since
 * @param done how many rows it has looked at
 * @param reached where the next step begins, as its kind wrote it; null: at the beginning
 * @param tally a JSON object: how many rows, by what came of them
 * @param fence raised by each node that takes it
 * @param failures steps that failed one after the other
 * @param startedAt null: no node has begun it
 * @param finishedAt null: there is more to do
 */
@MappedEntity("jobs")
public record Job(
        UUID tenantId,
        UUID jobId,
        UUID projectId,
        String kind,
        Actor.Kind actorKind,
        @Nullable UUID actorId,
        @Nullable UUID sessionId,
        Via.Door door,
        String requestId,
        String ipAddress,
        @Nullable String reason,
        String asked,
        long total,
        long done,
        @Nullable String reached,
        String tally,
        State state,
        long fence,
        int failures,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {
    public static final String ID_KIND = "job";

    /** {@code STOPPED}: whoever asked for it may no longer do it. {@code FAILED}: given up after many tries. */
    public enum State {
        WAITING,
        RUNNING,
        DONE,
        STOPPED,
        FAILED
    }

    /** Whoever asked for it, through the door and with the request by which they did. */
    public Actor actor() {
        return new Actor(actorKind, actorId, sessionId, new Via(door, requestId, ipAddress));
    }

    /** The member who asked for it; empty when it was somebody else. */
    public Optional<Subject> member() {
        return actorKind == Actor.Kind.MEMBER
                ? Optional.of(Subject.member(projectId, tenantId, actorId))
                : Optional.empty();
    }

    public boolean isOver() {
        return finishedAt != null;
    }
}
