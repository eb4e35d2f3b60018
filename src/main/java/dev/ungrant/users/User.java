package dev.ungrant.users;

import dev.ungrant.rbac.Policy;
import dev.ungrant.rbac.Subject;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.model.DataType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A person of a consumer project, without organization.
 *
 * @param emailId null, like the address, when there is none
 * @param emailAddress in lower case
 * @param phoneId null, like the number, when there is none
 * @param externalId the integrator's own id; null when it gave none
 * @param assignedRoles the ids of roles that were assigned to this very user; null when none was
 */
@MappedEntity("users")
public record User(
        UUID projectId,
        UUID userId,
        @Nullable UUID emailId,
        @Nullable String emailAddress,
        boolean emailVerified,
        @Nullable UUID phoneId,
        @Nullable String phoneNumber,
        String firstName,
        String middleName,
        String lastName,
        Status status,
        @Nullable String externalId,
        @TypeDef(type = DataType.JSON) Map<String, Object> trustedMetadata,
        @TypeDef(type = DataType.JSON) Map<String, Object> untrustedMetadata,
        Instant createdAt,
        Instant updatedAt,
        @Nullable @TypeDef(type = DataType.JSON) List<String> assignedRoles) {
    public enum Status {
        ACTIVE,
        PENDING
    }

    public Subject subject() {
        return Subject.user(projectId, userId);
    }

    public String wireId() {
        return WireId.of("user", userId);
    }

    /** The ids of every role that the user holds. */
    public List<String> roles() {
        List<String> roles = new ArrayList<>(List.of(Policy.USER_ROLE));
        if (assignedRoles != null) {
            assignedRoles.stream().sorted().forEach(roles::add);
        }
        return roles;
    }
}
