package dev.ungrant.embed;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.database.Transactions;
import dev.ungrant.projects.Origin;
import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Whose pages may show an organization's people their apps. Other rows than those of the browser SDK, which are the whole
 * project's: here each organization decides for itself. A change counts from the next request on, at every node, for frames
 * that are open too.
 */
@Singleton
public final class EmbedOrigins {
    private static final int MOST = 100;

    private final EmbedOriginRepository repository;
    private final Policies policies;
    private final AuditLog auditLog;
    private final Transactions transactions;

    EmbedOrigins(EmbedOriginRepository repository, Policies policies, AuditLog auditLog, Transactions transactions) {
        this.repository = repository;
        this.policies = policies;
        this.auditLog = auditLog;
        this.transactions = transactions;
    }

    public boolean mayEdit(Caller caller, UUID tenantId) {
        return policies.permits(caller, Permission.UPDATE_CONNECTED_APP_POLICY, tenantId);
    }

    /** @throws Problem 403 when the caller may not edit them */
    public List<EmbedOrigin> all(Caller caller, UUID tenantId) {
        require(caller, tenantId);
        return repository.all(tenantId);
    }

    boolean has(UUID tenantId, String origin) {
        return repository.has(tenantId, origin);
    }

    /** Lets pages of the origin in; adding it again changes nothing. */
    public void add(Caller caller, UUID tenantId, Origin origin) {
        require(caller, tenantId);
        if (repository.all(tenantId).size() >= MOST) {
            throw new Problem(ErrorType.BAD_REQUEST, "There can be at most " + MOST + " origins.");
        }
        try {
            transactions.writeRepeatable(() -> {
                if (repository.add(tenantId, origin.text()) > 0) {
                    auditLog.record(event(caller, tenantId, "embed_origin.added", origin));
                }
                return null;
            });
        } catch (RuntimeException e) {
            // Somebody else was adding it at the same time.
            if (!Transactions.isDuplicate(e)) {
                throw e;
            }
        }
    }

    /** Locks pages of the origin out, and frames that they show; removing it again changes nothing. */
    public void remove(Caller caller, UUID tenantId, Origin origin) {
        require(caller, tenantId);
        transactions.writeRepeatable(() -> {
            if (repository.remove(tenantId, origin.text()) > 0) {
                auditLog.record(event(caller, tenantId, "embed_origin.removed", origin));
            }
            return null;
        });
    }

    private void require(Caller caller, UUID tenantId) {
        if (!mayEdit(caller, tenantId)) {
            throw new Problem(ErrorType.SESSION_AUTHORIZATION_ERROR);
        }
    }

    private static AuditEvent event(Caller caller, UUID tenantId, String action, Origin origin) {
        return AuditEvent.inTenant(caller.actor(), caller.projectId(), tenantId, action)
                .with(Map.of("origin", origin.text()));
    }
}
