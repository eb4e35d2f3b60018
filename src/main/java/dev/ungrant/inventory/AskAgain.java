package dev.ungrant.inventory;

import dev.ungrant.connectedapps.EndNote;
import dev.ungrant.connectedapps.OrganizationGrants;
import dev.ungrant.jobs.Job;
import dev.ungrant.web.Json;
import dev.ungrant.web.Words;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;

/** Wants the grants of a set approved anew. */
@Singleton
final class AskAgain extends GrantWork {
    private final OrganizationGrants grants;

    AskAgain(AccessReader reader, OrganizationGrants grants, Json json, Words words) {
        super(reader, json, words, "inventory.job.ask");
        this.grants = grants;
    }

    @Override
    public String name() {
        return "grants.ask-again";
    }

    @Override
    int act(Job job, List<UUID> grantIds, EndNote note) {
        return grants.askAgain(job.actor(), job.tenantId(), grantIds, note);
    }

    @Override
    String tally() {
        return "asked";
    }
}
