package dev.ungrant.connectedapps;

import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.SessionCaller;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;

/** Who else in an organization lets an app in: how many, for every member; who, for those who may see members' apps. */
@Singleton
public final class AppUsers {
    /** Counted up to here and no further. */
    public static final int MOST = 1000;

    private static final int NAMES = 10;

    private final AppUserRepository repository;
    private final Policies policies;

    AppUsers(AppUserRepository repository, Policies policies) {
        this.repository = repository;
        this.policies = policies;
    }

    /**
     * @param count at most {@link #MOST}
     * @param names of some of them, in no order that means anything; empty for a caller who may not know
     */
    public record Others(int count, List<String> names) {
        public int more() {
            return names.isEmpty() ? 0 : Math.max(0, count - names.size());
        }
    }

    /** The others in the caller's own organization; nobody for a user of a consumer project, who has none. */
    public Others besides(SessionCaller caller, ConnectedApp app) {
        if (!caller.subject().isMember()) {
            return new Others(0, List.of());
        }
        UUID organizationId = caller.subject().tenantId();
        int count =
                repository.count(organizationId, app.appId(), caller.subject().id(), MOST);
        boolean mayKnow = count > 0 && policies.permits(caller, Permission.GET_CONNECTED_APPS, organizationId);
        return new Others(
                count,
                mayKnow
                        ? repository
                                .names(
                                        organizationId,
                                        app.appId(),
                                        caller.subject().id(),
                                        NAMES)
                                .stream()
                                .sorted()
                                .toList()
                        : List.of());
    }
}
