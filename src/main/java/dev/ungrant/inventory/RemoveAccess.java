package dev.ungrant.inventory;

import dev.ungrant.connectedapps.EndNote;
import dev.ungrant.connectedapps.OrganizationGrants;
import dev.ungrant.jobs.Job;
import dev.ungrant.jobs.JobStep;
import dev.ungrant.web.Json;
import dev.ungrant.web.Words;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;

/** Ends the grants of a set. */
@Singleton
final class RemoveAccess extends GrantWork {
    private final OrganizationGrants grants;

    RemoveAccess(AccessReader reader, OrganizationGrants grants, Json json, Words words) {
        super(reader, json, words, "inventory.job.remove");
        this.grants = grants;
    }

    @Override
    public String name() {
        return "grants.revoke";
    }

    @Override
    int act(Job job, List<UUID> grantIds, EndNote note) {
        return grants.end(job.actor(), job.tenantId(), grantIds, note);
    }

    @Override
    String tally() {
        return JobStep.ENDED;
    }
}
