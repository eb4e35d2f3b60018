package dev.ungrant.registration;

import dev.ungrant.connectedapps.AppDraft;
import dev.ungrant.connectedapps.ClientType;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.ConnectedApps;
import dev.ungrant.database.Transactions;
import dev.ungrant.projects.Project;
import dev.ungrant.rbac.Actor;
import dev.ungrant.rbac.Via;
import dev.ungrant.secrets.Hash;
import dev.ungrant.secrets.Secret;
import dev.ungrant.secrets.SecretKind;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import net.minidev.json.JSONObject;

/** Apps that register themselves (RFC 7591) and look after their registration with the token they got for that (RFC 7592). */
@Singleton
public final class Registrations {
    public static final String CREATION_METHOD = "DYNAMIC_CLIENT_REGISTRATION";

    private final Registration settings;
    private final RegistrationRepository repository;
    private final ConnectedApps apps;
    private final UnusedApps unused;
    private final SectorCheck sectors;
    private final Transactions transactions;
    private final Json json;

    Registrations(
            Registration settings,
            RegistrationRepository repository,
            ConnectedApps apps,
            UnusedApps unused,
            SectorCheck sectors,
            Transactions transactions,
            Json json) {
        this.settings = settings;
        this.repository = repository;
        this.apps = apps;
        this.unused = unused;
        this.sectors = sectors;
        this.transactions = transactions;
        this.json = json;
    }

    /**
     * A registration as its app may see it.
     *
     * @param metadata as on the wire
     * @param secret shown this once; null: none was made now
     * @param token with which the registration can be changed; null: nobody can
     */
    public record Registered(
            ConnectedApp app,
            Map<String, Object> metadata,
            Instant at,
            @Nullable String secret,
            @Nullable String token) {
        @Override
        public String toString() {
            return "Registered[" + app.wireId() + "]";
        }
    }

    /** A registration whose app has shown its token. */
    public record Held(ConnectedApp app, Map<String, Object> metadata, Instant at, Secret token) {}

    /**
     * Registers an app. A public one that says exactly what another one has said is that one: an agent on a thousand machines
     * is one app. Since nobody knows then whose it is, nobody can change it from then on.
     *
     * @throws Problem {@code dynamic_client_registration_not_enabled}, or what is wrong with the metadata
     */
    public Registered register(Project project, String body, Via via) {
        RegistrationSettings allowed = settings.of(project.projectId());
        if (!allowed.dynamicRegistration()) {
            throw new Problem(ErrorType.DYNAMIC_CLIENT_REGISTRATION_NOT_ENABLED);
        }
        Wanted wanted = MetadataRules.read(MetadataRules.object(body));
        sectors.check(wanted);
        unused.makeRoom(project.projectId());
        AppDraft draft = AppDraft.blank(project.projectId(), wanted.type(), project.accessTokenFormat());
        wanted.fill(draft, json);
        draft.creationMethod = CREATION_METHOD;
        draft.pkceOptional = allowed.pkceOptional() && !wanted.type().isPublic();
        draft.endpointAudienceAllowed = allowed.endpointAudience();
        ConnectedApp app = draft.app();
        byte[] hash = sharedHash(wanted);
        Secret token = Secret.mint(SecretKind.REGISTRATION, project.projectId());
        return inWords(() -> transactions.write(() -> {
            Optional<Registered> same = hash == null ? Optional.empty() : shared(project.projectId(), hash);
            return same.orElseGet(() -> {
                ConnectedApps.WithSecret made = apps.register(Actor.app(app.appId(), via), app);
                repository.clear(project.projectId(), hash, null);
                repository.insert(
                        project.projectId(), app.appId(), json.write(wanted.said()), hash, null, token.hash(), null);
                return new Registered(made.app(), wanted.said(), Instant.now(), made.secret(), token.reveal());
            });
        }));
    }

    private Optional<Registered> shared(UUID projectId, byte[] hash) {
        return repository.lockSame(projectId, hash).map(row -> {
            repository.share(projectId, row.appId());
            ConnectedApp app = apps.find(projectId, dev.ungrant.web.WireId.of(ConnectedApp.ID_KIND, row.appId()));
            return new Registered(app, json.object(row.metadata()), row.registeredAt(), null, null);
        });
    }

