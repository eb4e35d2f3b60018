package dev.ungrant.connectedapps;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.database.Transactions;
import dev.ungrant.rbac.Actor;
import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.rbac.Subject;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A grant lets one app act for one subject. Every code and token of the app hangs on the grant's row and is alive only
 * while the row is, so that ending access is one conditional UPDATE. Whoever takes access back comes through here.
 */
@Singleton
public final class Grants {
    private final GrantRepository repository;
    private final GrantEndRepository many;
    private final GrantEnds ends;
    private final Policies policies;
    private final AuditLog auditLog;
    private final Transactions transactions;

    Grants(
            GrantRepository repository,
            GrantEndRepository many,
            GrantEnds ends,
            Policies policies,
            AuditLog auditLog,
            Transactions transactions) {
        this.repository = repository;
        this.many = many;
        this.ends = ends;
        this.policies = policies;
        this.auditLog = auditLog;
        this.transactions = transactions;
    }

    /**
     * Takes the app's access to the subject back. When this returns, no code or token of the grant works at any node, and
     * the next authorization asks for consent. Revoking what is revoked or was never granted changes nothing and succeeds.
     *
     * @throws Problem 403 when the caller may not; {@code server_unavailable} when it is unknown whether it was done
     */
    public Receipt revoke(Caller caller, Subject subject, ConnectedApp app) {
        require(caller, Permission.REVOKE_CONNECTED_APP, subject, app);
        Optional<UUID> grant = unrevoked(subject, app);
        // When somebody else was first, a consent may have opened another row since; that one must go too.
        while (grant.isPresent() && !end(caller, subject, app, grant.get())) {
            grant = unrevoked(subject, app);
        }
        return grant.flatMap(grantId -> repository.receipt(subject.tenantId(), grantId))
                .or(() -> lastReceipt(subject, app))
                .orElse(Receipt.NEVER_CONNECTED);
    }

    /** What the last revoke of the app ended; empty when it was never revoked. */
    public Optional<Receipt> lastReceipt(Caller caller, Subject subject, ConnectedApp app) {
        require(caller, Permission.GET_CONNECTED_APPS, subject, app);
        return lastReceipt(subject, app);
    }

    private Optional<Receipt> lastReceipt(Subject subject, ConnectedApp app) {
        return repository
                .lastEnded(subject.tenantId(), subject.id(), app.appId())
                .flatMap(grantId -> repository.receipt(subject.tenantId(), grantId));
    }

    private boolean end(Caller caller, Subject subject, ConnectedApp app, UUID grantId) {
        GrantRef grant = new GrantRef(
                grantId, subject.projectId(), subject.tenantId(), subject.kind(), subject.id(), app.appId());
        return transactions.writeRepeatable(() -> ends.end(caller.actor(), grant, why(caller, subject)));
    }

    private Optional<UUID> unrevoked(Subject subject, ConnectedApp app) {
        return repository.unrevoked(subject.tenantId(), subject.id(), app.appId());
    }

    private static EndReason why(Caller caller, Subject subject) {
        return switch (caller) {
            case ProjectCaller project -> EndReason.REVOKED_BY_PROJECT;
            case SessionCaller session ->
                session.is(subject) ? EndReason.REVOKED_BY_SUBJECT : EndReason.REVOKED_FOR_SUBJECT;
        };
    }

    /**
     * Ends every grant of the subject, in the transaction that is open: they go with the member or user.
     *
     * @return how many
     */
    public int endAllOf(Actor actor, Subject subject, EndReason why) {
        int ended = 0;
        List<GrantRef> batch;
        do {
            batch = many.lockOfSubject(subject.tenantId(), subject.id());
            ends.endAll(actor, batch, why);
            ended += batch.size();
        } while (batch.size() == GrantEndRepository.BATCH);
        return ended;
    }

    /** The apps that can act for the subject now, the latest granted first. */
    public List<GrantedApp> list(Caller caller, Subject subject) {
        require(caller, Permission.GET_CONNECTED_APPS, subject, null);
        return repository.live(subject.tenantId(), subject.id());
    }

    /** The same, followed by those whose access ended within the last 90 days. */
    public List<GrantedApp> history(Caller caller, Subject subject) {
        List<GrantedApp> all = new ArrayList<>(list(caller, subject));
        all.addAll(repository.ended(subject.tenantId(), subject.id()));
        return all;
    }

    /** The live grant of the app, if there is one. */
    public Optional<GrantedApp> find(Caller caller, Subject subject, ConnectedApp app) {
        require(caller, Permission.GET_CONNECTED_APPS, subject, app);
        return repository.liveOf(subject.tenantId(), subject.id(), app.appId());
    }

    /** How often it was used on each of the last 30 days; days without use are left out. */
    public List<DailyCalls> usage(Caller caller, Subject subject, GrantedApp grant) {
        require(caller, Permission.GET_CONNECTED_APPS, subject, null);
        return repository.usage(subject.tenantId(), grant.grantId());
    }

    /** Until when a resource server that checks signatures only would accept a token of the app; empty: not at all. */
    public Optional<Instant> latestJwtExpiry(Caller caller, Subject subject, ConnectedApp app) {
        require(caller, Permission.GET_CONNECTED_APPS, subject, app);
        return unrevoked(subject, app).flatMap(grantId -> repository.latestJwtExpiry(subject.tenantId(), grantId));
    }

    /** Apps that at least one member of the organization lets in. */
    public List<InstalledApp> installed(Caller caller, UUID organizationId) {
        require(caller, Permission.GET_ORGANIZATION_CONNECTED_APPS, organizationId);
        return repository.installed(caller.projectId(), organizationId);
    }

    /** Who in the organization lets the app in, in the order of their ids. */
    public List<ActiveMember> membersOf(Caller caller, UUID organizationId, ConnectedApp app) {
        require(caller, Permission.GET_ORGANIZATION_CONNECTED_APPS, organizationId);
        return repository.membersOf(organizationId, app.appId());
    }

    private void require(Caller caller, Permission permission, Subject subject, ConnectedApp app) {
        if (policies.permits(caller, permission, subject)) {
            return;
        }
        AuditEvent denied = AuditEvent.about(caller.actor(), subject, permission.action())
                .asDenied()
                .app(app == null ? null : app.appId());
        transactions.write(() -> {
            auditLog.record(denied);
            return null;
        });
        throw forbidden(caller);
    }

    private void require(Caller caller, Permission permission, UUID organizationId) {
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
