package dev.ungrant.connectedapps;

import dev.ungrant.database.Transactions;
import dev.ungrant.rbac.Actor;
import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.rbac.Subject;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.Problem;
import io.micronaut.http.HttpStatus;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A grant lets one app act for one subject. Every code and token of the app hangs on the grant's row and is alive only
 * while the row is, so that ending access is one conditional UPDATE. Whoever takes access back comes through here.
 */
@Singleton
public final class Grants {
    /** As many grants as one transaction locks. */
    public static final int MOST_AT_ONCE = GrantEndRepository.BATCH;

    private final GrantRepository repository;
    private final GrantEndRepository many;
    private final GrantEnds ends;
    private final GrantRights rights;
    private final Transactions transactions;
    private final Json json;

    Grants(
            GrantRepository repository,
            GrantEndRepository many,
            GrantEnds ends,
            GrantRights rights,
            Transactions transactions,
            Json json) {
        this.repository = repository;
        this.many = many;
        this.ends = ends;
        this.rights = rights;
        this.transactions = transactions;
        this.json = json;
    }

    /**
     * Takes the app's access to the subject back. When this returns, no code or token of the grant works at any node, and
     * the next authorization asks for consent. Revoking what is revoked or was never granted changes nothing and succeeds.
     *
     * @throws Problem 403 when the caller may not; {@code server_unavailable} when it is unknown whether it was done
     */
    public Receipt revoke(Caller caller, Subject subject, ConnectedApp app) {
        return revoke(caller, subject, app, EndNote.NONE);
    }

    /** The same with a reason, for somebody who acts for another person. */
    public Receipt revoke(Caller caller, Subject subject, ConnectedApp app, EndNote note) {
        rights.require(caller, Permission.REVOKE_CONNECTED_APP, subject, app.appId());
        Optional<UUID> grant = unrevoked(subject, app);
        // When somebody else was first, a consent may have opened another row since; that one must go too.
        while (grant.isPresent() && !end(caller, subject, app, grant.get(), note)) {
            grant = unrevoked(subject, app);
        }
        return grant.flatMap(grantId -> repository.receipt(subject.tenantId(), grantId))
                .or(() -> lastReceipt(subject, app))
                .orElse(Receipt.NEVER_CONNECTED);
    }

    /**
     * The same for several apps at once: all of them or, when anything fails, none. One transaction, one event for each
     * grant, and as many round trips for five hundred apps as for one.
     *
     * @param apps at most {@link #MOST_AT_ONCE}, each loaded through the caller's project
     * @return one receipt for each app, in the order of {@code apps}
     * @throws Problem 403 when the caller may not; 400 when there are more
     */
    public Map<ConnectedApp, Receipt> revokeAll(Caller caller, Subject subject, List<ConnectedApp> apps) {
        return revokeAll(caller, subject, apps, EndNote.NONE);
    }

    /** The same with a reason, for somebody who acts for another person. */
    public Map<ConnectedApp, Receipt> revokeAll(Caller caller, Subject subject, List<ConnectedApp> apps, EndNote note) {
        rights.require(caller, Permission.REVOKE_CONNECTED_APP, subject, null);
        if (apps.size() > MOST_AT_ONCE) {
            throw new Problem(ErrorType.BAD_REQUEST, "At most " + MOST_AT_ONCE + " apps can be named at once.");
        }
        if (apps.isEmpty()) {
            return Map.of();
        }
        String appIds = json.write(apps.stream().map(ConnectedApp::appId).toList());
        transactions.writeRepeatable(() -> {
            ends.endAll(
                    caller.actor(),
                    many.lockThese(subject.tenantId(), subject.id(), appIds),
                    why(caller, subject),
                    note);
            return null;
        });
        return receipts(subject, apps, appIds);
    }

    /** What the last revoke of each of these apps ended, if the caller may see it; nothing for one never connected. */
    public Map<ConnectedApp, Receipt> lastReceipts(Caller caller, Subject subject, List<ConnectedApp> apps) {
        rights.require(caller, Permission.GET_CONNECTED_APPS, subject, null);
        return receipts(
                subject, apps, json.write(apps.stream().map(ConnectedApp::appId).toList()));
    }

    private Map<ConnectedApp, Receipt> receipts(Subject subject, List<ConnectedApp> apps, String appIds) {
        Map<UUID, Receipt> found = repository.lastReceipts(subject.tenantId(), subject.id(), appIds).stream()
                .collect(Collectors.toMap(AppReceipt::appId, AppReceipt::receipt, (one, other) -> one));
        Map<ConnectedApp, Receipt> receipts = new LinkedHashMap<>();
        apps.forEach(app -> receipts.put(app, found.getOrDefault(app.appId(), Receipt.NEVER_CONNECTED)));
        return receipts;
    }

