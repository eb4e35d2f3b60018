package dev.ungrant.rbac;

import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import java.util.List;

/** Named permissions, in the contract's shape (§9). */
@Serdeable(naming = SnakeCaseStrategy.class)
public record Role(String roleId, String description, List<ResourceActions> permissions) {
    /** Actions on one resource; {@code *} stands for all of them. */
    @Serdeable(naming = SnakeCaseStrategy.class)
    public record ResourceActions(String resourceId, List<String> actions) {
        boolean grants(Permission permission) {
            return resourceId.equals(permission.resourceId())
                    && (actions.contains("*") || actions.contains(permission.action()));
        }
    }

    public boolean grants(Permission permission) {
        return permissions.stream().anyMatch(rule -> rule.grants(permission));
    }
}
