package dev.ungrant.connectedapps;

import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

/** An app that at least one member of an organization lets in. */
@MappedEntity("connected_apps")
public record InstalledApp(
        UUID appId,
        String name,
        String description,
        ClientType clientType,
        @Nullable String logoUrl) {
    public String wireId() {
        return WireId.of(ConnectedApp.ID_KIND, appId);
    }
}
