package dev.ungrant.audit;

import dev.ungrant.audit.ChainReport.Bad;
import dev.ungrant.audit.ChainReport.Problem;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Walks along chains and says where the first thing is that is not as it was sealed. Reads in batches and writes nothing. */
@Singleton
public class AuditVerifier {
    private static final int BATCH = 1000;

    private final ChainRepository events;
    private final ChainHeadRepository heads;
    private final ChainOwnerRepository owners;
    private final Seals seals;

    AuditVerifier(ChainRepository events, ChainHeadRepository heads, ChainOwnerRepository owners, Seals seals) {
        this.events = events;
        this.heads = heads;
        this.owners = owners;
        this.seals = seals;
    }

    /** A head that was noted earlier, outside of the database. */
    public record Noted(long seq, String hash) {}

    /**
     * Those whose chains there are, in the order of their ids.
     *
     * @param projectId null: of all projects
     * @param after null: from the first one
     */
    public List<ChainOwner> owners(@Nullable UUID projectId, @Nullable UUID after) {
        UUID from = after == null ? new UUID(0, 0) : after;
        return projectId == null ? owners.all(from, BATCH) : owners.ofProject(projectId, from, BATCH);
    }

    /** @param noted null: nothing was noted earlier */
    public ChainReport verify(ChainOwner owner, @Nullable Noted noted) {
        Walk walk = new Walk(owner.tenantId(), noted);
        Optional<ChainHead> head;
        do {
            walk.toTheEnd();
            head = heads.find(owner.tenantId());
            // Sealing goes on meanwhile: what is new is walked along too, before the end is judged.
        } while (walk.bad == null && head.isPresent() && head.get().seq() > walk.seq && walk.hasMore());
        Bad bad = walk.bad != null ? walk.bad : atTheEnd(owner, walk, head, noted);
        return new ChainReport(
                owner,
                walk.sound,
                head.map(ChainHead::seq).orElse(0L),
                head.map(ChainHead::hash).map(HexFormat.of()::formatHex).orElse(null),
                bad,
                events.overdue(owner.tenantId()));
    }

    private @Nullable Bad atTheEnd(ChainOwner owner, Walk walk, Optional<ChainHead> found, @Nullable Noted noted) {
        if (found.isEmpty() && walk.seq > 0) {
            return Bad.at(Problem.HEAD_MISSING, walk.seq, walk.last);
        }
        long end = found.map(ChainHead::seq).orElse(0L);
        if (end > walk.seq) {
            return Bad.at(Problem.TRUNCATED, walk.seq + 1, null);
        }
        if (end < walk.seq) {
            List<ChainRow> behind = events.after(owner.tenantId(), end, 1);
            return Bad.at(Problem.BEYOND_HEAD, end + 1, behind.getFirst());
        }
        if (found.isPresent() && !isEndOf(found.get(), walk)) {
            return Bad.at(Problem.HEAD_FORGED, end, walk.last);
        }
        if (noted != null && noted.seq() > end) {
            return Bad.at(Problem.ROLLED_BACK, end + 1, null);
        }
        return owner.kind().equals("organization") && !walk.created && !events.isBegun(owner.tenantId())
                ? Bad.at(Problem.WITHOUT_BEGINNING, 1, null)
                : null;
    }

    private boolean isEndOf(ChainHead head, Walk walk) {
        return seals.isOurs(head) && MessageDigest.isEqual(head.hash(), walk.hash);
    }

    private final class Walk {
        private final UUID tenantId;
        private final @Nullable Noted noted;
        private long seq;
        private long sound;
        private byte[] hash = Seals.NOTHING;
        private @Nullable ChainRow last;
        private boolean created;
        private @Nullable Bad bad;

        private Walk(UUID tenantId, @Nullable Noted noted) {
            this.tenantId = tenantId;
            this.noted = noted;
        }

        private boolean hasMore() {
            return !events.after(tenantId, seq, 1).isEmpty();
        }

        private void toTheEnd() {
            List<ChainRow> rows;
            do {
                rows = events.after(tenantId, seq, BATCH);
                for (ChainRow row : rows) {
                    step(row);
                    if (bad != null) {
                        return;
                    }
                }
            } while (rows.size() == BATCH);
        }

        private void step(ChainRow row) {
            long next = seq + 1;
            if (row.seq() != next) {
                bad = Bad.at(Problem.MISSING, next, null);
                return;
            }
            byte[] computed = seals.hash(row, next, hash);
            if (row.hash() == null || !MessageDigest.isEqual(computed, row.hash())) {
                bad = Bad.at(Problem.CHANGED, next, row);
            } else if (!seals.isOurs(row)) {
                bad = Bad.at(Problem.FORGED, next, row);
            } else if (noted != null
                    && noted.seq() == next
                    && !HexFormat.of().formatHex(computed).equals(noted.hash())) {
                bad = Bad.at(Problem.NOT_AS_NOTED, next, row);
            } else {
                seq = next;
                hash = computed;
                last = row;
                created |= row.action().equals("organization.created");
                sound++;
            }
        }
    }
}
