package dev.ungrant.connectedapps;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.outbox.Outbox;
import dev.ungrant.rbac.Actor;
import dev.ungrant.rbac.Subject;
import dev.ungrant.web.Json;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What the end of a grant is made of: the UPDATE, its audit event, its outbox row. Always in an open transaction. */
@Singleton
final class GrantEnds {
    private final GrantRepository grants;
    private final GrantEndRepository many;
    private final AuditLog auditLog;
    private final Outbox outbox;
    private final Json json;

    GrantEnds(GrantRepository grants, GrantEndRepository many, AuditLog auditLog, Outbox outbox, Json json) {
        this.grants = grants;
        this.many = many;
        this.auditLog = auditLog;
        this.outbox = outbox;
        this.json = json;
    }

    /** @return false when somebody else was first; then nothing is written */
    boolean end(Actor actor, GrantRef grant, EndReason why, EndNote note) {
        if (grants.end(grant.tenantId(), grant.grantId(), why.name()) == 0) {
            return false;
        }
        auditLog.record(event(actor, grant, why, note));
        outbox.add(grant.tenantId(), "grant.ended", message(actor, grant, why, note));
        return true;
    }

    /** The same for grants of one tenant that the caller has locked: three statements, however many. */
    void endAll(Actor actor, List<GrantRef> locked, EndReason why, EndNote note) {
        if (locked.isEmpty()) {
            return;
        }
        UUID tenantId = locked.getFirst().tenantId();
        many.endAll(tenantId, json.write(locked.stream().map(GrantRef::grantId).toList()), why.name());
        auditLog.recordAll(
                locked.stream().map(grant -> event(actor, grant, why, note)).toList());
        outbox.addAll(
                tenantId,
                "grant.ended",
                locked.stream().map(grant -> message(actor, grant, why, note)).toList());
    }

    private static AuditEvent event(Actor actor, GrantRef grant, EndReason why, EndNote note) {
        return AuditEvent.about(actor, grant.subject(), "grant.revoked")
                .app(grant.appId())
                .grant(grant.grantId())
                .because(note.reason())
                .with(Map.of("why", why.wireName()));
    }

    private static Map<String, Object> message(Actor actor, GrantRef grant, EndReason why, EndNote note) {
        Subject subject = grant.subject();
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("projectId", subject.projectId());
        message.put("tenantId", subject.tenantId());
        message.put("subjectKind", subject.kind());
        message.put("subjectId", subject.id());
        message.put("appId", grant.appId());
        message.put("grantId", grant.grantId());
        message.put("why", why);
        message.put("actorKind", actor.kind());
        message.put("actorId", actor.id());
        message.put("door", actor.via().door());
        message.put("requestId", actor.via().requestId());
        message.put("reason", note.reason());
        message.put("tell", note.tell());
        return message;
    }
}
