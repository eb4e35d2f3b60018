package dev.ungrant.rbac;

import io.micronaut.core.annotation.Nullable;
import java.util.UUID;

/**
 * Who did it, as the audit keeps it. Wider than {@link Caller}: an app that revokes its own token acts too, and so
 * does a node that finishes what another one began.
 *
 * @param id null for {@link Kind#SYSTEM}
 * @param sessionId null when no session acted
 */
public record Actor(Kind kind, @Nullable UUID id, @Nullable UUID sessionId, Via via) {
    public enum Kind {
        MEMBER,
        USER,
        PROJECT,
        APP,
        SYSTEM
    }

    public static Actor system(String requestId) {
        return new Actor(Kind.SYSTEM, null, null, new Via(Via.Door.JOB, requestId, ""));
    }

    public static Actor app(UUID appId, Via via) {
        return new Actor(Kind.APP, appId, null, via);
    }
}
