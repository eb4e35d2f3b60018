package dev.ungrant.members;

import dev.ungrant.organizations.Organization;
import dev.ungrant.organizations.Organizations;
import dev.ungrant.rbac.LastAdmin;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import jakarta.inject.Singleton;

/** What pages about members may be shown to whom, and what is drawn on them; the verbs ask again. */
@Singleton
final class MemberAccess {
    private final Members members;
    private final Organizations organizations;
    private final Policies policies;
    private final LastAdmin lastAdmin;

    MemberAccess(Members members, Organizations organizations, Policies policies, LastAdmin lastAdmin) {
        this.members = members;
        this.organizations = organizations;
        this.policies = policies;
        this.lastAdmin = lastAdmin;
    }

    /** The caller's own; a user of a consumer project has none, and finds nothing here. */
    Organization organization(SessionCaller caller) {
        if (!caller.subject().isMember()) {
            throw new Problem(ErrorType.ROUTE_NOT_FOUND);
        }
        return organizations.get(caller, caller.subject().tenantId());
    }

    /** A member of the caller's organization. To somebody who may not look at members, none exists but themselves. */
    Member member(SessionCaller caller, String wireId) {
        Member member = members.findFellow(caller, wireId);
        if (!caller.is(member.subject()) && !may(caller, "search")) {
            throw new Problem(ErrorType.MEMBER_NOT_FOUND);
        }
        return member;
    }

    /** The same, of a member whom the caller may change. */
    Member editable(SessionCaller caller, String wireId) {
        Member member = Members.live(member(caller, wireId));
        if (!of(caller, member).edit()) {
            throw new Problem(ErrorType.SESSION_AUTHORIZATION_ERROR);
        }
        return member;
    }

    /** The same, of a member whom the caller may let go: the question is not shown to those who could not say yes. */
    Member removable(SessionCaller caller, String wireId) {
        Member member = member(caller, wireId);
        if (!may(caller, "delete", member)) {
            throw new Problem(ErrorType.SESSION_AUTHORIZATION_ERROR);
        }
        return member;
    }

    void requireCreate(SessionCaller caller) {
        organization(caller);
        if (!may(caller, "create")) {
            throw new Problem(ErrorType.SESSION_AUTHORIZATION_ERROR);
        }
    }

    /** What the caller may do in the organization. */
    record OfOrganization(boolean create, boolean giveRoles, boolean seeApps) {}

    OfOrganization ofOrganization(SessionCaller caller) {
        return new OfOrganization(
                may(caller, "create"), may(caller, "update.settings.roles"), may(caller, "get.connected-apps"));
    }

    /** What the caller may do with the member, as the member is now. */
    record OfMember(
            boolean self,
            boolean rename,
            boolean giveRoles,
            boolean deactivate,
            boolean lastAdmin,
            boolean reactivate,
            boolean erase,
            boolean invite,
            boolean endSessions,
            boolean seeApps,
            boolean removeApps,
            boolean seeActivity) {
        public boolean edit() {
            return rename || giveRoles;
        }
    }

    OfMember of(SessionCaller caller, Member member) {
        boolean here = !member.isDeleted();
        boolean invited = member.status() == Member.Status.INVITED;
        boolean delete = may(caller, "delete", member);
        boolean create = may(caller, "create");
        return new OfMember(
                caller.is(member.subject()),
                here && may(caller, "update.info.name", member),
                here && may(caller, "update.settings.roles"),
                here && !invited && delete,
                here && delete && lastAdmin.is(member.subject()),
                !here && create,
                !here && delete,
                invited && create,
                here && may(caller, "revoke-sessions", member),
                here && may(caller, "get.connected-apps", member),
                here && may(caller, "revoke.connected-app", member),
                policies.permits(
                        caller, Permission.GET_ACTIVITY, caller.subject().tenantId()));
    }

    private boolean may(SessionCaller caller, String action) {
        return policies.permits(
                caller, Permission.onMember(action), caller.subject().tenantId());
    }

    private boolean may(SessionCaller caller, String action, Member member) {
        return policies.permits(caller, Permission.onMember(action), member.subject());
    }
}
