package dev.ungrant.organizations;

import dev.ungrant.database.Transactions;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.util.function.Supplier;

/** The names by which an organization is found, each of them one organization's only. */
@Singleton
final class OrganizationNames {
    private final OrganizationRepository repository;

    OrganizationNames(OrganizationRepository repository) {
        this.repository = repository;
    }

    /**
     * Whatever finds an organization by slug finds it by external id too, so neither may be the other's: an organization
     * could else choose a slug that draws its neighbour's calls to itself.
     */
    void requireFree(Organization wanted, String presentSlug, @Nullable String presentExternalId) {
        if (!wanted.slug().equals(presentSlug) && isTaken(wanted, wanted.slug())) {
            throw new Problem(ErrorType.ORGANIZATION_SLUG_ALREADY_USED);
        }
        if (wanted.externalId() != null
                && !wanted.externalId().equals(presentExternalId)
                && isTaken(wanted, wanted.externalId())) {
            throw new Problem(ErrorType.ORGANIZATION_EXTERNAL_ID_ALREADY_USED);
        }
    }

    private boolean isTaken(Organization wanted, String name) {
        return repository.countOthersCalled(wanted.projectId(), wanted.organizationId(), name) > 0;
    }

    /** Says which name it was when two took the same one at the same moment. */
    static <T> T noDuplicates(Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            if (Transactions.isDuplicate(e, "organizations.slug")) {
                throw new Problem(ErrorType.ORGANIZATION_SLUG_ALREADY_USED);
            }
            if (Transactions.isDuplicate(e, "organizations.external_id")) {
                throw new Problem(ErrorType.ORGANIZATION_EXTERNAL_ID_ALREADY_USED);
            }
            throw e;
        }
    }
}
