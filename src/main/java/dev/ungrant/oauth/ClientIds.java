package dev.ungrant.oauth;

import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.ConnectedApps;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

/** The app that a {@code client_id} means. */
@Singleton
final class ClientIds {
    private static final int LONGEST = 2048;

    private final ConnectedApps apps;

    ClientIds(ConnectedApps apps) {
        this.apps = apps;
    }

    /** @param projectId in which project; null: in whichever */
    Optional<ConnectedApp> find(String clientId, @Nullable UUID projectId) {
        if (clientId.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            return apps.findClient(clientId).filter(app -> projectId == null || projectId.equals(app.projectId()));
        } catch (Problem e) {
            // An id of the other environment is as unknown as any other here.
            return Optional.empty();
        }
    }
}
