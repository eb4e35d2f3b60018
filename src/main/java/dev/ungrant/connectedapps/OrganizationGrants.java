package dev.ungrant.connectedapps;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.outbox.Outbox;
import dev.ungrant.rbac.Actor;
import dev.ungrant.rbac.Subject;
import dev.ungrant.web.Json;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Many grants of one organization at once, for work that goes on in steps. Whoever starts such work has been asked whether they
 * may, and each step asks anew. All of it happens in the transaction that is open; one event for each grant, one letter for
 * each person.
 */
@Singleton
public final class OrganizationGrants {
    private final GrantEndRepository many;
    private final GrantEnds ends;
    private final AuditLog auditLog;
    private final Outbox outbox;
    private final Json json;

    OrganizationGrants(GrantEndRepository many, GrantEnds ends, AuditLog auditLog, Outbox outbox, Json json) {
        this.many = many;
        this.ends = ends;
        this.auditLog = auditLog;
        this.outbox = outbox;
        this.json = json;
    }

    /**
     * Ends those of these grants that have not ended.
     *
     * @param grantIds at most {@link Grants#MOST_AT_ONCE}
     * @return how many ended now
     */
    public int end(Actor actor, UUID organizationId, List<UUID> grantIds, EndNote note) {
        List<GrantRef> locked = many.lockChosen(organizationId, json.write(grantIds));
        List<GrantRef> own = new ArrayList<>();
        List<GrantRef> others = new ArrayList<>();
        locked.forEach(grant -> (grant.subjectId().equals(actor.id()) ? own : others).add(grant));
        ends.endAll(actor, own, EndReason.REVOKED_BY_SUBJECT, note.untold());
        ends.endAll(actor, others, EndReason.REVOKED_FOR_SUBJECT, note.untold());
        tell("grants.ended", organizationId, locked, note);
        return locked.size();
    }

    /**
     * Wants a new yes for those of these grants that live and of which none is wanted yet. From then on no token is minted for
     * them; the next authorization asks the person, whatever was remembered, and the yes opens another grant. Tokens that were
     * handed out before stay alive until they expire.
     *
     * @param grantIds at most {@link Grants#MOST_AT_ONCE}
     * @return for how many it is wanted now and was not before
     */
    public int askAgain(Actor actor, UUID organizationId, List<UUID> grantIds, EndNote note) {
        List<GrantRef> locked = many.lockUnasked(organizationId, json.write(grantIds));
        if (locked.isEmpty()) {
            return 0;
        }
        many.askAgain(
                organizationId,
                json.write(locked.stream().map(GrantRef::grantId).toList()));
        auditLog.recordAll(locked.stream()
                .map(grant -> AuditEvent.about(actor, grant.subject(), "grant.asked_again")
                        .app(grant.appId())
                        .grant(grant.grantId())
                        .because(note.reason()))
                .toList());
        tell("grants.asked-again", organizationId, locked, note);
        return locked.size();
    }

    private void tell(String kind, UUID organizationId, List<GrantRef> grants, EndNote note) {
        if (!note.tell() || grants.isEmpty()) {
            return;
        }
        Map<Subject, List<UUID>> byPerson = new LinkedHashMap<>();
        grants.forEach(grant -> byPerson.computeIfAbsent(grant.subject(), subject -> new ArrayList<>())
                .add(grant.grantId()));
        List<Map<String, Object>> messages = new ArrayList<>();
        byPerson.forEach((person, grantIds) -> messages.add(message(person, grantIds, note.reason())));
        outbox.addAll(organizationId, kind, messages);
    }

    private static Map<String, Object> message(Subject person, List<UUID> grantIds, @Nullable String reason) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("projectId", person.projectId());
        message.put("memberId", person.id());
        message.put("grantIds", grantIds);
        message.put("reason", reason);
        return message;
    }
}
