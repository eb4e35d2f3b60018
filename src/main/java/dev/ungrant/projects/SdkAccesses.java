package dev.ungrant.projects;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.database.Transactions;
import dev.ungrant.rbac.Caller;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Which pages may use the browser SDK of a project, and what for. A change counts from the next request on, at every node. */
@Singleton
public final class SdkAccesses {
    private static final int MOST_ORIGINS = 100;

    private final SdkAccessRepository repository;
    private final AuditLog auditLog;
    private final Transactions transactions;

    SdkAccesses(SdkAccessRepository repository, AuditLog auditLog, Transactions transactions) {
        this.repository = repository;
        this.auditLog = auditLog;
        this.transactions = transactions;
    }

    /**
     * What the public token opens to a page of this origin.
     *
     * @param origin as the browser says it; null when no browser asks
     */
    public Optional<SdkAccess> find(String publicToken, @Nullable String origin) {
        return repository.find(publicToken, origin);
    }

    public SdkAccess get(UUID projectId) {
        return repository.get(projectId, null).orElseThrow(() -> new Problem(ErrorType.PROJECT_NOT_FOUND));
    }

    /** Whether any project has the origin. */
    public boolean isKnown(String origin) {
        return repository.isKnown(origin);
    }

    /** @param memberActions null: as it is; {@code cookies} likewise */
    public SdkAccess change(Caller caller, @Nullable Boolean memberActions, @Nullable SdkAccess.Cookies cookies) {
        SdkAccess present = get(caller.projectId());
        boolean actions = memberActions == null ? present.memberActions() : memberActions;
        SdkAccess.Cookies kept = cookies == null ? present.cookies() : cookies;
        transactions.write(() -> {
            repository.update(caller.projectId(), actions, kept.name());
            auditLog.record(
                    event(caller, "sdk.changed").with(Map.of("member_actions", actions, "cookies", kept.name())));
            return null;
        });
        return get(caller.projectId());
    }

    public List<String> origins(UUID projectId) {
        return repository.origins(projectId);
    }

    /** Lets pages of the origin in; adding it again changes nothing. */
    public void addOrigin(Caller caller, Origin origin) {
        if (origins(caller.projectId()).size() >= MOST_ORIGINS) {
            throw new Problem(ErrorType.BAD_REQUEST, "A project has at most " + MOST_ORIGINS + " origins.");
        }
        transactions.write(() -> {
            repository.addOrigin(caller.projectId(), origin.text());
            auditLog.record(event(caller, "origin.added").with(Map.of("origin", origin.text())));
            return null;
        });
    }

    /** Locks pages of the origin out; removing it again changes nothing. */
    public void removeOrigin(Caller caller, Origin origin) {
        transactions.write(() -> {
            repository.removeOrigin(caller.projectId(), origin.text());
            auditLog.record(event(caller, "origin.removed").with(Map.of("origin", origin.text())));
            return null;
        });
    }

    private static AuditEvent event(Caller caller, String action) {
        return AuditEvent.inTenant(caller.actor(), caller.projectId(), caller.projectId(), action);
    }
}
