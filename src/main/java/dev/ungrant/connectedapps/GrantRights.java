package dev.ungrant.connectedapps;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.database.Transactions;
import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.rbac.Subject;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.util.UUID;

/** The question at the top of every verb about grants: may this caller? A no that concerns a person is recorded. */
@Singleton
final class GrantRights {
    private final Policies policies;
    private final AuditLog auditLog;
    private final Transactions transactions;

    GrantRights(Policies policies, AuditLog auditLog, Transactions transactions) {
        this.policies = policies;
        this.auditLog = auditLog;
        this.transactions = transactions;
    }

    /**
     * @param appId what it is about; null: no app in particular
     * @throws Problem 403 when the caller may not
     */
    void require(Caller caller, Permission permission, Subject subject, @Nullable UUID appId) {
        if (policies.permits(caller, permission, subject)) {
            return;
        }
        AuditEvent denied = AuditEvent.about(caller.actor(), subject, permission.action())
                .asDenied()
                .app(appId);
        transactions.write(() -> {
            auditLog.record(denied);
            return null;
        });
        throw forbidden(caller);
    }

    /** @throws Problem 403 when the caller may not do this in the organization */
    void require(Caller caller, Permission permission, UUID organizationId) {
        if (!policies.permits(caller, permission, organizationId)) {
            throw forbidden(caller);
        }
    }

    private static Problem forbidden(Caller caller) {
        boolean user =
                caller instanceof SessionCaller session && !session.subject().isMember();
        return new Problem(
                user ? ErrorType.CONSUMER_SESSION_AUTHORIZATION_ERROR : ErrorType.SESSION_AUTHORIZATION_ERROR);
    }
}
