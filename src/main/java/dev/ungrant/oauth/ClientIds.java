package dev.ungrant.oauth;

import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.registration.ClientDocuments;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** The app that a {@code client_id} in the address of a page means; whatever cannot be one means nobody. */
@Singleton
final class ClientIds {
    private static final int LONGEST = 2048;

    private final ClientDocuments documents;

    ClientIds(ClientDocuments documents) {
        this.documents = documents;
    }

    /**
     * The app that asks to be let in. May fetch the document of one that names itself by an address.
     *
     * @param projectId in which project; null: in whichever
     */
    Optional<ConnectedApp> resolve(String clientId, @Nullable UUID projectId) {
        return find(clientId, () -> documents.resolve(projectId, clientId));
    }

    /** The app of a request that was resolved before. */
    Optional<ConnectedApp> known(String clientId, @Nullable UUID projectId) {
        return find(clientId, () -> documents.known(projectId, clientId));
    }

    private static Optional<ConnectedApp> find(String clientId, Supplier<Optional<ConnectedApp>> how) {
        if (clientId.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            return how.get();
        } catch (Problem e) {
            // An id of the other environment is as unknown as any other here.
            return Optional.empty();
        }
    }
}
