package dev.ungrant.registration;

import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.ConnectedApps;
import dev.ungrant.projects.Projects;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

/**
 * Finds the app behind a client_id: an id of ours, or the address of a document that the app publishes about itself
 * (draft-ietf-oauth-client-id-metadata-document).
 */
@Singleton
public final class ClientDocuments {
    private final ConnectedApps apps;
    private final Projects projects;

    ClientDocuments(ConnectedApps apps, Projects projects) {
        this.apps = apps;
        this.projects = projects;
    }

    /**
     * The app that asks to be let in. Its document is fetched when there is none yet, or none that is fresh; that takes up to
     * five seconds, so this must not be called in a transaction.
     *
     * @param projectId of the path or the caller; null: any project for an id, the default one for an address
     * @return empty when there is no such app, or its document cannot be had or used
     */
    public Optional<ConnectedApp> resolve(@Nullable UUID projectId, String clientId) {
        return known(projectId, clientId);
    }

    /** The app, as long as it is known here: for its later requests, which follow one that was resolved. Never fetches. */
    public Optional<ConnectedApp> known(@Nullable UUID projectId, String clientId) {
        return WireId.parse(ConnectedApp.ID_KIND, clientId)
                .flatMap(id -> apps.findClient(clientId))
                .filter(app -> projectId == null || projectId.equals(app.projectId()));
    }
}
