package dev.ungrant.connectedapps;

import dev.ungrant.database.Transactions;
import dev.ungrant.rbac.Actor;
import dev.ungrant.web.WireId;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends grants that are not allowed any more because an organization's app policy was tightened, or because the
 * organization or the app is gone. Their tokens are dead from the moment the row of the organization or app says so,
 * since every check reads it; this makes the end final, in batches, so that allowing the app again brings nothing back.
 * Whatever is left unfinished is marked in that row, and any node finishes it.
 */
@Singleton
public class AppPolicies {
    private static final Logger LOG = LoggerFactory.getLogger(AppPolicies.class);

    private final GrantEndRepository repository;
    private final GrantEnds ends;
    private final Transactions transactions;

    AppPolicies(GrantEndRepository repository, GrantEnds ends, Transactions transactions) {
        this.repository = repository;
        this.ends = ends;
        this.transactions = transactions;
    }

    /** Ends every grant that the organization does not allow now. Safe to repeat. */
    public void endDisallowed(Actor actor, UUID projectId, UUID organizationId) {
        EndReason why =
                repository.isDeleted(projectId, organizationId) ? EndReason.ORGANIZATION_DELETED : EndReason.POLICY;
        do {
            for (UUID appId : repository.forbiddenApps(projectId, organizationId)) {
                inBatches(actor, why, () -> repository.lockOfTenantAndApp(organizationId, appId));
            }
        } while (!transactions.writeRepeatable(() -> isSwept(projectId, organizationId)));
    }

    /**
     * The same, a batch at a time, in the transaction that is open.
     *
     * @return how many grants it ended; 0: none is left
     */
    int endSome(Actor actor, UUID projectId, UUID organizationId) {
        for (UUID appId : repository.forbiddenApps(projectId, organizationId)) {
            List<GrantRef> batch = repository.lockOfTenantAndApp(organizationId, appId);
            if (!batch.isEmpty()) {
                ends.endAll(actor, batch, EndReason.POLICY, EndNote.NONE);
                return batch.size();
            }
        }
        return isSwept(projectId, organizationId) ? 0 : endSome(actor, projectId, organizationId);
    }

    /** Whoever changes the policy meanwhile has set the mark for grants of their own, so it is cleared only when none is left. */
    private boolean isSwept(UUID projectId, UUID organizationId) {
        repository.holdPolicy(projectId, organizationId);
        if (!repository.forbiddenApps(projectId, organizationId).isEmpty()) {
            return false;
        }
        repository.organizationSwept(projectId, organizationId);
        return true;
    }

    /** Ends every grant of an app that is gone. Safe to repeat. */
    void endOfDeletedApp(Actor actor, UUID projectId, UUID appId) {
        inBatches(actor, EndReason.APP_DELETED, () -> repository.lockOfApp(projectId, appId));
        transactions.writeRepeatable(() -> repository.appSwept(projectId, appId));
    }

    private void inBatches(Actor actor, EndReason why, Supplier<List<GrantRef>> lockNext) {
        int ended;
        do {
            ended = transactions.write(() -> {
                List<GrantRef> batch = lockNext.get();
                batch.stream()
                        .collect(java.util.stream.Collectors.groupingBy(GrantRef::tenantId))
                        .values()
                        .forEach(ofTenant -> ends.endAll(actor, ofTenant, why, EndNote.NONE));
                return batch.size();
            });
        } while (ended == GrantEndRepository.BATCH);
    }

    @Scheduled(fixedDelay = "1m", initialDelay = "10s")
    void finishWhatOthersBegan() {
        Actor actor = Actor.system(WireId.of("request-id", UUID.randomUUID()));
        for (Unswept organization : repository.unsweptOrganizations()) {
            LOG.info(
                    "{} finishes the policy change of organization {}",
                    actor.via().requestId(),
                    organization.id());
            endDisallowed(actor, organization.projectId(), organization.id());
        }
        for (Unswept app : repository.unsweptApps()) {
            LOG.info("{} finishes the deletion of app {}", actor.via().requestId(), app.id());
            endOfDeletedApp(actor, app.projectId(), app.id());
        }
    }
}