    /** What two registrations have in common when they are the same; null: this kind of app is always a new one. */
    @Nullable
    private byte[] sharedHash(Wanted wanted) {
        return wanted.type().isPublic() ? Hash.sha256(json.write(new TreeMap<>(wanted.said()))) : null;
    }

    /** @throws Problem {@code invalid_token}, for an unknown app exactly as for a wrong token */
    public Held authenticate(String clientId, @Nullable String bearer) {
        return Optional.ofNullable(bearer)
                .flatMap(text -> Secret.parse(SecretKind.REGISTRATION, text))
                .flatMap(token -> apps.findClient(clientId)
                        .filter(app -> app.projectId().equals(token.tenantId()))
                        .flatMap(app -> repository
                                .find(app.projectId(), app.appId())
                                .filter(row ->
                                        row.tokenHash() != null && MessageDigest.isEqual(row.tokenHash(), token.hash()))
                                .map(row -> new Held(app, json.object(row.metadata()), row.registeredAt(), token))))
                .orElseThrow(() -> new Problem(ErrorType.INVALID_REGISTRATION_TOKEN));
    }

    /**
     * Takes all metadata anew (RFC 7592 §2.2); what is left out is gone.
     *
     * @throws Problem what is wrong with it; {@code invalid_token} when the token has stopped working meanwhile
     */
    public Registered update(Held held, String body, Via via) {
        JSONObject given = MetadataRules.object(body);
        checkIdentity(held.app(), given);
        Wanted wanted = MetadataRules.read(given);
        sectors.check(wanted);
        ClientType type = held.app().clientType();
        if (wanted.type().isPublic() != type.isPublic()) {
            throw MetadataRules.refused("An app does not become public, or stop being so; register another one.");
        }
        AppDraft draft = AppDraft.of(held.app());
        wanted.fill(draft, json);
        return inWords(() -> transactions.write(() -> {
            ConnectedApp app = apps.change(Actor.app(held.app().appId(), via), draft.app());
            int changed = repository.update(
                    app.projectId(),
                    app.appId(),
                    json.write(wanted.said()),
                    sharedHash(wanted),
                    held.token().hash());
            if (changed == 0) {
                throw new Problem(ErrorType.INVALID_REGISTRATION_TOKEN);
            }
            return new Registered(
                    app, wanted.said(), held.at(), null, held.token().reveal());
        }));
    }

    /** RFC 7592 §2.2: the request names its client, and none of what the server alone decides. */
    private void checkIdentity(ConnectedApp app, JSONObject given) {
        if (!app.wireId().equals(given.get("client_id"))) {
            throw MetadataRules.refused("client_id must be that of the app.");
        }
        Object secret = given.get("client_secret");
        if (secret != null && apps.authenticate(app.wireId(), secret.toString()).isEmpty()) {
            throw MetadataRules.refused("client_secret is not that of the app; it cannot be chosen.");
        }
        for (String name : new String[] {
            "registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at"
        }) {
            if (given.containsKey(name)) {
                throw MetadataRules.refused(name + " is not for the app to say.");
            }
        }
    }

    /** RFC 7592 §2.3: the app goes, its tokens and grants with it, and so does the registration token. */
    public void delete(Held held, Via via) {
        ConnectedApp app = held.app();
        apps.delete(Actor.app(app.appId(), via), app);
        transactions.writeRepeatable(() -> repository.delete(app.projectId(), app.appId()));
    }

    /** The rules of every app, said in the words of RFC 7591 §3.2.2. */
    private static Registered inWords(Supplier<Registered> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return work.get();
            } catch (Problem e) {
                throw words(e);
            } catch (RuntimeException e) {
                // Two of the same at once: the second try finds the first.
                if (attempt == 2 || !Transactions.isDuplicate(e)) {
                    throw Transactions.isDuplicate(e)
                            ? MetadataRules.refused("Another app is registered with this metadata.")
                            : e;
                }
            }
        }
    }

    static Problem words(Problem problem) {
        if (problem.type() == ErrorType.BAD_REQUEST) {
            return MetadataRules.refused(problem.getMessage());
        }
        return problem.type().name().startsWith("CONNECTED_APP_") && problem.type() != ErrorType.CONNECTED_APP_NOT_FOUND
                ? new Problem(ErrorType.INVALID_REDIRECT_URI, problem.getMessage())
                : problem;
    }
}
