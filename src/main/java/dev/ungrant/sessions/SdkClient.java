package dev.ungrant.sessions;

import dev.ungrant.projects.SdkAccess;
import dev.ungrant.rbac.Via;
import io.micronaut.core.annotation.Nullable;
import java.util.UUID;

/**
 * A page that speaks to us through the browser SDK, as far as its public token tells: which project it is of. That proves
 * nothing about a person, since the token stands in every page.
 *
 * @param origin of the page; null when no browser asks
 */
public record SdkClient(SdkAccess access, @Nullable String origin, Via via) {
    public UUID projectId() {
        return access.projectId();
    }
}
