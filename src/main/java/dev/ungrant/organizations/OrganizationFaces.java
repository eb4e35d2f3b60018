package dev.ungrant.organizations;

import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

/** Finds organizations for people who have not signed in. */
@Singleton
public final class OrganizationFaces {
    private final OrganizationRepository repository;

    OrganizationFaces(OrganizationRepository repository) {
        this.repository = repository;
    }

    /** By its slug, and not by its external id, which is the integrator's own business. */
    public Optional<Organization> find(UUID projectId, String slug) {
        return repository
                .findByName(projectId, slug)
                .filter(organization -> organization.slug().equalsIgnoreCase(slug));
    }
}
