package dev.ungrant.audit;

import dev.ungrant.secrets.Pepper;
import dev.ungrant.web.Json;
import jakarta.inject.Singleton;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.UUID;

/**
 * The three things that only an installation with its key can make: that a node wrote an event, that an event stands where
 * it stands, and that a chain ends where it ends. With a plain hash, whoever can write to the database would compute it anew.
 */
@Singleton
final class Seals {
    /** What stands before the first event of a chain. */
    static final byte[] NOTHING = new byte[32];

    /** What stands before an event that follows something which is not ours: it joins on to nothing, for good. */
    static final byte[] BREAK = new byte[32];

    static {
        Arrays.fill(BREAK, (byte) 0xff);
    }

    private final Pepper pepper;
    private final Json json;

    Seals(Pepper pepper, Json json) {
        this.pepper = pepper;
        this.json = json;
    }

    /** Of an event, before it is written. The time is the database's and not known yet; {@link #hash} covers it. */
    byte[] mac(AuditInsert event) {
        EventBytes bytes = new EventBytes("event 1")
                .id(event.tenantId())
                .id(event.eventId())
                .id(event.projectId())
                .text(event.actorKind())
                .id(event.actorId())
                .id(event.sessionId())
                .text(event.door())
                .text(event.action())
                .text(event.outcome())
                .text(event.subjectKind())
                .id(event.subjectId())
                .id(event.appId())
                .id(event.grantId())
                .text(event.reason())
                .text(event.requestId())
                .text(event.ipAddress());
        return pepper.seal(bytes.details(event.details(), json).toBytes());
    }

    /** Whether one of our nodes wrote the event as it stands there now. */
    boolean isOurs(ChainRow row) {
        return row.mac() != null && MessageDigest.isEqual(mac(row), row.mac());
    }

    /** @param before the hash of the event before it, {@link #NOTHING} for the first one */
    byte[] hash(ChainRow row, long seq, byte[] before) {
        return pepper.seal(new EventBytes("link 1")
                .number(seq)
                .bytes(before)
                .number(micros(row.occurredAt()))
                .bytes(mac(row))
                .toBytes());
    }

    byte[] headMac(UUID tenantId, long seq, byte[] hash) {
        return pepper.seal(
                new EventBytes("head 1").id(tenantId).number(seq).bytes(hash).toBytes());
    }

    /** The hash that the next event joins on to. A new head must not make an old forgery genuine. */
    byte[] before(ChainHead head) {
        return isOurs(head) ? head.hash() : BREAK;
    }

    boolean isOurs(ChainHead head) {
        return MessageDigest.isEqual(headMac(head.tenantId(), head.seq(), head.hash()), head.mac());
    }

    private byte[] mac(ChainRow row) {
        return mac(new AuditInsert(
                row.tenantId(),
                row.eventId(),
                row.projectId(),
                row.actorKind(),
                row.actorId(),
                row.sessionId(),
                row.door(),
                row.action(),
                row.outcome(),
                row.subjectKind(),
                row.subjectId(),
                row.appId(),
                row.grantId(),
                row.reason(),
                row.requestId(),
                row.ipAddress(),
                row.details(),
                NOTHING));
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }
}
