package dev.ungrant.connectedapps;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.database.Transactions;
import dev.ungrant.logos.LogoOwners;
import dev.ungrant.logos.Logos;
import dev.ungrant.rbac.Actor;
import dev.ungrant.rbac.Caller;
import dev.ungrant.secrets.MachineSecret;
import dev.ungrant.secrets.Pepper;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.Problem;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The apps of a project: registered, changed, found, deleted; their secrets rotated (contract §7). */
@Singleton
public final class ConnectedApps {
    public static final String SECRET_PREFIX = "cpcs_";

    private static final String CURRENT = "CURRENT";
    private static final String NEXT = "NEXT";

    private final ConnectedAppRepository repository;
    private final AppPolicies policies;
    private final Logos logos;
    private final AuditLog auditLog;
    private final Transactions transactions;
    private final Pepper pepper;
    private final Json json;

    ConnectedApps(
            ConnectedAppRepository repository,
            AppPolicies policies,
            Logos logos,
            AuditLog auditLog,
            Transactions transactions,
            Pepper pepper,
            Json json) {
        this.repository = repository;
        this.policies = policies;
        this.logos = logos;
        this.auditLog = auditLog;
        this.transactions = transactions;
        this.pepper = pepper;
        this.json = json;
    }

    /**
     * An app and a secret of it that is shown this once.
     *
     * @param secret null for an app that has none
     */
    public record WithSecret(ConnectedApp app, @Nullable String secret) {}

    /** Apps of a project, and how many it has in all. */
    public record Page(
            List<ConnectedApp> apps, int total, @Nullable UUID next) {}

    /** @throws Problem {@code connected_app_not_found} */
    public ConnectedApp find(UUID projectId, String wireId) {
        return WireId.parse(ConnectedApp.ID_KIND, wireId)
                .flatMap(id -> repository.find(projectId, id))
                .orElseThrow(() -> new Problem(ErrorType.CONNECTED_APP_NOT_FOUND));
    }

    /**
     * Sees to it that all these are apps of the project.
     *
     * @throws Problem {@code connected_app_not_found}
     */
    public void requireAll(UUID projectId, Set<UUID> appIds) {
        if (!appIds.isEmpty() && repository.countThese(projectId, appIds) < appIds.size()) {
            throw new Problem(ErrorType.CONNECTED_APP_NOT_FOUND);
        }
    }

    /**
     * Several apps, in the order they are named and each once.
     *
     * @throws Problem {@code connected_app_not_found} when any of them is not an app of the project
     */
    public List<ConnectedApp> findAll(UUID projectId, List<String> wireIds) {
        Set<UUID> appIds = new LinkedHashSet<>();
        for (String wireId : wireIds) {
            appIds.add(WireId.parse(ConnectedApp.ID_KIND, wireId)
                    .orElseThrow(() -> new Problem(ErrorType.CONNECTED_APP_NOT_FOUND)));
        }
        if (appIds.isEmpty()) {
            return List.of();
        }
        Map<UUID, ConnectedApp> found = repository.findAll(projectId, appIds).stream()
                .collect(Collectors.toMap(ConnectedApp::appId, Function.identity()));
        if (found.size() < appIds.size()) {
            throw new Problem(ErrorType.CONNECTED_APP_NOT_FOUND);
        }
        return appIds.stream().map(found::get).toList();
    }

    /** Those of these apps that are still there. */
    public List<ConnectedApp> findPresent(UUID projectId, Set<UUID> appIds) {
        return appIds.isEmpty() ? List.of() : repository.findAll(projectId, appIds);
    }

    /** The app that a client says it is, in whichever project. */
    public Optional<ConnectedApp> findClient(String clientId) {
        return WireId.parse(ConnectedApp.ID_KIND, clientId).flatMap(repository::findClient);
    }

    /**
     * The app that a client says it is, if the secret is one of its secrets; while one is being rotated, both are. One
     * query with the same work for an unknown client and for a wrong secret.
     */
    public Optional<ConnectedApp> authenticate(String clientId, String secret) {
        UUID id = WireId.parse(ConnectedApp.ID_KIND, clientId).orElseGet(UUID::randomUUID);
        return repository.findClientBySecret(id, pepper.hash(secret));
    }

    public Page search(Caller caller, @Nullable UUID after, int limit) {
        List<ConnectedApp> apps = repository.page(caller.projectId(), after, limit + 1);
        boolean more = apps.size() > limit;
        List<ConnectedApp> page = more ? apps.subList(0, limit) : apps;
        return new Page(
                page,
                repository.count(caller.projectId()),
                more ? page.getLast().appId() : null);
    }

    /** @throws Problem naming the field that breaks a rule */
    public WithSecret create(Caller caller, ConnectedApp app) {
        return transactions.write(() -> register(caller.actor(), app));
    }

    /** The same for an app that comes in by itself, in the transaction that is open. */
    public WithSecret register(Actor actor, ConnectedApp app) {
        AppRules.check(app, json);
        String secret = app.tokenEndpointAuthMethod().usesSecret() ? MachineSecret.mint(SECRET_PREFIX) : null;
        repository.insert(app);
        if (secret != null) {
            insertSecret(app, CURRENT, secret);
        }
        record(actor, app, "app.created");
        return new WithSecret(reload(app), secret);
    }

