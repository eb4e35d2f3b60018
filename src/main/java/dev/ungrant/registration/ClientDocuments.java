package dev.ungrant.registration;

import dev.ungrant.connectedapps.AppDraft;
import dev.ungrant.connectedapps.ClientAuthMethod;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.ConnectedApps;
import dev.ungrant.database.Transactions;
import dev.ungrant.fetching.FetchException;
import dev.ungrant.fetching.Fetched;
import dev.ungrant.fetching.Fetching;
import dev.ungrant.projects.Project;
import dev.ungrant.projects.Projects;
import dev.ungrant.rbac.Actor;
import dev.ungrant.secrets.Hash;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.Problem;
import dev.ungrant.web.RateLimits;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import net.minidev.json.JSONObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the app behind a client_id: an id of ours, or the address of a document that the app publishes about itself
 * (draft-ietf-oauth-client-id-metadata-document). Who controls the address is the one thing about such an app that is known,
 * so its host is what people are shown as its publisher.
 */
@Singleton
public final class ClientDocuments {
    static final String CREATION_METHOD = "CLIENT_ID_METADATA_DOCUMENT";

    private static final Logger LOG = LoggerFactory.getLogger(ClientDocuments.class);
    private static final Set<String> TYPES = Set.of("application/json", "application/*+json");

    /** What the draft recommends (§8.7). */
    private static final int MOST_BYTES = 5 * 1024;

    private static final long LEAST_FRESH_SECONDS = 300;
    private static final long MOST_FRESH_SECONDS = 24 * 3600;

    private final ConnectedApps apps;
    private final Projects projects;
    private final Registration settings;
    private final RegistrationRepository repository;
    private final UnusedApps unused;
    private final Fetching fetching;
    private final RateLimits limits;
    private final Transactions transactions;
    private final Json json;

    ClientDocuments(
            ConnectedApps apps,
            Projects projects,
            Registration settings,
            RegistrationRepository repository,
            UnusedApps unused,
            Fetching fetching,
            RateLimits limits,
            Transactions transactions,
            Json json) {
        this.apps = apps;
        this.projects = projects;
        this.settings = settings;
        this.repository = repository;
        this.unused = unused;
        this.fetching = fetching;
        this.limits = limits;
        this.transactions = transactions;
        this.json = json;
    }

    /**
     * The app that asks to be let in. Its document is fetched when there is none yet, or none that is fresh; that takes up to
     * five seconds, so this must not be called in a transaction.
     *
     * @param projectId of the path or the caller; null: any project for an id, the default one for an address
     * @return empty when there is no such app, or its document cannot be had or used
     */
    public Optional<ConnectedApp> resolve(@Nullable UUID projectId, String clientId) {
        Optional<DocumentUrl> url = DocumentUrl.of(clientId);
        if (url.isEmpty()) {
            return known(projectId, clientId);
        }
        Project project = projectId == null ? projects.defaultProject() : projects.get(projectId);
        if (!settings.of(project.projectId()).clientDocuments()) {
            return Optional.empty();
        }
        Optional<RegistrationRow> row = row(project.projectId(), clientId);
        if (row.filter(RegistrationRow::fresh).isPresent()) {
            return row.map(this::app);
        }
        // Errors are not kept (§5.2): a document that is not fresh and cannot be had lets nobody in any more.
        return fetch(url.get()).flatMap(document -> keep(project, url.get(), document));
    }

    /** The app, as long as it is known here: for its later requests, which follow one that was resolved. Never fetches. */
    public Optional<ConnectedApp> known(@Nullable UUID projectId, String clientId) {
        if (DocumentUrl.of(clientId).isPresent()) {
            UUID project = projectId == null ? projects.defaultProject().projectId() : projectId;
            return row(project, clientId).map(this::app);
        }
        return WireId.parse(ConnectedApp.ID_KIND, clientId)
                .flatMap(id -> apps.findClient(clientId))
                .filter(app -> projectId == null || projectId.equals(app.projectId()));
    }

    private Optional<RegistrationRow> row(UUID projectId, String clientId) {
        return repository.findDocument(projectId, Hash.sha256(clientId));
    }

    private ConnectedApp app(RegistrationRow row) {
        return apps.find(row.projectId(), WireId.of(ConnectedApp.ID_KIND, row.appId()));
    }

    private record Document(Wanted wanted, long freshSeconds) {}