    /** What the last revoke of the app ended; empty when it was never revoked. */
    public Optional<Receipt> lastReceipt(Caller caller, Subject subject, ConnectedApp app) {
        rights.require(caller, Permission.GET_CONNECTED_APPS, subject, app.appId());
        return lastReceipt(subject, app);
    }

    private Optional<Receipt> lastReceipt(Subject subject, ConnectedApp app) {
        return repository
                .lastEnded(subject.tenantId(), subject.id(), app.appId())
                .flatMap(grantId -> repository.receipt(subject.tenantId(), grantId));
    }

    private boolean end(Caller caller, Subject subject, ConnectedApp app, UUID grantId, EndNote note) {
        GrantRef grant = new GrantRef(
                grantId, subject.projectId(), subject.tenantId(), subject.kind(), subject.id(), app.appId());
        return transactions.writeRepeatable(() -> ends.end(caller.actor(), grant, why(caller, subject), note));
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
            ends.endAll(actor, batch, why, EndNote.NONE);
            ended += batch.size();
        } while (batch.size() == GrantEndRepository.BATCH);
        return ended;
    }

    /** How many apps can act for the subject, for verbs that are about to end them all. */
    public long countLive(Subject subject) {
        return repository.counts(subject.tenantId(), json.write(List.of(subject.id()))).stream()
                .mapToLong(SubjectApps::apps)
                .sum();
    }

    /** The apps that can act for the subject now, the latest granted first. */
    public List<GrantedApp> list(Caller caller, Subject subject) {
        rights.require(caller, Permission.GET_CONNECTED_APPS, subject, null);
        return repository.live(subject.tenantId(), subject.id());
    }

    /** The same, followed by those whose access ended within the last 90 days. */
    public List<GrantedApp> history(Caller caller, Subject subject) {
        List<GrantedApp> all = new ArrayList<>(list(caller, subject));
        all.addAll(repository.ended(subject.tenantId(), subject.id()));
        return all;
    }

    /**
     * Sees to it that the caller may look at the subject's apps. A no is recorded, and says the same as if there were no such
     * member.
     *
     * @throws Problem {@code member_not_found}
     */
    public void requireVisible(Caller caller, Subject subject) {
        try {
            rights.require(caller, Permission.GET_CONNECTED_APPS, subject, null);
        } catch (Problem problem) {
            throw problem.type().status() == HttpStatus.FORBIDDEN ? new Problem(ErrorType.MEMBER_NOT_FOUND) : problem;
        }
    }

    /** The live grant of the app, if there is one. */
    public Optional<GrantedApp> find(Caller caller, Subject subject, ConnectedApp app) {
        rights.require(caller, Permission.GET_CONNECTED_APPS, subject, app.appId());
        return repository.liveOf(subject.tenantId(), subject.id(), app.appId());
    }

    /** How often it was used on each of the last 30 days; days without use are left out. */
    public List<DailyCalls> usage(Caller caller, Subject subject, GrantedApp grant) {
        rights.require(caller, Permission.GET_CONNECTED_APPS, subject, null);
        return repository.usage(subject.tenantId(), grant.grantId());
    }

    /** Until when a resource server that checks signatures only would accept a token of the app; empty: not at all. */
    public Optional<Instant> latestJwtExpiry(Caller caller, Subject subject, ConnectedApp app) {
        rights.require(caller, Permission.GET_CONNECTED_APPS, subject, app.appId());
        return unrevoked(subject, app).flatMap(grantId -> repository.latestJwtExpiry(subject.tenantId(), grantId));
    }

    /** The same for several grants of the subject: the latest of them all. */
    public Optional<Instant> latestJwtExpiry(Caller caller, Subject subject, List<GrantedApp> grants) {
        rights.require(caller, Permission.GET_CONNECTED_APPS, subject, null);
        return repository.latestJwtExpiryOf(
                subject.tenantId(),
                json.write(grants.stream().map(GrantedApp::grantId).toList()));
    }

    /** How many apps can act for each of these members; those whom none can act for are left out. One query. */
    public Map<UUID, Long> counts(Caller caller, UUID organizationId, List<UUID> memberIds) {
        rights.require(caller, Permission.GET_CONNECTED_APPS, organizationId);
        return repository.counts(organizationId, json.write(memberIds)).stream()
                .collect(Collectors.toMap(SubjectApps::subjectId, SubjectApps::apps));
    }

    /** Apps that at least one member of the organization lets in. */
    public List<InstalledApp> installed(Caller caller, UUID organizationId) {
        rights.require(caller, Permission.GET_ORGANIZATION_CONNECTED_APPS, organizationId);
        return repository.installed(caller.projectId(), organizationId);
    }

    /** Who in the organization lets the app in, in the order of their ids. */
    public List<ActiveMember> membersOf(Caller caller, UUID organizationId, ConnectedApp app) {
        rights.require(caller, Permission.GET_ORGANIZATION_CONNECTED_APPS, organizationId);
        return repository.membersOf(organizationId, app.appId());
    }
}
