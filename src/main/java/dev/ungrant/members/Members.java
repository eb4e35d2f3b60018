package dev.ungrant.members;

import dev.ungrant.organizations.Organization;
import dev.ungrant.organizations.Organizations;
import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import dev.ungrant.web.WireId;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

/** Finds, makes, changes and deactivates members. */
@Singleton
public final class Members {
    private final MemberRepository repository;
    private final Organizations organizations;

    Members(MemberRepository repository, Organizations organizations) {
        this.repository = repository;
        this.organizations = organizations;
    }

    /**
     * The member of that id or external id, in the organization of that id, external id or slug. Deactivated members are
     * found too. Two ids, as almost all callers send, cost one query.
     *
     * @throws Problem {@code organization_not_found}, {@code member_not_found}; {@code
     *     session_authorization_tenancy_error} when a session of another organization asks
     */
    public Member find(Caller caller, String organizationReference, String memberReference) {
        Optional<UUID> organizationId = WireId.parse("organization", organizationReference);
        UUID tenant = organizationId.orElseGet(
                () -> organizations.find(caller, organizationReference).organizationId());
        Optional<Member> member = isOutOfReach(caller, tenant) ? Optional.empty() : find(caller, tenant, memberReference);
        return member.orElseGet(() -> {
            // Says which of the two is missing, or that the caller's session belongs elsewhere.
            organizations.find(caller, organizationReference);
            throw new Problem(ErrorType.MEMBER_NOT_FOUND);
        });
    }

    /** The member of that id or external id in the organization. */
    public Member find(Caller caller, Organization organization, String memberReference) {
        return find(caller, organization.organizationId(), memberReference)
                .orElseThrow(() -> new Problem(ErrorType.MEMBER_NOT_FOUND));
    }

    private Optional<Member> find(Caller caller, UUID organizationId, String memberReference) {
        Optional<UUID> memberId = WireId.parse("member", memberReference);
        return memberId.isPresent()
                ? repository.find(caller.projectId(), organizationId, memberId.get())
                : repository.findByExternalId(caller.projectId(), organizationId, memberReference);
    }

    private static boolean isOutOfReach(Caller caller, UUID organizationId) {
        return caller instanceof SessionCaller session
                && !session.subject().tenantId().equals(organizationId);
    }
}
