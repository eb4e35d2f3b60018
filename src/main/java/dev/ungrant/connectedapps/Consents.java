package dev.ungrant.connectedapps;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.rbac.Actor;
import dev.ungrant.rbac.Subject;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/** When a person must be asked, and the grant that their yes leaves (contract §8.4). */
@Singleton
public final class Consents {
    private final ConsentRepository repository;
    private final GrantEnds ends;
    private final AuditLog auditLog;

    Consents(ConsentRepository repository, GrantEnds ends, AuditLog auditLog) {
        this.repository = repository;
        this.ends = ends;
        this.auditLog = auditLog;
    }

    /**
     * What an app asks for.
     *
     * @param scopes those that can be granted, and no others
     * @param always the person is to be asked in any case, as {@code prompt=consent} wants
     * @param identityAssured false for a public client that nothing but its own word identifies, such as a native app
     */
    public record Ask(Subject subject, ConnectedApp app, Scopes scopes, boolean always, boolean identityAssured) {}

    /**
     * Whether the person must be asked now. Third parties: until they have said yes to all these scopes. First parties:
     * only after access was taken back. Everybody: when access is to outlive the session, unless a first party may skip it,
     * and when somebody who answers for the person wants them asked again.
     */
    public boolean isRequired(Ask ask) {
        return isRequired(
                ask,
                repository.last(
                        ask.subject().tenantId(), ask.subject().id(), ask.app().appId()));
    }

    private static boolean isRequired(Ask ask, Optional<ConsentRow> last) {
        ConnectedApp app = ask.app();
        if (ask.always()) {
            return true;
        }
        boolean mayBypass = app.clientType().isFirstParty() && app.bypassConsentForOfflineAccess();
        if (ask.scopes().contains(Scopes.OFFLINE_ACCESS) && !mayBypass) {
            return true;
        }
        boolean stands = last.filter(ConsentRow::stands).isPresent();
        if (app.clientType().isFirstParty()) {
            return !stands && last.isPresent();
        }
        return !ask.identityAssured()
                || !stands
                || !Scopes.parse(last.get().scopes()).covers(ask.scopes());
    }

    /** What came of an ask: the grant that the new tokens hang on, or nothing because a yes is missing. */
    public record Outcome(@Nullable UUID grantId, boolean consentMissing) {}

    /**
     * The last word between a subject and an app, as an identity: which grant, and whether it was taken back or a new yes was
     * asked for. It is another one after each of those and after every consent that opened a grant; no clock has a part in it.
     */
    public String lastWord(Subject subject, ConnectedApp app) {
        return lastWord(repository.last(subject.tenantId(), subject.id(), app.appId()));
    }

    private static String lastWord(Optional<ConsentRow> last) {
        return last.map(row ->
                        row.grantId() + (row.revoked() ? " revoked" : row.askedAgain() ? " asked again" : " live"))
                .orElse("none");
    }

    /** The person said yes to a page that was drawn before something changed between them and the app. */
    public static final class StaleConsent extends RuntimeException {
        private StaleConsent() {
            super("The consent page is out of date.", null, false, false);
        }
    }

    /**
     * The same as {@link #open} for a yes that was given on a page.
     *
     * @param stillSo whether the last word is the one that the page was drawn with
     * @throws StaleConsent when it is not; nothing has been written then
     */
    public Outcome openAsShown(Actor actor, Ask ask, Predicate<String> stillSo) {
        hold(ask.subject(), ask.app());
        Optional<ConsentRow> last = repository.lockLast(
                ask.subject().tenantId(), ask.subject().id(), ask.app().appId());
        if (!stillSo.test(lastWord(last))) {
            throw new StaleConsent();
        }
        return new Outcome(open(actor, ask, last, null), false);
    }

    /**
     * Opens a grant, or confirms the one that is live, in the transaction that is open. A grant that was taken back never
     * comes to life again: the next yes opens another row.
     *
     * @param consentGiven the person said yes just now
     * @param expiresAt when a newly opened grant ends by itself; null: never
     * @throws Problem when the organization does not allow the app, or somebody involved is gone
     */
    public Outcome open(Actor actor, Ask ask, boolean consentGiven, @Nullable Instant expiresAt) {
        Subject subject = ask.subject();
        hold(subject, ask.app());
        Optional<ConsentRow> last =
                repository.lockLast(subject.tenantId(), subject.id(), ask.app().appId());
        if (!consentGiven && isRequired(ask, last)) {
            return new Outcome(null, true);
        }
        return new Outcome(open(actor, ask, last, expiresAt), false);
    }

    private UUID open(Actor actor, Ask ask, Optional<ConsentRow> last, @Nullable Instant expiresAt) {
        Subject subject = ask.subject();
        Optional<ConsentRow> unrevoked = last.filter(row -> !row.revoked());
        if (unrevoked.isPresent() && unrevoked.get().stands()) {
            UUID grantId = unrevoked.get().grantId();
            repository.reauthorize(subject.tenantId(), grantId, ask.scopes().toString());
            record(actor, ask, "grant.confirmed", grantId);
            return grantId;
        }
        // What the app got by the yes that does not stand any more ends with it, so that no refresh token of then comes
        // back.
        unrevoked.ifPresent(row -> ends.end(
                actor,
                ref(ask, row.grantId()),
                row.expired() ? EndReason.EXPIRED : EndReason.APPROVED_AGAIN,
                EndNote.NONE));
        UUID grantId = UUID.randomUUID();
        repository.insert(
                subject.tenantId(),
                grantId,
                subject.projectId(),
                subject.kind().name(),
                subject.id(),
                ask.app().appId(),
                ask.scopes().toString(),
                expiresAt);
        record(actor, ask, "grant.opened", grantId);
        return grantId;
    }

    private void hold(Subject subject, ConnectedApp app) {
        Optional<Boolean> held = subject.isMember()
                ? repository.holdMember(subject.projectId(), subject.tenantId(), subject.id(), app.appId())
                : repository.holdUser(subject.projectId(), subject.id(), app.appId());
        if (held.isEmpty()) {
            throw new Problem(subject.isMember() ? ErrorType.MEMBER_NOT_FOUND : ErrorType.USER_NOT_FOUND);
        }
        if (!isAllowed(subject, app)) {
            throw new Problem(ErrorType.CONNECTED_APP_NOT_ALLOWED_FOR_ORG);
        }
    }

    /** Whether the organization of the subject lets the app in at all; true for users, who have none. */
    public boolean isAllowed(Subject subject, ConnectedApp app) {
        return !subject.isMember()
                || repository
                        .isAllowed(subject.projectId(), subject.tenantId(), app.appId())
                        .orElse(false);
    }

    private void record(Actor actor, Ask ask, String action, UUID grantId) {
        auditLog.record(AuditEvent.about(actor, ask.subject(), action)
                .app(ask.app().appId())
                .grant(grantId)
                .with(Map.of("scopes", ask.scopes().toList())));
    }

    private static GrantRef ref(Ask ask, UUID grantId) {
        Subject subject = ask.subject();
        return new GrantRef(
                grantId,
                subject.projectId(),
                subject.tenantId(),
                subject.kind(),
                subject.id(),
                ask.app().appId());
    }
}
