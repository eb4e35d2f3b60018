package dev.ungrant.members;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.rbac.Actor;
import dev.ungrant.rbac.Subject;
import dev.ungrant.rbac.Via;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.UUID;

/** Members who are made by nobody: the organization's own sign-in vouches for them, and its settings let them in. */
@Singleton
public final class Newcomers {
    private final MemberRepository repository;
    private final AuditLog auditLog;

    Newcomers(MemberRepository repository, AuditLog auditLog) {
        this.repository = repository;
        this.auditLog = auditLog;
    }

    /**
     * Adds an active member without any role of their own, in the transaction that is open. Whether they may come is for the
     * caller to know.
     *
     * @param emailAddress as addresses are kept
     */
    public UUID add(UUID projectId, UUID organizationId, String emailAddress, String name, Via via) {
        UUID memberId = UUID.randomUUID();
        repository.insert(
                organizationId,
                memberId,
                projectId,
                emailAddress,
                name,
                Member.Status.ACTIVE.name(),
                null,
                false,
                false,
                "",
                "",
                "{}",
                "{}");
        Subject subject = Subject.member(projectId, organizationId, memberId);
        auditLog.record(AuditEvent.about(new Actor(Actor.Kind.MEMBER, memberId, null, via), subject, "member.created")
                .with(Map.of("by", "provider")));
        return memberId;
    }
}
