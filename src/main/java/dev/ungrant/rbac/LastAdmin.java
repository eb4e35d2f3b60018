package dev.ungrant.rbac;

import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import jakarta.inject.Singleton;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Sees to it that an organization which has an administrator keeps one: somebody active who holds {@code stytch_admin},
 * assigned or by the domain of their address. Whoever acts by a session meets it, at every door; a project may do without.
 */
@Singleton
public final class LastAdmin {
    private final AdminRepository repository;

    LastAdmin(AdminRepository repository) {
        this.repository = repository;
    }

    /** Whether the member is the only one there is. */
    public boolean is(Subject member) {
        return member.isMember()
                && repository.holds(member.projectId(), member.tenantId(), member.id(), Policy.ADMIN_ROLE)
                && !repository.anotherHolds(member.projectId(), member.tenantId(), member.id(), Policy.ADMIN_ROLE);
    }

    /**
     * Does the work, in the transaction that is open, unless the organization's only administrator would be none by it.
     * It holds the organization meanwhile, so that two who take each other's role away do it one after the other; hence it
     * comes before any other lock.
     *
     * @throws Problem {@code last_admin}, by which the transaction is undone
     */
    public <T> T keeping(Caller caller, Subject member, Supplier<T> work) {
        if (caller instanceof ProjectCaller) {
            return work.get();
        }
        repository.hold(member.projectId(), member.tenantId());
        boolean wasLast = is(member);
        T done = work.get();
        if (wasLast && !is(member)) {
            throw new Problem(ErrorType.LAST_ADMIN);
        }
        return done;
    }

    /** The same for work that may take the role from several at once, on an organization that is locked. */
    public <T> T keepingOne(Caller caller, UUID projectId, UUID organizationId, Supplier<T> work) {
        if (caller instanceof ProjectCaller) {
            return work.get();
        }
        boolean hadOne = repository.anybodyHolds(projectId, organizationId, Policy.ADMIN_ROLE);
        T done = work.get();
        if (hadOne && !repository.anybodyHolds(projectId, organizationId, Policy.ADMIN_ROLE)) {
            throw new Problem(ErrorType.LAST_ADMIN);
        }
        return done;
    }
}