    private Optional<Document> fetch(DocumentUrl url) {
        try {
            limits.countDocument(url.host(), Hash.sha256(url.text()));
            Fetched fetched = fetching.get(url.text(), TYPES, MOST_BYTES);
            long fresh = Math.clamp(fetched.freshFor().toSeconds(), LEAST_FRESH_SECONDS, MOST_FRESH_SECONDS);
            return Optional.of(new Document(read(url, new String(fetched.body(), StandardCharsets.UTF_8)), fresh));
        } catch (FetchException | Problem e) {
            if (e instanceof Problem problem && problem.type() == ErrorType.TOO_MANY_REQUESTS) {
                throw problem;
            }
            LOG.info("The document of a client at {} cannot be used: {}", url.host(), e.getMessage());
            return Optional.empty();
        }
    }

    /** §4: it names itself by the very same letters, and has no secret that anybody who reads it would share. */
    private static Wanted read(DocumentUrl url, String text) {
        JSONObject given = MetadataRules.object(text);
        if (!url.text().equals(given.get("client_id"))) {
            throw MetadataRules.refused("client_id is not the address of the document.");
        }
        if (given.containsKey("client_secret") || given.containsKey("client_secret_expires_at")) {
            throw MetadataRules.refused("A document holds no secret.");
        }
        given.putIfAbsent("token_endpoint_auth_method", "none");
        Wanted wanted = MetadataRules.read(given);
        if (wanted.method() != ClientAuthMethod.NONE && wanted.method() != ClientAuthMethod.PRIVATE_KEY_JWT) {
            throw MetadataRules.refused("token_endpoint_auth_method is none or private_key_jwt.");
        }
        return wanted;
    }

    private Optional<ConnectedApp> keep(Project project, DocumentUrl url, Document document) {
        Actor actor = Actor.system(WireId.of("request-id", UUID.randomUUID()));
        for (int attempt = 1; ; attempt++) {
            Optional<RegistrationRow> row = row(project.projectId(), url.text());
            try {
                return Optional.of(
                        row.isPresent()
                                ? renewed(actor, row.get(), url, document)
                                : made(actor, project, url, document));
            } catch (Problem e) {
                LOG.info("The document of a client at {} cannot be used: {}", url.host(), e.getMessage());
                return Optional.empty();
            } catch (RuntimeException e) {
                // Two browsers at once: the second try finds what the first one made.
                if (attempt == 2 || !Transactions.isDuplicate(e)) {
                    throw e;
                }
            }
        }
    }

    private ConnectedApp made(Actor actor, Project project, DocumentUrl url, Document document) {
        unused.makeRoom(project.projectId());
        Wanted wanted = document.wanted();
        AppDraft draft = AppDraft.blank(project.projectId(), wanted.type(), project.accessTokenFormat());
        fill(draft, url, wanted);
        draft.creationMethod = CREATION_METHOD;
        draft.clientIdMetadataUrl = url.text();
        byte[] hash = Hash.sha256(url.text());
        return transactions.write(() -> {
            repository.clear(project.projectId(), null, hash);
            ConnectedApp app = apps.register(actor, draft.app()).app();
            repository.insert(
                    project.projectId(),
                    app.appId(),
                    json.write(wanted.said()),
                    null,
                    hash,
                    null,
                    document.freshSeconds());
            return app;
        });
    }

    private ConnectedApp renewed(Actor actor, RegistrationRow row, DocumentUrl url, Document document) {
        ConnectedApp app = app(row);
        Wanted wanted = document.wanted();
        if (wanted.type() != app.clientType()) {
            throw MetadataRules.refused("An app does not become public, or stop being so.");
        }
        boolean same = json.object(row.metadata()).equals(json.object(json.write(wanted.said())));
        AppDraft draft = AppDraft.of(app);
        fill(draft, url, wanted);
        return transactions.write(() -> {
            repository.renew(row.projectId(), row.appId(), json.write(wanted.said()), document.freshSeconds());
            return same ? app : apps.change(actor, draft.app());
        });
    }

    /** Whatever web site the document names, the one that is known is its own. */
    private void fill(AppDraft draft, DocumentUrl url, Wanted wanted) {
        wanted.fill(draft, json);
        URI uri = URI.create(url.text());
        draft.publisherUrl = uri.getScheme() + "://" + uri.getRawAuthority();
    }
}
