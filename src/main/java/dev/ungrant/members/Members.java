package dev.ungrant.members;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.database.Searches;
import dev.ungrant.database.Transactions;
import dev.ungrant.organizations.Organization;
import dev.ungrant.organizations.Organizations;
import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.LastAdmin;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.RoleAssignments;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.EmailAddress;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Problem;
import dev.ungrant.web.WireId;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Finds, makes and changes members. */
@Singleton
public final class Members {
    private static final int MOST_ORGANIZATIONS = 100;

    private final MemberRepository repository;
    private final MemberSearch search;
    private final Organizations organizations;
    private final RoleAssignments roles;
    private final LastAdmin lastAdmin;
    private final Policies policies;
    private final AuditLog auditLog;
    private final Transactions transactions;
    private final Json json;

    Members(
            MemberRepository repository,
            MemberSearch search,
            Organizations organizations,
            RoleAssignments roles,
            LastAdmin lastAdmin,
            Policies policies,
            AuditLog auditLog,
            Transactions transactions,
            Json json) {
        this.repository = repository;
        this.search = search;
        this.organizations = organizations;
        this.roles = roles;
        this.lastAdmin = lastAdmin;
        this.policies = policies;
        this.auditLog = auditLog;
        this.transactions = transactions;
        this.json = json;
    }

