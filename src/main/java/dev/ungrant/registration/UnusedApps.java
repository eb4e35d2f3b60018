package dev.ungrant.registration;

import dev.ungrant.connectedapps.ConnectedApps;
import dev.ungrant.database.Transactions;
import dev.ungrant.rbac.Actor;
import dev.ungrant.web.WireId;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes apps that came in by themselves and that nobody ever let in: anybody may register one, so there must be an end to
 * them. Of a project 1,000 stay, and none longer than a week.
 */
@Singleton
public class UnusedApps {
    static final int MOST = 1000;
    static final int DAYS = 7;
    private static final int AT_ONCE = 20;
    private static final Logger LOG = LoggerFactory.getLogger(UnusedApps.class);

    private final RegistrationRepository repository;
    private final ConnectedApps apps;
    private final Transactions transactions;

    UnusedApps(RegistrationRepository repository, ConnectedApps apps, Transactions transactions) {
        this.repository = repository;
        this.apps = apps;
        this.transactions = transactions;
    }

    /** Sees to it that there is room for one more; the oldest ones go. */
    void makeRoom(UUID projectId) {
        if (repository.countUnused(projectId) < MOST) {
            return;
        }
        transactions.write(() -> repository.markUsed(projectId));
        int tooMany = repository.countUnused(projectId) - MOST + 1;
        if (tooMany > 0) {
            remove(repository.oldestUnused(projectId, Math.min(tooMany, AT_ONCE)));
        }
    }

    @Scheduled(fixedDelay = "10m", initialDelay = "3m")
    void removeExpired() {
        transactions.write(repository::markUsedAnywhere);
        List<RegistrationRow> expired = repository.expired(DAYS);
        if (!expired.isEmpty()) {
            LOG.info("Removes {} apps that registered themselves and were never used", expired.size());
            remove(expired);
        }
    }

    private void remove(List<RegistrationRow> unused) {
        Actor actor = Actor.system(WireId.of("request-id", UUID.randomUUID()));
        for (RegistrationRow row : unused) {
            transactions.write(() -> {
                apps.removeUnused(actor, row.projectId(), row.appId());
                return repository.delete(row.projectId(), row.appId());
            });
        }
    }
}
