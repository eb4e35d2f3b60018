package dev.ungrant.audit;

import dev.ungrant.rbac.Subject;
import dev.ungrant.web.Json;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;

/** What happened is written here, and read back for the pages of a person and an app. {@link AuditSealer} seals it a moment later. */
@Singleton
public final class AuditLog {
    private final AuditRepository events;
    private final AuditInsertRepository inserts;
    private final Seals seals;
    private final Json json;

    AuditLog(AuditRepository events, AuditInsertRepository inserts, Seals seals, Json json) {
        this.events = events;
        this.inserts = inserts;
        this.seals = seals;
        this.json = json;
    }

    /** Adds the event, in the transaction that is open: an act and its event are written together or not at all. */
    public void record(AuditEvent event) {
        recordAll(List.of(event));
    }

    /** The same for several events, in one round trip. */
    public void recordAll(List<AuditEvent> happened) {
        inserts.insertAll(happened.stream().map(this::row).toList());
    }

    private AuditInsert row(AuditEvent event) {
        Subject subject = event.subject();
        AuditInsert row = new AuditInsert(
                event.tenantId(),
                UUID.randomUUID(),
                event.projectId(),
                event.actor().kind().name(),
                event.actor().id(),
                event.actor().sessionId(),
                event.actor().via().door().name(),
                event.action(),
                event.denied() ? "DENIED" : "DONE",
                subject == null ? null : subject.kind().name(),
                subject == null ? null : subject.id(),
                event.appId(),
                event.grantId(),
                event.reason(),
                event.actor().via().requestId(),
                event.actor().via().ipAddress(),
                json.write(event.details()),
                Seals.NOTHING);
        return row.signed(seals.mac(row));
    }

    /** What happened between this subject and this app, the latest first. */
    public List<AuditRow> between(Subject subject, UUID appId, int limit) {
        return events.ofSubjectAndApp(subject.tenantId(), subject.id(), appId, limit);
    }

    /** Every yes of the subject to this app, the latest first: first ones and later ones, whichever grant they left. */
    public List<AuditRow> consents(Subject subject, UUID appId, int limit) {
        return events.consents(subject.tenantId(), subject.id(), appId, limit);
    }

    /** What happened to or around the subject, the latest first. */
    public List<AuditRow> about(Subject subject, int limit) {
        return events.about(subject.tenantId(), subject.id(), limit);
    }

    /** What one request of the last day did to the subject. */
    public List<AuditRow> doneBy(Subject subject, String requestId, int limit) {
        return events.doneBy(subject.tenantId(), subject.id(), requestId, limit);
    }

    /** The ends of the subject's grants that one request of the last day brought about. */
    public List<AuditRow> revokedBy(Subject subject, String requestId, int limit) {
        return events.revokedBy(subject.tenantId(), subject.id(), requestId, limit);
    }
}