    /** Members, and the organizations in which they were looked for. */
    public record Found(Searches.Page<Member> page, List<Organization> organizations) {}

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
        Optional<Member> member =
                isOutOfReach(caller, tenant) ? Optional.empty() : find(caller, tenant, memberReference);
        return member.orElseGet(() -> {
            // Says which of the two is missing, or that the caller's session belongs elsewhere.
            organizations.find(caller, organizationReference);
            throw new Problem(ErrorType.MEMBER_NOT_FOUND);
        });
    }

    /** The member of that id or external id in the organization; deactivated ones too. */
    public Member find(Caller caller, Organization organization, String memberReference) {
        return find(caller, organization.organizationId(), memberReference)
                .orElseThrow(() -> new Problem(ErrorType.MEMBER_NOT_FOUND));
    }

    /** The same without deactivated ones. */
    public Member findLive(Caller caller, Organization organization, String memberReference) {
        return live(find(caller, organization, memberReference));
    }

    public Member findByEmailAddress(Caller caller, Organization organization, String emailAddress) {
        return repository
                .findByEmailAddress(
                        caller.projectId(), organization.organizationId(), EmailAddress.normal(emailAddress))
                .orElseThrow(() -> new Problem(ErrorType.MEMBER_NOT_FOUND));
    }

    /** The member of that id in whichever organization of the project. */
    public Member findAnywhere(Caller caller, String memberId) {
        Member member = WireId.parse("member", memberId)
                .flatMap(id -> repository.findAnywhere(caller.projectId(), id))
                .orElseThrow(() -> new Problem(ErrorType.MEMBER_NOT_FOUND));
        if (isOutOfReach(caller, member.organizationId())) {
            throw new Problem(ErrorType.SESSION_AUTHORIZATION_TENANCY_ERROR);
        }
        return member;
    }

    /**
     * The member of that id in the caller's own organization; deactivated ones too. No external id: where the browser SDK
     * has an id, its paths have words too, and either could be taken for the other.
     */
    public Member findFellow(SessionCaller caller, String memberId) {
        return WireId.parse("member", memberId)
                .flatMap(id ->
                        repository.find(caller.projectId(), caller.subject().tenantId(), id))
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

    public static Member live(Member member) {
        if (member.isDeleted()) {
            throw new Problem(ErrorType.MEMBER_NOT_FOUND);
        }
        return member;
    }

    /** Sees to it that the caller may look at the member: a project, the member itself, or who may search members. */
    public void requireReadable(Caller caller, Member member) {
        if (!(caller instanceof SessionCaller session && session.is(member.subject()))) {
            require(caller, Permission.onMember("search"), member.organizationId());
        }
    }

    public Found search(Caller caller, JsonBody body) {
        List<String> references = body.strings("organization_ids").orElse(List.of());
        if (references.isEmpty() || references.size() > MOST_ORGANIZATIONS) {
            throw new Problem(
                    ErrorType.BAD_REQUEST, "organization_ids must name 1 to " + MOST_ORGANIZATIONS + " organizations.");
        }
        List<Organization> where = organizations.findAll(caller, references);
        if (where.isEmpty()) {
            throw new Problem(ErrorType.ORGANIZATION_NOT_FOUND);
        }
        where.forEach(organization -> require(caller, Permission.onMember("search"), organization.organizationId()));
        return new Found(search.run(where, body), where);
    }

    public Member create(Caller caller, Organization organization, JsonBody body) {
        boolean pending = body.bool("create_member_as_pending").orElse(false);
        return create(caller, organization, body, pending ? Member.Status.PENDING : Member.Status.ACTIVE);
    }

    Member create(Caller caller, Organization organization, JsonBody body, Member.Status status) {
        MemberChanges changes = new MemberChanges(body, json);
        require(caller, Permission.onMember("create"), organization.organizationId());
        // Who may make members may not thereby make an administrator.
        changes.onOthers().stream()
                .filter(permission -> !permission.action().equals("update.info.email"))
                .forEach(permission -> require(caller, permission, organization.organizationId()));
        requireTrusted(caller, changes);
        List<String> assigned = changes.roles().orElse(List.of());
        policies.requireRoles(organization.projectId(), organization.customRoles(), assigned);
        requireGivable(caller, organization, RoleAssignments.withoutImplicit(assigned));
        Member member =
                changes.onto(Member.blank(organization, EmailAddress.require(body.required("email_address")), status));
        return noDuplicates(() -> transactions.write(() -> {
            repository.insert(
                    member.organizationId(),
                    member.memberId(),
                    member.projectId(),
                    member.emailAddress(),
                    member.name(),
                    member.status().name(),
                    member.externalId(),
                    member.isBreakglass(),
                    member.mfaEnrolled(),
                    member.mfaPhoneNumber(),
                    member.defaultMfaMethod(),
                    json.write(member.trustedMetadata()),
                    json.write(member.untrustedMetadata()));
            roles.replace(member.subject(), assigned);
            auditLog.record(AuditEvent.about(caller.actor(), member.subject(), "member.created"));
            return readBack(member);
        }));
    }

    /** Changes what the body names, if the caller may change each of it. */
    public Member update(Caller caller, Organization organization, Member member, JsonBody body) {
        MemberChanges changes = new MemberChanges(body, json);
        changes.onAnybody().forEach(permission -> require(caller, permission, member));
        changes.onOthers().forEach(permission -> require(caller, permission, member.organizationId()));
        requireTrusted(caller, changes);
        policies.requireRoles(
                member.projectId(),
                organization.customRoles(),
                RoleAssignments.withoutImplicit(changes.roles().orElse(List.of())));
        Optional<List<String>> wantedRoles = changes.roles().map(RoleAssignments::withoutImplicit);
        if (changes.asks("roles") || changes.asks("email_address")) {
            return changePower(caller, organization, member, changes::onto, wantedRoles);
        }
        return noDuplicates(() -> transactions.write(() -> change(caller, member, changes::onto, wantedRoles)));
    }

    /** Takes the external id away; repeating it changes nothing. */
    public Member removeExternalId(Caller caller, Member member) {
        require(caller, Permission.onMember("update.info.external-id"), member.organizationId());
        return noDuplicates(
                () -> transactions.write(() -> change(caller, member, Member::withoutExternalId, Optional.empty())));
    }

    /** Nobody makes anybody more powerful than themselves, nor takes the last administrator away, by roles or by an address. */
    private Member changePower(
            Caller caller,
            Organization organization,
            Member member,
            UnaryOperator<Member> change,
            Optional<List<String>> wantedRoles) {
        return noDuplicates(() -> transactions.write(() -> lastAdmin.keeping(caller, member.subject(), () -> {
            Set<String> before = present(member).roles();
            Member changed = change(caller, member, change, wantedRoles);
            Set<String> exchanged = new HashSet<>(before);
            exchanged.addAll(changed.roles());
            exchanged.removeIf(role -> before.contains(role) && changed.roles().contains(role));
            requireGivable(caller, organization, exchanged);
            return changed;
        })));
    }

    private Member change(
            Caller caller, Member member, UnaryOperator<Member> change, Optional<List<String>> wantedRoles) {
        Member present = present(member);
        Member wanted = change.apply(present);
        repository.update(
                wanted.organizationId(),
                wanted.memberId(),
                wanted.emailAddress(),
                wanted.name(),
                wanted.externalId(),
                wanted.isBreakglass(),
                wanted.emailVerified(),
                wanted.mfaEnrolled(),
                wanted.mfaPhoneNumber(),
                wanted.defaultMfaMethod(),
                json.write(wanted.trustedMetadata()),
                json.write(wanted.untrustedMetadata()));
        wantedRoles.ifPresent(assigned -> roles.replace(wanted.subject(), assigned));
        auditLog.record(AuditEvent.about(caller.actor(), wanted.subject(), "member.updated")
                .with(MemberChanges.told(present, wanted, wantedRoles)));
        return readBack(wanted);
    }

    /** Locked as it is now. */
    private Member present(Member member) {
        return live(repository
                .lock(member.projectId(), member.organizationId(), member.memberId())
                .orElseThrow(() -> new Problem(ErrorType.MEMBER_NOT_FOUND)));
    }

    private void requireGivable(Caller caller, Organization organization, Collection<String> roleIds) {
        if (!policies.mayGive(caller, organization.customRoles(), roleIds)) {
            throw new Problem(ErrorType.ROLE_NOT_YOURS_TO_GIVE);
        }
    }

    private Member readBack(Member member) {
        return repository
                .find(member.projectId(), member.organizationId(), member.memberId())
                .orElseThrow(() -> new Problem(ErrorType.MEMBER_NOT_FOUND));
    }

    private void require(Caller caller, Permission permission, Member member) {
        if (!policies.permits(caller, permission, member.subject())) {
            throw new Problem(ErrorType.SESSION_AUTHORIZATION_ERROR);
        }
    }

    private void require(Caller caller, Permission permission, UUID organizationId) {
        if (!policies.permits(caller, permission, organizationId)) {
            throw new Problem(ErrorType.SESSION_AUTHORIZATION_ERROR);
        }
    }

    private static void requireTrusted(Caller caller, MemberChanges changes) {
        if (caller instanceof SessionCaller && changes.asks("trusted_metadata")) {
            throw new Problem(ErrorType.CANNOT_UPDATE_TRUSTED_METADATA);
        }
    }

    static <T> T noDuplicates(Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            if (Transactions.isDuplicate(e, "members.email_address")) {
                throw new Problem(ErrorType.DUPLICATE_MEMBER_EMAIL);
            }
            if (Transactions.isDuplicate(e, "members.external_id")) {
                throw new Problem(ErrorType.DUPLICATE_MEMBER_EXTERNAL_ID);
            }
            throw e;
        }
    }
}
