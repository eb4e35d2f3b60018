package dev.ungrant.federation;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.database.Transactions;
import dev.ungrant.organizations.Organization;
import dev.ungrant.organizations.Organizations;
import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.secrets.Pepper;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Problem;
import dev.ungrant.web.RateLimits;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Sets up, changes, tries and removes the sign-in of an organization's own. */
@Singleton
class SignInProviders {
    static final String GET = "get";
    static final String CREATE = "create";
    static final String UPDATE = "update";
    static final String DELETE = "delete";
    static final Permission NEWCOMERS = Permission.onOrganization("update.settings.sso-jit-provisioning");

    private final ProviderRepository repository;
    private final ProviderSignInRepository links;
    private final ProviderDocuments documents;
    private final ProviderTokens tokens;
    private final ProviderSignIns signIns;
    private final Organizations organizations;
    private final Policies policies;
    private final AuditLog auditLog;
    private final Transactions transactions;
    private final Pepper pepper;
    private final RateLimits limits;
    private final Json json;

    SignInProviders(
            ProviderRepository repository,
            ProviderSignInRepository links,
            ProviderDocuments documents,
            ProviderTokens tokens,
            ProviderSignIns signIns,
            Organizations organizations,
            Policies policies,
            AuditLog auditLog,
            Transactions transactions,
            Pepper pepper,
            RateLimits limits,
            Json json) {
        this.repository = repository;
        this.links = links;
        this.documents = documents;
        this.tokens = tokens;
        this.signIns = signIns;
        this.organizations = organizations;
        this.policies = policies;
        this.auditLog = auditLog;
        this.transactions = transactions;
        this.pepper = pepper;
        this.limits = limits;
        this.json = json;
    }

    /** Somebody else has changed it since the caller was shown it. */
    static final class Changed extends RuntimeException {
        Changed() {
            super(null, null, false, false);
        }
    }

    Optional<SignInProvider> find(Organization organization) {
        return repository.find(organization.projectId(), organization.organizationId());
    }

    /** How many members have signed in with it. */
    long linked(Organization organization) {
        return links.countLinks(organization.organizationId());
    }

    String redirectUri(Organization organization) {
        return signIns.redirectUri(organization.organizationId());
    }

    boolean may(Caller caller, String action, UUID organizationId) {
        return policies.permits(caller, new Permission("stytch.sso", action), organizationId);
    }

    boolean mayLetNewcomersIn(Caller caller, UUID organizationId) {
        return policies.permits(caller, NEWCOMERS, organizationId);
    }

    /**
     * @param secret empty: as it is
     * @param newcomers whether people become members by it; looked at only when the caller may say so
     */
    record Draft(
            String issuer, String clientId, String secret, List<String> domains, boolean required, boolean newcomers) {
        @Override
        public String toString() {
            return "Draft[" + issuer + "]";
        }
    }

    /**
     * @param shown what the caller was shown, see {@link #shown}
     * @throws Changed when it is not so any more
     */
    void save(Caller caller, Organization organization, Draft draft, String shown) {
        UUID projectId = organization.projectId();
        UUID organizationId = organization.organizationId();
        require(caller, find(organization).isPresent() ? UPDATE : CREATE, organizationId);
        transactions.write(() -> {
            repository.lock(projectId, organizationId).orElseThrow(() -> new Problem(ErrorType.ORGANIZATION_NOT_FOUND));
            Optional<SignInProvider> present = repository.find(projectId, organizationId);
            if (!shown(present).equals(shown)) {
                throw new Changed();
            }
            byte[] sealed = draft.secret().isEmpty()
                    ? present.orElseThrow(Changed::new).clientSecret()
                    : pepper.encrypt(draft.secret().getBytes(StandardCharsets.UTF_8));
            String domains = json.write(draft.domains());
            if (present.isEmpty()) {
                repository.insert(
                        projectId,
                        organizationId,
                        UUID.randomUUID(),
                        draft.issuer(),
                        draft.clientId(),
                        sealed,
                        domains,
                        draft.required());
            } else {
                repository.update(
                        projectId, organizationId, draft.issuer(), draft.clientId(), sealed, domains, draft.required());
            }
            auditLog.record(event(caller, organization, present.isEmpty() ? "provider.added" : "provider.changed")
                    .with(Map.of("issuer", draft.issuer(), "changed", changed(present, draft))));
            return null;
        });
        letNewcomersIn(caller, organization, draft.newcomers());
    }

