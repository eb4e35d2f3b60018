package dev.ungrant.connectedapps;

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
 * The logos of apps whose publisher somebody has verified: fetched by a job and never by a request, drawn anew, kept in the
 * database and served from our own origin. An app can show a picture this way, but cannot learn who looks at it, when, or from
 * where. Every other app has its initials.
 */
@Singleton
public class Logos {
    private static final Logger LOG = LoggerFactory.getLogger(Logos.class);
    private static final Set<String> TYPES = Set.of("image/png", "image/jpeg", "image/webp");
    private static final int MOST_BYTES = 512 * 1024;
    /** With the pauses below, the last one comes about eight and a half hours after the first. */
    private static final int TRIES = 10;

    /** While one node fetches, no other does; a node that dies leaves it to the others after that. */
    private static final long LEASE_SECONDS = 60;

    private static final long FIRST_PAUSE_SECONDS = 60;

    private final LogoRepository repository;
    private final Fetching fetching;
    private final Transactions transactions;
    private volatile boolean serving;

    Logos(LogoRepository repository, Fetching fetching, Transactions transactions) {
        this.repository = repository;
        this.fetching = fetching;
        this.transactions = transactions;
    }

    /**
     * Sees to it that the logo follows what was just written about the app, in the transaction that is open: the old picture
     * goes at once, the new one comes when it is fetched.
     */
    void follow(UUID projectId, UUID appId) {
        repository.forget(projectId, appId);
        repository.want(projectId, appId);
        repository.show(projectId, appId);
    }

    /** The PNG at the address that pages name; empty when the app has another logo by now, or none. */
    Optional<byte[]> picture(UUID appId, byte[] hash) {
        return repository.picture(appId, hash).map(LogoPicture::png);
    }

    /** A node that runs one command of the operator's fetches nothing; and the demo is a web site only once it serves. */
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
            row.ifPresent(logo -> repository.later(logo.projectId(), logo.appId(), LEASE_SECONDS));
            return row;
        });
    }

    private void fetch(LogoRow logo) {
        byte[] png = null;
        try {
            png = LogoImage.redrawn(
                    fetching.get(logo.logoUrl(), TYPES, MOST_BYTES).body());
        } catch (LogoImage.Unusable e) {
            LOG.warn("The logo of app {} is not shown: {}", logo.appId(), e.getMessage());
        } catch (FetchException e) {
            LOG.warn("The logo of app {} cannot be fetched: {}", logo.appId(), e.getMessage());
            boolean hopeless = e.why() == FetchException.Why.REFUSED || e.why() == FetchException.Why.UNUSABLE;
            if (!hopeless && logo.attempts() + 1 < TRIES) {
                long seconds = FIRST_PAUSE_SECONDS << logo.attempts();
                transactions.write(() -> repository.later(logo.projectId(), logo.appId(), seconds));
                return;
            }
        }
        keep(logo, png);
    }

    private void keep(LogoRow logo, @Nullable byte[] png) {
        byte[] hash = png == null ? null : Hash.sha256(png);
        transactions.write(() -> {
            // Not, if the app has named another one meanwhile.
            repository.done(logo.projectId(), logo.appId(), logo.logoUrl(), hash, png);
            return repository.show(logo.projectId(), logo.appId());
        });
    }
}
