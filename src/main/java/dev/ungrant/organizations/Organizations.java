package dev.ungrant.organizations;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.connectedapps.AppPolicies;
import dev.ungrant.connectedapps.AppsAllowed;
import dev.ungrant.connectedapps.ConnectedApps;
import dev.ungrant.database.Searches;
import dev.ungrant.database.Transactions;
import dev.ungrant.logos.LogoOwners;
import dev.ungrant.logos.Logos;
import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Problem;
import dev.ungrant.web.WireId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Finds, makes and changes organizations. A change of the app policy, and the end of an organization, end the grants that
 * are not allowed any more before the answer is given.
 */
@Singleton
public final class Organizations {
    private static final int TRIES = 10;

    private final OrganizationRepository repository;
    private final OrganizationSearch search;
    private final OrganizationNames names;
    private final RolesByDomain rolesByDomain;
    private final ConnectedApps apps;
    private final AppPolicies appPolicies;
    private final Logos logos;
    private final Policies policies;
    private final AuditLog auditLog;
    private final Transactions transactions;
    private final Json json;

    Organizations(
            OrganizationRepository repository,
            OrganizationSearch search,
            OrganizationNames names,
            RolesByDomain rolesByDomain,
            ConnectedApps apps,
            AppPolicies appPolicies,
            Logos logos,
            Policies policies,
            AuditLog auditLog,
            Transactions transactions,
            Json json) {
        this.repository = repository;
        this.search = search;
        this.names = names;
        this.rolesByDomain = rolesByDomain;
        this.apps = apps;
        this.appPolicies = appPolicies;
        this.logos = logos;
        this.policies = policies;
        this.auditLog = auditLog;
        this.transactions = transactions;
        this.json = json;
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

    /** Those of the references that name organizations; a reference as in {@link #find(Caller, String)}. */
    public List<Organization> findAll(Caller caller, List<String> references) {
        List<Organization> found = search.all(caller.projectId(), references);
        found.forEach(organization -> reachable(caller, Optional.of(organization)));
        return found;
    }

    /** Organizations of the whole project: for its backend alone. */
    public Searches.Page<Organization> search(Caller caller, JsonBody body) {
        requireProject(caller);
        return search.run(caller.projectId(), body);
    }

    public long memberCount(Organization organization) {
        return repository.countMembers(organization.organizationId());
    }

    /** A new organization; its slug is made from its name when the body has none. */
    public Organization create(Caller caller, JsonBody body) {
        requireProject(caller);
        OrganizationChanges changes = new OrganizationChanges(body, json);
        Organization blank = new Organization(
                caller.projectId(),
                UUID.randomUUID(),
                body.required("organization_name", 128),
                "",
                "",
                null,
                AppsAllowed.ALL_ALLOWED,
                List.of(),
                AppsAllowed.ALL_ALLOWED,
                List.of(),
                null,
                null,
                Map.of(),
                List.of(),
                OrganizationSettings.DEFAULT,
                Instant.EPOCH,
                Instant.EPOCH);
        Organization wanted = changes.onto(blank);
        requireKnown(blank, changes);
        if (body.has("organization_slug")) {
            return insert(caller, wanted);
        }
        String slug = Slug.from(wanted.name());
        for (int attempt = 1; ; attempt++) {
            try {
                return insert(caller, wanted.withSlug(attempt == 1 ? slug : Slug.another(slug)));
            } catch (Problem e) {
                if (e.type() != ErrorType.ORGANIZATION_SLUG_ALREADY_USED || attempt == TRIES) {
                    throw e;
                }
            }
        }
    }

    private Organization insert(Caller caller, Organization wanted) {
        return OrganizationNames.noDuplicates(() -> transactions.write(() -> {
            names.requireFree(wanted, "", null);
            repository.insert(
                    wanted.projectId(),
                    wanted.organizationId(),
                    wanted.name(),
                    wanted.slug(),
                    wanted.logoUrl(),
                    wanted.externalId(),
                    wanted.firstPartyAllowedType().name(),
                    json.write(wanted.firstPartyAllowed()),
                    wanted.thirdPartyAllowedType().name(),
                    json.write(wanted.thirdPartyAllowed()),
                    json.write(wanted.trustedMetadata()),
                    json.write(wanted.settings()));
            if (!wanted.logoUrl().isEmpty()) {
                follow(wanted);
            }
            auditLog.record(event(caller, wanted, "organization.created"));
            return repository.find(wanted.projectId(), wanted.organizationId()).orElseThrow();
        }));
    }

    /** Changes what the body names, if the caller may change each of it. */
    public Organization update(Caller caller, Organization organization, JsonBody body) {
        return update(caller, organization, body, UnaryOperator.identity());
    }

    /** @param asShown is given the locked organization; throws when it is not what the caller was shown */
    Organization update(Caller caller, Organization organization, JsonBody body, UnaryOperator<Organization> asShown) {
        OrganizationChanges changes = new OrganizationChanges(body, json);
        if (caller instanceof SessionCaller && changes.asksForTrustedMetadata()) {
            throw new Problem(ErrorType.CANNOT_UPDATE_TRUSTED_METADATA);
        }
        require(caller, organization, changes.actions());
        requireKnown(organization, changes);
        return change(
                caller,
                organization,
                "organization.updated",
                present -> changes.onto(asShown.apply(present)),
                Map.of("changed", List.copyOf(changes.actions())));
    }

    /** Takes the external id away; repeating it changes nothing. */
    public Organization removeExternalId(Caller caller, Organization organization) {
        require(caller, organization, Set.of("update.info.external-id"));
        return change(
                caller,
                organization,
                "organization.updated",
                Organization::withoutExternalId,
                Map.of("changed", List.of("update.info.external-id")));
    }

    /** Deletes the organization: its sessions are dead at once, its grants are ended before this returns. */
    public void delete(Caller caller, Organization organization) {
        require(caller, organization, Set.of("delete"));
        transactions.write(() -> {
            if (repository.delete(organization.projectId(), organization.organizationId()) > 0) {
                follow(organization);
                auditLog.record(event(caller, organization, "organization.deleted"));
            }
            return null;
        });
        appPolicies.endDisallowed(caller.actor(), organization.projectId(), organization.organizationId());
    }

    /**
     * Writes the change over the locked row. A policy is changed only when the grants that the one before forbids are all
     * ended, else a loosening could bring some of them back to life.
     *
     * @param details of the audit event; written after the change was applied, which may fill them
     */
    Organization change(
            Caller caller,
            Organization organization,
            String action,
            UnaryOperator<Organization> change,
            Map<String, Object> details) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<Organization> changed = OrganizationNames.noDuplicates(
                    () -> transactions.write(() -> tryChange(caller, organization, action, change, details)));
            if (changed.isEmpty() || changed.get().policyUnsweptSince() != null) {
                appPolicies.endDisallowed(caller.actor(), organization.projectId(), organization.organizationId());
            }
            if (changed.isPresent()) {
                return changed.get();
            }
        }
        throw Problem.unavailable();
    }

    private Optional<Organization> tryChange(
            Caller caller,
            Organization organization,
            String action,
            UnaryOperator<Organization> change,
            Map<String, Object> details) {
        Organization present = repository
                .lock(organization.projectId(), organization.organizationId())
                .orElseThrow(() -> new Problem(ErrorType.ORGANIZATION_NOT_FOUND));
        Organization wanted = change.apply(present);
        boolean policyChanged = !wanted.appPolicy().equals(present.appPolicy());
        if (policyChanged && present.policyUnsweptSince() != null) {
            return Optional.empty();
        }
        names.requireFree(wanted, present.slug(), present.externalId());
        rolesByDomain.writing(
                caller,
                present,
                wanted,
                () -> repository.update(
                        wanted.projectId(),
                        wanted.organizationId(),
                        wanted.name(),
                        wanted.slug(),
                        wanted.logoUrl(),
                        wanted.externalId(),
                        wanted.firstPartyAllowedType().name(),
                        json.write(wanted.firstPartyAllowed()),
                        wanted.thirdPartyAllowedType().name(),
                        json.write(wanted.thirdPartyAllowed()),
                        wanted.blockedApps() == null ? null : json.write(wanted.blockedApps()),
                        json.write(wanted.trustedMetadata()),
                        json.write(wanted.customRoles()),
                        json.write(wanted.settings()),
                        policyChanged));
        if (!wanted.logoUrl().equals(present.logoUrl())) {
            follow(wanted);
        }
        auditLog.record(event(caller, wanted, action).with(details));
        return repository.find(wanted.projectId(), wanted.organizationId());
    }

    private void requireKnown(Organization organization, OrganizationChanges changes) {
        policies.requireRoles(organization.projectId(), organization.customRoles(), changes.implicitRoles());
        apps.requireAll(organization.projectId(), changes.apps());
    }

    private void require(Caller caller, Organization organization, Set<String> actions) {
        for (String action : actions) {
            if (!policies.permits(caller, Permission.onOrganization(action), organization.organizationId())) {
                throw new Problem(ErrorType.SESSION_AUTHORIZATION_ERROR);
            }
        }
    }

    private static void requireProject(Caller caller) {
        if (caller instanceof SessionCaller) {
            throw new Problem(ErrorType.SESSION_AUTHORIZATION_ERROR);
        }
    }

    private static AuditEvent event(Caller caller, Organization organization, String action) {
        return AuditEvent.inTenant(caller.actor(), organization.projectId(), organization.organizationId(), action);
    }

    private void follow(Organization organization) {
        logos.follow(LogoOwners.Kind.ORGANIZATION, organization.projectId(), organization.organizationId());
    }
}