    /** The contract's field: what its door sets, this one shows, and the other way round. */
    private void letNewcomersIn(Caller caller, Organization organization, boolean wanted) {
        boolean present = !organization.settings().ssoJitProvisioning().equals("NOT_ALLOWED");
        if (present != wanted && mayLetNewcomersIn(caller, organization.organizationId())) {
            organizations.update(
                    caller,
                    organization,
                    new JsonBody(Map.of("sso_jit_provisioning", wanted ? "ALL_ALLOWED" : "NOT_ALLOWED")));
        }
    }

    private static List<String> changed(Optional<SignInProvider> present, Draft draft) {
        List<String> changed = new ArrayList<>();
        SignInProvider was = present.orElse(null);
        if (was == null || !was.issuer().equals(draft.issuer())) {
            changed.add("issuer");
        }
        if (was == null || !was.clientId().equals(draft.clientId())) {
            changed.add("client_id");
        }
        if (!draft.secret().isEmpty()) {
            changed.add("client_secret");
        }
        if (was == null || !was.domains().equals(draft.domains())) {
            changed.add("domains");
        }
        if (was == null ? draft.required() : was.required() != draft.required()) {
            changed.add("required");
        }
        return changed;
    }

    /** Everything that the form shows, and the secret that it does not. */
    String shown(Optional<SignInProvider> provider) {
        return pepper.shown(provider.map(one ->
                        "provider " + one.organizationId() + one.issuer() + '\n' + one.clientId() + '\n' + one.domains()
                                + one.required() + java.util.HexFormat.of().formatHex(one.clientSecret()))
                .orElse("provider none"));
    }

    /**
     * Asks the provider everything that a sign-in would, but for a person.
     *
     * @throws ProviderTrouble what is wrong first
     */
    void check(Caller caller, Organization organization) throws ProviderTrouble {
        require(caller, UPDATE, organization.organizationId());
        limits.countProviderCheck(organization.organizationId());
        SignInProvider provider = find(organization).orElseThrow(() -> new Problem(ErrorType.ROUTE_NOT_FOUND));
        ProviderDocuments.Documents found = documents.fetch(provider.issuer());
        tokens.requireClient(
                found.metadata(),
                provider.clientId(),
                new String(pepper.decrypt(provider.clientSecret()), StandardCharsets.UTF_8),
                redirectUri(organization));
    }

    /** No error when there is none. Who was whom at the provider is forgotten; sessions go on. */
    void remove(Caller caller, Organization organization) {
        require(caller, DELETE, organization.organizationId());
        transactions.write(() -> {
            if (repository.delete(organization.projectId(), organization.organizationId()) > 0) {
                links.unlinkAll(organization.organizationId());
                auditLog.record(event(caller, organization, "provider.removed"));
            }
            return null;
        });
    }

    /** From now on a verified address says again who somebody is, the first time they come. */
    void unlink(Caller caller, Organization organization) {
        require(caller, UPDATE, organization.organizationId());
        transactions.write(() -> {
            int gone = links.unlinkAll(organization.organizationId());
            auditLog.record(event(caller, organization, "provider.unlinked").with(Map.of("members", gone)));
            return null;
        });
    }

    private void require(Caller caller, String action, UUID organizationId) {
        if (!may(caller, action, organizationId)) {
            throw new Problem(ErrorType.SESSION_AUTHORIZATION_ERROR);
        }
    }

    private static AuditEvent event(Caller caller, Organization organization, String action) {
        return AuditEvent.inTenant(caller.actor(), organization.projectId(), organization.organizationId(), action);
    }
}
