package dev.ungrant.inventory;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.database.Transactions;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.CsvFile;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Exactly what the filters show, one line for each app of each person, as a file for spreadsheets. It is made while it is sent, a
 * part at a time, in the order of ids: in another order a grant that is used meanwhile would be there twice, or not at all.
 */
@Singleton
final class Export {
    private static final int PART = 1000;

    static final List<String> COLUMNS = List.of(
            "person_id",
            "person",
            "email_address",
            "app_id",
            "app",
            "permissions",
            "connected_at",
            "last_used_at",
            "needs_new_approval");

    private final Inventory inventory;
    private final AccessReader reader;
    private final InventorySql sql;
    private final AuditLog auditLog;
    private final Transactions transactions;

    Export(Inventory inventory, AccessReader reader, InventorySql sql, AuditLog auditLog, Transactions transactions) {
        this.inventory = inventory;
        this.reader = reader;
        this.sql = sql;
        this.auditLog = auditLog;
        this.transactions = transactions;
    }

    /** @return the parts of the file; null after the last */
    Supplier<byte[]> csv(SessionCaller caller, GrantSet set) {
        inventory.require(caller, set.organizationId());
        transactions.write(() -> {
            auditLog.record(AuditEvent.inTenant(caller.actor(), set.projectId(), set.organizationId(), "apps.exported")
                    .with(Map.of("filters", set.filter().said())));
            return null;
        });
        return new Parts(set);
    }

    private final class Parts implements Supplier<byte[]> {
        private final GrantSet set;
        private boolean begun;
        private boolean ended;
        private @Nullable UUID last;

        private Parts(GrantSet set) {
            this.set = set;
        }

        @Override
        public @Nullable byte[] get() {
            if (!begun) {
                begun = true;
                return CsvFile.heading(COLUMNS);
            }
            List<Access> some = ended ? List.of() : sql.together(() -> reader.after(set, last, PART));
            ended = some.size() < PART;
            if (some.isEmpty()) {
                return null;
            }
            last = some.getLast().grantId();
            return CsvFile.lines(some.stream().map(Export::cells).toList());
        }
    }

    private static List<Object> cells(Access access) {
        return Arrays.asList(
                WireId.of("member", access.memberId()),
                access.memberName(),
                access.emailAddress(),
                WireId.of(ConnectedApp.ID_KIND, access.appId()),
                access.appName(),
                access.scopes(),
                access.grantedAt().toString(),
                text(access.lastUsedAt()),
                access.askedAgain() ? "yes" : "no");
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }
}
