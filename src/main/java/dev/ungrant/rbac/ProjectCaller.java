package dev.ungrant.rbac;

import java.util.UUID;

/** The integrator's backend, known by its project secret. It passes without a permission check (contract §3). */
public record ProjectCaller(UUID projectId, Via via) implements Caller {
    @Override
    public Actor actor() {
        return new Actor(Actor.Kind.PROJECT, projectId, null, via);
    }
}
