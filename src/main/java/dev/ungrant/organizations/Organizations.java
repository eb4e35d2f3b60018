package dev.ungrant.organizations;

import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import dev.ungrant.web.WireId;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

/** Finds, makes and changes organizations. What a policy forbids is ended by {@code connectedapps}. */
@Singleton
public final class Organizations {
    private final OrganizationRepository repository;

    Organizations(OrganizationRepository repository) {
        this.repository = repository;
    }

    /**
     * The live organization of that id, external id or slug.
     *
     * @throws Problem {@code organization_not_found}; {@code session_authorization_tenancy_error} when a session of
     *     another organization asks
     */
    public Organization find(Caller caller, String reference) {
        Optional<UUID> id = WireId.parse("organization", reference);
        return reachable(
                caller,
                id.isPresent()
                        ? repository.find(caller.projectId(), id.get())
                        : repository.findByName(caller.projectId(), reference));
    }

    /** The same by its bare id. */
    public Organization get(Caller caller, UUID organizationId) {
        return reachable(caller, repository.find(caller.projectId(), organizationId));
    }

    private static Organization reachable(Caller caller, Optional<Organization> found) {
        Organization organization = found.orElseThrow(() -> new Problem(ErrorType.ORGANIZATION_NOT_FOUND));
        if (caller instanceof SessionCaller session
                && !session.subject().tenantId().equals(organization.organizationId())) {
            throw new Problem(ErrorType.SESSION_AUTHORIZATION_TENANCY_ERROR);
        }
        return organization;
    }
}
