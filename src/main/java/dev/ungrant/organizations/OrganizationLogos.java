package dev.ungrant.organizations;

import dev.ungrant.connectedapps.LogoImage;
import dev.ungrant.database.Transactions;
import dev.ungrant.fetching.FetchException;
import dev.ungrant.fetching.Fetching;
import dev.ungrant.secrets.Hash;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The logos of organizations. Who runs one names an address; a job fetches what is there, draws it anew and keeps it, so that
 * no page ever loads anything from that address, as it is with the logos of apps.
 */
@Singleton
public class OrganizationLogos {
    private static final Logger LOG = LoggerFactory.getLogger(OrganizationLogos.class);
    private static final Set<String> TYPES = Set.of("image/png", "image/jpeg", "image/webp");
    private static final int MOST_BYTES = 1024 * 1024;
    private static final int TRIES = 10;

    /** While one node fetches, no other does; a node that dies leaves it to the others after that. */
    private static final long LEASE_SECONDS = 60;

    private static final long FIRST_PAUSE_SECONDS = 60;

    private final LogoRepository repository;
    private final Fetching fetching;
    private final Transactions transactions;
    private volatile boolean serving;

    OrganizationLogos(LogoRepository repository, Fetching fetching, Transactions transactions) {
        this.repository = repository;
        this.fetching = fetching;
        this.transactions = transactions;
    }

    /** Takes the old picture away and sees to a new one, in the transaction that wrote the address. */
    void follow(UUID projectId, UUID organizationId) {
        repository.forget(projectId, organizationId);
        repository.want(projectId, organizationId);
        repository.show(projectId, organizationId);
    }

    /** What became of the address; empty when there is none. */
    Optional<LogoState> state(Organization organization) {
        return repository.state(organization.projectId(), organization.organizationId());
    }

    /** The PNG at the address that pages name; empty when there is another logo by now, or none. */
    Optional<byte[]> picture(UUID organizationId, byte[] hash) {
        return repository.picture(organizationId, hash).map(LogoState::png);
    }

    /** A node that runs one command of the operator's fetches nothing. */
    @EventListener
    void serve(ServerStartupEvent event) {
        serving = true;
    }

    @Scheduled(fixedDelay = "3s", initialDelay = "2s")
    void fetchDue() {
        if (!serving) {
            return;
        }
        Optional<LogoRow> due = takeDue();
        while (due.isPresent()) {
            fetch(due.get());
            due = takeDue();
        }
    }

    private Optional<LogoRow> takeDue() {
        return transactions.write(() -> {
            Optional<LogoRow> row = repository.lockDue();
            row.ifPresent(logo -> repository.later(logo.projectId(), logo.organizationId(), LEASE_SECONDS));
            return row;
        });
    }

    private void fetch(LogoRow logo) {
        try {
            byte[] png = LogoImage.redrawn(
                    fetching.get(logo.logoUrl(), TYPES, MOST_BYTES).body());
            keep(logo, png, null);
        } catch (LogoImage.Unusable e) {
            keep(logo, null, e.getMessage());
        } catch (FetchException e) {
            LOG.warn("The logo of organization {} cannot be fetched: {}", logo.organizationId(), e.getMessage());
            boolean hopeless = e.why() == FetchException.Why.REFUSED || e.why() == FetchException.Why.UNUSABLE;
            if (hopeless || logo.attempts() + 1 >= TRIES) {
                keep(logo, null, e.getMessage());
                return;
            }
            transactions.write(() -> {
                repository.explain(logo.projectId(), logo.organizationId(), logo.logoUrl(), e.getMessage());
                return repository.later(
                        logo.projectId(), logo.organizationId(), FIRST_PAUSE_SECONDS << logo.attempts());
            });
        }
    }

    private void keep(LogoRow logo, @Nullable byte[] png, @Nullable String problem) {
        byte[] hash = png == null ? null : Hash.sha256(png);
        transactions.write(() -> {
            // Not, if the organization has named another one meanwhile.
            repository.done(logo.projectId(), logo.organizationId(), logo.logoUrl(), hash, png, problem);
            return repository.show(logo.projectId(), logo.organizationId());
        });
    }
}
