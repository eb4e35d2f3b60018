package dev.ungrant.projects;

import dev.ungrant.web.WireId;
import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

/**
 * What a project lets pages do that use the browser SDK under its public token.
 *
 * @param memberActions whether members may act and organizations be changed through it (contract §5.7)
 * @param originAllowed whether the page that asks is at one of the project's origins; true when no page asks
 * @param open whether the project has any origin; until then nobody gets in
 */
@MappedEntity("projects")
public record SdkAccess(
        UUID projectId,
        Vertical vertical,
        String name,
        String publicToken,
        boolean memberActions,
        Cookies cookies,
        boolean originAllowed,
        boolean open) {
    /** Who keeps the session token: the page's script, or the browser in a cookie that no script reads. */
    public enum Cookies {
        READABLE,
        HTTP_ONLY
    }

    public String wireId() {
        return WireId.of("project", projectId);
    }
}
