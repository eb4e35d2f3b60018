package dev.ungrant.members;

import dev.ungrant.organizations.ImplicitRole;
import dev.ungrant.organizations.Organization;
import dev.ungrant.rbac.Policy;
import dev.ungrant.rbac.Subject;
import dev.ungrant.web.EmailDomain;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.model.DataType;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * A person in an organization.
 *
 * @param emailAddress in lower case
 * @param externalId the integrator's own id; null when it gave none
 * @param lastSeenAt when a session of theirs was last used, to the minute; null: never
 * @param assignedRoles the ids of roles that were assigned to this very member; null when none was
 * @param organizationImplicitRoles the organization's rules of roles by e-mail domain
 */
@MappedEntity("members")
public record Member(
        UUID projectId,
        UUID organizationId,
        UUID memberId,
        String emailAddress,
        String name,
        Status status,
        @Nullable String externalId,
        boolean isBreakglass,
        boolean emailVerified,
        boolean mfaEnrolled,
        String mfaPhoneNumber,
        String defaultMfaMethod,
        @TypeDef(type = DataType.JSON) Map<String, Object> trustedMetadata,
        @TypeDef(type = DataType.JSON) Map<String, Object> untrustedMetadata,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant lastSeenAt,
        @Nullable @TypeDef(type = DataType.JSON) List<String> assignedRoles,
        @Nullable @TypeDef(type = DataType.JSON) List<ImplicitRole> organizationImplicitRoles) {
    public enum Status {
        ACTIVE,
        INVITED,
        PENDING,
        /** Deactivated, in the words of the portal. */
        DELETED
    }

    public Subject subject() {
        return Subject.member(projectId, organizationId, memberId);
    }

    /** One that is about to be made, with nothing known but the address. */
    static Member blank(Organization organization, String emailAddress, Status status) {
        return new Member(
                organization.projectId(),
                organization.organizationId(),
                UUID.randomUUID(),
                emailAddress,
                "",
                status,
                null,
                false,
                false,
                false,
                "",
                "",
                Map.of(),
                Map.of(),
                Instant.EPOCH,
                Instant.EPOCH,
                null,
                List.of(),
                List.of());
    }

    /** What to call them: the address of somebody without a name. */
    public String called() {
        return name.isBlank() ? emailAddress : name;
    }

    public String wireId() {
        return WireId.of("member", memberId);
    }

    public boolean isDeleted() {
        return status == Status.DELETED;
    }

    /** The ids of every role that the member holds. */
    public Set<String> roles() {
        Set<String> roles = new LinkedHashSet<>();
        roles.add(Policy.MEMBER_ROLE);
        roles.addAll(directRoles());
        roles.addAll(implicitRoles());
        return roles;
    }

    /** Roles that were given to this very member. */
    List<String> directRoles() {
        return assignedRoles == null
                ? List.of()
                : assignedRoles.stream().sorted().toList();
    }

    /** Roles that the organization gives to everybody with such an e-mail address. */
    List<String> implicitRoles() {
        if (organizationImplicitRoles == null) {
            return List.of();
        }
        String domain = EmailDomain.of(emailAddress);
        return organizationImplicitRoles.stream()
                .filter(rule -> rule.domain().equals(domain))
                .map(ImplicitRole::roleId)
                .distinct()
                .toList();
    }

    Member withoutExternalId() {
        return new Member(
                projectId,
                organizationId,
                memberId,
                emailAddress,
                name,
                status,
                null,
                isBreakglass,
                emailVerified,
                mfaEnrolled,
                mfaPhoneNumber,
                defaultMfaMethod,
                trustedMetadata,
                untrustedMetadata,
                createdAt,
                updatedAt,
                lastSeenAt,
                assignedRoles,
                organizationImplicitRoles);
    }
}
