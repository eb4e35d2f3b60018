package dev.ungrant.logos;

import dev.ungrant.background.Rounds;
import dev.ungrant.database.Transactions;
import dev.ungrant.fetching.FetchException;
import dev.ungrant.fetching.Fetching;
import dev.ungrant.secrets.Hash;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches, keeps and serves pictures. No request waits for a fetch; whoever has no picture, or none yet, is shown by its
 * initials.
 */
@Singleton
public class Logos {
    private static final Logger LOG = LoggerFactory.getLogger(Logos.class);
    private static final Set<String> TYPES = Set.of("image/png", "image/jpeg", "image/webp");
    private static final int MOST_BYTES = 1024 * 1024;
    /** With the pauses below, the last one comes about eight and a half hours after the first. */
    private static final int TRIES = 10;

    /** While one node fetches, no other does; a node that dies leaves it to the others after that. */
    private static final long LEASE_SECONDS = 60;

    private static final long FIRST_PAUSE_SECONDS = 60;
    private static final Duration PAUSE = Duration.ofSeconds(3);

    private final LogoRepository repository;
    private final Map<LogoOwners.Kind, LogoOwners> owners;
    private final Fetching fetching;
    private final Transactions transactions;
    private final Rounds rounds;

    Logos(LogoRepository repository, List<LogoOwners> owners, Fetching fetching, Transactions transactions) {
        this.repository = repository;
        this.owners = owners.stream().collect(Collectors.toMap(LogoOwners::kind, Function.identity()));
        this.fetching = fetching;
        this.transactions = transactions;
        this.rounds = new Rounds("logos", PAUSE, this::fetchDue);
    }

    /**
     * Sees to it that the logo follows what was just written about its owner, in the transaction that is open: a picture from
     * another address goes at once, the new one comes when it is fetched.
     */
    public void follow(LogoOwners.Kind kind, UUID projectId, UUID ownerId) {
        LogoOwners of = owners.get(kind);
        Optional<String> address = of.address(projectId, ownerId);
        if (address.isPresent()) {
            repository.want(projectId, ownerId, kind.name(), address.get());
        } else {
            repository.forget(projectId, ownerId);
        }
        of.show(projectId, ownerId);
    }

    /** Where a page finds the picture of this owner with this hash, in hexadecimal. */
    public static String path(UUID ownerId, String hash) {
        return "/logos/" + ownerId + '/' + hash + ".png";
    }

    /** Why there is no picture though an address is named, in English; empty when there is one, or nobody has tried yet. */
    public Optional<String> problem(UUID projectId, UUID ownerId) {
        return repository.problem(projectId, ownerId).map(LogoProblem::problem);
    }

    /** The PNG at the address that pages name; empty when its owner has another logo by now, or none. */
    Optional<byte[]> picture(UUID ownerId, byte[] hash) {
        return repository.picture(ownerId, hash).map(LogoPicture::png);
    }

    /** Not before: the demo's apps have their pictures on the demo itself. */
    @EventListener
    void start(ServerStartupEvent event) {
        rounds.start();
    }

    @PreDestroy
    void stop() throws InterruptedException {
        // A fetch lasts five seconds at most. One that is cut off is made by another node when its lease is over.
        rounds.end(Duration.ofSeconds(1));
    }

    /** @return whether there was one to fetch */
    boolean fetchDue() {
        Optional<LogoRow> due = transactions.write(() -> {
            Optional<LogoRow> row = repository.lockDue();
            row.ifPresent(logo -> repository.lease(logo.projectId(), logo.ownerId(), LEASE_SECONDS));
            return row;
        });
        due.ifPresent(this::fetch);
        return due.isPresent();
    }

    private void fetch(LogoRow logo) {
        try {
            byte[] png = LogoImage.redrawn(
                    fetching.get(logo.logoUrl(), TYPES, MOST_BYTES).body());
            keep(logo, png, null);
        } catch (LogoImage.Unusable e) {
            LOG.warn("The logo of {} {} is not shown: {}", logo.kind(), logo.ownerId(), e.getMessage());
            keep(logo, null, e.getMessage());
        } catch (FetchException e) {
            LOG.warn("The logo of {} {} cannot be fetched: {}", logo.kind(), logo.ownerId(), e.getMessage());
            boolean hopeless = e.why() == FetchException.Why.REFUSED || e.why() == FetchException.Why.UNUSABLE;
            if (hopeless || logo.attempts() + 1 >= TRIES) {
                keep(logo, null, e.getMessage());
                return;
            }
            long seconds = FIRST_PAUSE_SECONDS << logo.attempts();
            transactions.write(
                    () -> repository.later(logo.projectId(), logo.ownerId(), logo.logoUrl(), e.getMessage(), seconds));
        }
    }

    private void keep(LogoRow logo, @Nullable byte[] png, @Nullable String problem) {
        byte[] hash = png == null ? null : Hash.sha256(png);
        transactions.write(() -> {
            // Not, if its owner has named another one meanwhile.
            repository.done(logo.projectId(), logo.ownerId(), logo.logoUrl(), hash, png, problem);
            owners.get(logo.kind()).show(logo.projectId(), logo.ownerId());
            return null;
        });
    }
}
