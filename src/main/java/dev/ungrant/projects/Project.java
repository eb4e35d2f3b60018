package dev.ungrant.projects;

import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

/**
 * @param authorizationUrl where the host application runs its own authorization page; null when it has none
 * @param resources the resource servers that tokens may be for, as a JSON array (RFC 8707); null: any
 */
@MappedEntity("projects")
public record Project(
        UUID projectId,
        Vertical vertical,
        String name,
        String publicToken,
        @Nullable String authorizationUrl,
        TokenFormat accessTokenFormat,
        @Nullable String resources) {
    public String wireId() {
        return WireId.of("project", projectId);
    }
}
