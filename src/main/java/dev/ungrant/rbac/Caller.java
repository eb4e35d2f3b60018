package dev.ungrant.rbac;

import java.util.UUID;

/** Who asks. Every verb takes one first, so nobody can act without saying who they are. */
public sealed interface Caller permits SessionCaller, ProjectCaller {
    UUID projectId();

    Via via();

    /** The same caller as the audit names it. */
    Actor actor();
}
