package dev.ungrant.members;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.connectedapps.EndReason;
import dev.ungrant.connectedapps.Grants;
import dev.ungrant.database.Transactions;
import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.LastAdmin;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.sessions.Sessions;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntSupplier;

/** Members who leave, who come back, and who are forgotten. */
@Singleton
public final class Departures {
    private final MemberRepository repository;
    private final ErasureRepository erasure;
    private final Grants grants;
    private final Sessions sessions;
    private final LastAdmin lastAdmin;
    private final Policies policies;
    private final AuditLog auditLog;
    private final Transactions transactions;

    Departures(
            MemberRepository repository,
            ErasureRepository erasure,
            Grants grants,
            Sessions sessions,
            LastAdmin lastAdmin,
            Policies policies,
            AuditLog auditLog,
            Transactions transactions) {
        this.repository = repository;
        this.erasure = erasure;
        this.grants = grants;
        this.sessions = sessions;
        this.lastAdmin = lastAdmin;
        this.policies = policies;
        this.auditLog = auditLog;
        this.transactions = transactions;
    }

    /** What ends with a membership: apps that can act for the member, and places where they are signed in. */
    public record Ending(long apps, long sessions) {}

    /** What would end now. */
    public Ending ending(Caller caller, Member member) {
        require(caller, "delete", member);
        return new Ending(grants.countLive(member.subject()), sessions.countLive(member.subject()));
    }

    /**
     * Deactivates the member: status {@code deleted} on the wire. Grants and sessions end in the same transaction; repeating
     * it changes nothing.
     *
     * @throws Problem {@code last_admin} when the organization would have no administrator left, unless a project wants it so
     */
    public void deactivate(Caller caller, Member member) {
        require(caller, "delete", member);
        transactions.writeRepeatable(
                () -> lastAdmin.keeping(caller, member.subject(), () -> deactivateNow(caller, member)));
    }

    /** The same, in the transaction that is open. */
    private boolean deactivateNow(Caller caller, Member member) {
        Ending ending = new Ending(grants.countLive(member.subject()), sessions.countLive(member.subject()));
        if (repository.setStatus(member.organizationId(), member.memberId(), Member.Status.DELETED.name()) == 0) {
            return false;
        }
        grants.endAllOf(caller.actor(), member.subject(), EndReason.MEMBER_DELETED);
        sessions.endAllOf(member.subject());
        auditLog.record(AuditEvent.about(caller.actor(), member.subject(), "member.deleted")
                .with(Map.of("apps", ending.apps(), "sessions", ending.sessions())));
        return true;
    }

    /** Makes a deactivated member active again. No grant and no session comes back with it. */
    public Member reactivate(Caller caller, Member member) {
        if (!policies.permits(caller, Permission.onMember("create"), member.organizationId())) {
            throw new Problem(ErrorType.SESSION_AUTHORIZATION_ERROR);
        }
        return Members.noDuplicates(() -> transactions.writeRepeatable(() -> {
            if (repository.setStatus(member.organizationId(), member.memberId(), Member.Status.ACTIVE.name()) > 0) {
                // One that was begun in the moment of the deletion.
                sessions.endAllOf(member.subject());
                auditLog.record(AuditEvent.about(caller.actor(), member.subject(), "member.reactivated"));
            }
            return repository
                    .find(member.projectId(), member.organizationId(), member.memberId())
                    .orElseThrow(() -> new Problem(ErrorType.MEMBER_NOT_FOUND));
        }));
    }

    /**
     * Forgets a deactivated member for good: name, address, metadata, sessions, mails that wait. The audit keeps ids, and the
     * member's id is that of nobody from then on.
     *
     * @throws Problem {@code member_not_deactivated}
     */
    public void erase(Caller caller, Member member) {
        require(caller, "delete", member);
        if (!member.isDeleted()) {
            throw new Problem(ErrorType.MEMBER_NOT_DEACTIVATED);
        }
        // There may be very many of these, and all of them are dead.
        inBatches(() -> erasure.sessions(member.organizationId(), member.memberId()));
        inBatches(() -> erasure.connections(member.organizationId(), member.memberId()));
        transactions.writeRepeatable(() -> {
            eraseNow(caller, member);
            return null;
        });
    }

    /**
     * Takes back a place that nobody has come to: the member goes, and is forgotten.
     *
     * @throws Problem {@code member_not_invited} when they have joined meanwhile
     */
    void withdraw(Caller caller, Member member) {
        require(caller, "delete", member);
        transactions.writeRepeatable(() -> lastAdmin.keeping(caller, member.subject(), () -> {
            Member present = lock(member);
            if (present == null) {
                return null;
            }
            if (present.status() != Member.Status.INVITED) {
                throw new Problem(ErrorType.MEMBER_NOT_INVITED);
            }
            auditLog.record(AuditEvent.about(caller.actor(), member.subject(), "member.invitation_withdrawn"));
            deactivateNow(caller, member);
            eraseNow(caller, member);
            return null;
        }));
    }

    private void eraseNow(Caller caller, Member member) {
        Member present = lock(member);
        if (present == null) {
            return;
        }
        if (!present.isDeleted()) {
            throw new Problem(ErrorType.MEMBER_NOT_DEACTIVATED);
        }
        UUID organizationId = member.organizationId();
        UUID memberId = member.memberId();
        String address = present.emailAddress();
        erasure.sessions(organizationId, memberId);
        erasure.connections(organizationId, memberId);
        erasure.links(organizationId, address);
        erasure.codes(memberId, address);
        erasure.hints(member.projectId(), memberId, address);
        erasure.mails(organizationId, address);
        erasure.earlyMails(memberId, address);
        erasure.preferences(organizationId, memberId);
        erasure.roles(organizationId, memberId);
        erasure.member(organizationId, memberId);
        auditLog.record(AuditEvent.about(caller.actor(), member.subject(), "member.erased"));
    }

    private Member lock(Member member) {
        return repository
                .lock(member.projectId(), member.organizationId(), member.memberId())
                .orElse(null);
    }

    private void inBatches(IntSupplier statement) {
        while (transactions.write(statement::getAsInt) == ErasureRepository.BATCH) {
            // As long as there may be more.
        }
    }

    private void require(Caller caller, String action, Member member) {
        if (!policies.permits(caller, Permission.onMember(action), member.subject())) {
            throw new Problem(ErrorType.SESSION_AUTHORIZATION_ERROR);
        }
    }
}