    /** @throws Problem naming the field that breaks a rule */
    public ConnectedApp update(Caller caller, ConnectedApp app) {
        return transactions.write(() -> change(caller.actor(), app));
    }

    /** The same for an app that changes itself, in the transaction that is open. */
    public ConnectedApp change(Actor actor, ConnectedApp app) {
        AppRules.check(app, json);
        AppRules.checkSecret(app);
        repository.update(app);
        if (app.tokenEndpointAuthMethod() == ClientAuthMethod.PRIVATE_KEY_JWT) {
            repository.deleteSecret(app.projectId(), app.appId(), CURRENT);
            repository.deleteSecret(app.projectId(), app.appId(), NEXT);
        }
        logos.follow(LogoOwners.Kind.APP, app.projectId(), app.appId());
        record(actor, app, "app.updated");
        return reload(app);
    }

    /** Deletes the app: its tokens die with the row, its grants end in batches. */
    public void delete(Caller caller, ConnectedApp app) {
        delete(caller.actor(), app);
    }

    /** The same for an app that goes by itself. */
    public void delete(Actor actor, ConnectedApp app) {
        transactions.writeRepeatable(() -> {
            if (repository.delete(app.projectId(), app.appId()) == 1) {
                logos.follow(LogoOwners.Kind.APP, app.projectId(), app.appId());
                record(actor, app, "app.deleted");
            }
            return null;
        });
        policies.endOfDeletedApp(actor, app.projectId(), app.appId());
    }

    /**
     * Removes an app without a trace but in the audit, in the transaction that is open: one that nobody ever let in. Does
     * nothing when somebody has by now.
     */
    public void removeUnused(Actor actor, UUID projectId, UUID appId) {
        if (repository.removeUnused(projectId, appId) == 1) {
            repository.deleteSecret(projectId, appId, CURRENT);
            repository.deleteSecret(projectId, appId, NEXT);
            logos.follow(LogoOwners.Kind.APP, projectId, appId);
            auditLog.record(AuditEvent.inTenant(actor, projectId, projectId, "app.removed_unused")
                    .app(appId));
        }
    }

    /** Says that somebody has proved (or not) who publishes the app. */
    public void setPublisherVerified(Caller caller, ConnectedApp app, @Nullable Instant verifiedAt) {
        transactions.write(() -> {
            repository.setPublisherVerified(app.projectId(), app.appId(), verifiedAt);
            logos.follow(LogoOwners.Kind.APP, app.projectId(), app.appId());
            record(caller.actor(), app, verifiedAt == null ? "app.publisher_unverified" : "app.publisher_verified");
            return null;
        });
    }

    /** A second secret beside the current one; both work until the rotation is finished or cancelled. */
    public WithSecret startRotation(Caller caller, ConnectedApp app) {
        requireSecrets(app);
        String secret = MachineSecret.mint(SECRET_PREFIX);
        return transactions.write(() -> {
            try {
                insertSecret(app, NEXT, secret);
            } catch (RuntimeException e) {
                throw Transactions.isDuplicate(e) ? new Problem(ErrorType.CONNECTED_APP_ALREADY_ROTATING_SECRET) : e;
            }
            record(caller.actor(), app, "app.secret_rotation_started");
            return new WithSecret(reload(app), secret);
        });
    }

    public ConnectedApp cancelRotation(Caller caller, ConnectedApp app) {
        requireSecrets(app);
        return transactions.write(() -> {
            if (repository.deleteSecret(app.projectId(), app.appId(), NEXT) == 0) {
                throw new Problem(ErrorType.CONNECTED_APP_NOT_ROTATING_SECRET);
            }
            record(caller.actor(), app, "app.secret_rotation_cancelled");
            return reload(app);
        });
    }

    /** Makes the next secret the only one. */
    public ConnectedApp rotate(Caller caller, ConnectedApp app) {
        requireSecrets(app);
        return transactions.write(() -> {
            repository.deleteSecret(app.projectId(), app.appId(), CURRENT);
            if (repository.promoteNextSecret(app.projectId(), app.appId()) == 0) {
                throw new Problem(ErrorType.CONNECTED_APP_NOT_ROTATING_SECRET);
            }
            record(caller.actor(), app, "app.secret_rotated");
            return reload(app);
        });
    }

    private void insertSecret(ConnectedApp app, String slot, String secret) {
        repository.insertSecret(
                app.projectId(), app.appId(), slot, pepper.hash(secret), MachineSecret.lastFour(secret));
    }

    private ConnectedApp reload(ConnectedApp app) {
        return repository
                .find(app.projectId(), app.appId())
                .orElseThrow(() -> new Problem(ErrorType.CONNECTED_APP_NOT_FOUND));
    }

    private void record(Actor actor, ConnectedApp app, String action) {
        auditLog.record(AuditEvent.inTenant(actor, app.projectId(), app.projectId(), action)
                .app(app.appId())
                .with(Map.of("client_type", app.clientType().wireName())));
    }

    private static void requireSecrets(ConnectedApp app) {
        if (app.clientType().isPublic()) {
            throw new Problem(ErrorType.PUBLIC_CONNECTED_APPS_DO_NOT_HAVE_SECRETS);
        }
        if (!app.tokenEndpointAuthMethod().usesSecret()) {
            throw new Problem(ErrorType.BAD_REQUEST, "An app that authenticates by private_key_jwt has no secret.");
        }
    }
}
