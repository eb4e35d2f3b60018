package dev.ungrant.organizations;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.connectedapps.AppPolicy;
import dev.ungrant.connectedapps.PolicyLoss;
import dev.ungrant.connectedapps.PolicyLosses;
import dev.ungrant.connectedapps.PolicySweep;
import dev.ungrant.database.Transactions;
import dev.ungrant.jobs.Jobs;
import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * An organization's app policy as a whole: what a change would end, and the change. The policy itself is in the organization's
 * row, where the API changes it field by field ({@link Organizations#update}); whoever saves here says which policy they
 * saw, so that neither undoes what the other has done meanwhile.
 */
@Singleton
public final class AppPolicyChanges {
    private final OrganizationRepository repository;
    private final PolicyLosses losses;
    private final PolicySweep sweep;
    private final Jobs jobs;
    private final Policies policies;
    private final AuditLog auditLog;
    private final Transactions transactions;
    private final Json json;

    AppPolicyChanges(
            OrganizationRepository repository,
            PolicyLosses losses,
            PolicySweep sweep,
            Jobs jobs,
            Policies policies,
            AuditLog auditLog,
            Transactions transactions,
            Json json) {
        this.repository = repository;
        this.losses = losses;
        this.sweep = sweep;
        this.jobs = jobs;
        this.policies = policies;
        this.auditLog = auditLog;
        this.transactions = transactions;
        this.json = json;
    }

    /** What came of wanting to save. */
    public sealed interface Outcome {
        /** @param job the one that ends what is no longer allowed; null: there was nothing to end */
        record Saved(@Nullable UUID job) implements Outcome {}

        /** Somebody else changed it since it was looked at; nothing was changed. */
        record ChangedMeanwhile() implements Outcome {}

        /** What the change before forbids is still being ended; nothing was changed. */
        record StillEnding() implements Outcome {}
    }

    public void requireMayChange(Caller caller, Organization organization) {
        if (!policies.permits(caller, Permission.UPDATE_CONNECTED_APP_POLICY, organization.organizationId())) {
            throw new Problem(ErrorType.SESSION_AUTHORIZATION_ERROR);
        }
    }

    public PolicyLoss preview(Caller caller, Organization organization, AppPolicy wanted) {
        requireMayChange(caller, organization);
        return losses.of(organization.projectId(), organization.organizationId(), wanted);
    }

    /** @param seen the {@link AppPolicy#version} of the policy that the wish is about */
    public Outcome save(Caller caller, Organization organization, AppPolicy wanted, String seen) {
        requireMayChange(caller, organization);
        // Before the row is locked: it is for the progress bar, and may take a while.
        long ending = losses.accesses(organization.projectId(), organization.organizationId(), wanted);
        return transactions.write(() -> {
            Organization present = repository
                    .lock(organization.projectId(), organization.organizationId())
                    .orElseThrow(() -> new Problem(ErrorType.ORGANIZATION_NOT_FOUND));
            AppPolicy policy = present.appPolicy();
            if (!policy.version().equals(seen)) {
                return new Outcome.ChangedMeanwhile();
            }
            if (policy.equals(wanted)) {
                return new Outcome.Saved(null);
            }
            if (present.policyUnsweptSince() != null) {
                return new Outcome.StillEnding();
            }
            write(present, wanted);
            auditLog.record(
                    AuditEvent.inTenant(caller.actor(), present.projectId(), present.organizationId(), "policy.changed")
                            .with(wanted.since(policy)));
            UUID job = jobs.start(caller, present.organizationId(), sweep, ending, null, Map.of());
            return new Outcome.Saved(ending == 0 ? null : job);
        });
    }

    private void write(Organization organization, AppPolicy wanted) {
        List<String> blocked = wanted.blockedApps();
        repository.setPolicy(
                organization.projectId(),
                organization.organizationId(),
                wanted.firstParty().name(),
                json.write(wanted.firstPartyApps()),
                wanted.thirdParty().name(),
                json.write(wanted.thirdPartyApps()),
                blocked.isEmpty() ? null : json.write(blocked));
    }
}
