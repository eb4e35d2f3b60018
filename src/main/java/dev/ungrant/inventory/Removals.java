package dev.ungrant.inventory;

import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.ConnectedApps;
import dev.ungrant.connectedapps.EndNote;
import dev.ungrant.connectedapps.Grants;
import dev.ungrant.connectedapps.OrganizationGrants;
import dev.ungrant.database.Transactions;
import dev.ungrant.jobs.JobKind;
import dev.ungrant.jobs.Jobs;
import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.Subject;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Takes access back, or wants it approved anew, for a set of grants: one at once, more of them by a job. */
@Singleton
final class Removals {
    private final AccessReader reader;
    private final InventorySql sql;
    private final Grants grants;
    private final OrganizationGrants organizationGrants;
    private final ConnectedApps apps;
    private final Jobs jobs;
    private final RemoveAccess removeAccess;
    private final AskAgain askAgain;
    private final Policies policies;
    private final Transactions transactions;

    Removals(
            AccessReader reader,
            InventorySql sql,
            Grants grants,
            OrganizationGrants organizationGrants,
            ConnectedApps apps,
            Jobs jobs,
            RemoveAccess removeAccess,
            AskAgain askAgain,
            Policies policies,
            Transactions transactions) {
        this.reader = reader;
        this.sql = sql;
        this.grants = grants;
        this.organizationGrants = organizationGrants;
        this.apps = apps;
        this.jobs = jobs;
        this.removeAccess = removeAccess;
        this.askAgain = askAgain;
        this.policies = policies;
        this.transactions = transactions;
    }

    boolean permits(Caller caller, UUID organizationId) {
        return policies.permits(caller, Permission.REVOKE_CONNECTED_APP, organizationId);
    }

    /** @throws Problem 403 when the caller may not remove the access of apps to members */
    private void require(Caller caller, UUID organizationId) {
        if (!permits(caller, organizationId)) {
            throw new Problem(ErrorType.SESSION_AUTHORIZATION_ERROR);
        }
    }

    /**
     * What an act on the set would be about.
     *
     * @param some the first of them
     */
    record Preview(AccessReader.Size size, List<Access> some) {}

    Preview preview(Caller caller, GrantSet set, int most) {
        require(caller, set.organizationId());
        return sql.together(() -> new Preview(reader.size(set), reader.after(set, null, most)));
    }

    /**
     * What came of it.
     *
     * @param job null: there was one only, and it is done, or there was none
     */
    record Outcome(boolean nothing, @Nullable UUID job) {}

    /**
     * Ends the grants of the set.
     *
     * @throws Problem 403 when the caller may not
     */
    Outcome remove(Caller caller, GrantSet set, EndNote note) {
        require(caller, set.organizationId());
        List<Access> some = sql.together(() -> reader.after(set, null, 2));
        if (some.size() > 1) {
            return new Outcome(false, start(caller, set, removeAccess, note));
        }
        for (Access only : some) {
            for (ConnectedApp app : apps.findPresent(set.projectId(), Set.of(only.appId()))) {
                grants.revoke(
                        caller, Subject.member(set.projectId(), set.organizationId(), only.memberId()), app, note);
            }
        }
        return new Outcome(some.isEmpty(), null);
    }

    /** The same, for a new approval: {@link OrganizationGrants#askAgain}. */
    Outcome askAgain(Caller caller, GrantSet set, EndNote note) {
        require(caller, set.organizationId());
        List<UUID> some = sql.together(() -> reader.idsAfter(set, null, 2));
        if (some.size() > 1) {
            return new Outcome(false, start(caller, set, askAgain, note));
        }
        if (!some.isEmpty()) {
            transactions.writeRepeatable(
                    () -> organizationGrants.askAgain(caller.actor(), set.organizationId(), some, note));
        }
        return new Outcome(some.isEmpty(), null);
    }

    private UUID start(Caller caller, GrantSet set, JobKind kind, EndNote note) {
        AccessReader.Size size = sql.together(() -> reader.size(set));
        Map<String, Object> asked = new LinkedHashMap<>(set.asked());
        asked.put("tell", note.tell());
        asked.put("people", set.people());
        asked.put("of", size.people());
        if (set.apps().size() == 1) {
            apps.findPresent(set.projectId(), Set.copyOf(set.apps())).forEach(app -> asked.put("app", app.name()));
        }
        return transactions.write(
                () -> jobs.start(caller, set.organizationId(), kind, size.grants(), note.reason(), asked));
    }
}
