package dev.ungrant.members;

import dev.ungrant.organizations.Organization;
import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.sessions.InvitationLinks;
import dev.ungrant.sessions.PageSignIns;
import dev.ungrant.sessions.SdkClient;
import dev.ungrant.web.EmailAddress;
import dev.ungrant.web.EmailDomain;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Problem;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Members who are sent a link to join by. They are {@code invited} until they follow it; somebody who is invited or pending
 * already is sent another one.
 */
@Singleton
public final class Invitations {
    private static final int SHORTEST_MINUTES = 5;
    private static final int MINUTES_OF_DAY = 24 * 60;
    private static final int LONGEST_MINUTES = 7 * MINUTES_OF_DAY;

    /** How long an invitation of the portal may be good for, in days; the last one unless said otherwise. */
    static final List<Integer> DAYS = List.of(1, 3, 7);

    private final Members members;
    private final Departures departures;
    private final MemberRepository repository;
    private final PageSignIns signIns;
    private final InvitationLinks links;
    private final Policies policies;

    Invitations(
            Members members,
            Departures departures,
            MemberRepository repository,
            PageSignIns signIns,
            InvitationLinks links,
            Policies policies) {
        this.members = members;
        this.departures = departures;
        this.repository = repository;
        this.signIns = signIns;
        this.links = links;
        this.policies = policies;
    }

    /** @throws Problem {@code invalid_email_for_invites} when the organization does not want it; {@code duplicate_member_email} */
    public Member invite(SdkClient client, SessionCaller caller, Organization organization, JsonBody body) {
        requireCreate(caller, organization);
        String emailAddress = EmailAddress.require(body.required("email_address"));
        requireWanted(organization, emailAddress);
        int minutes = minutes(body);
        Optional<Member> present =
                repository.findByEmailAddress(caller.projectId(), organization.organizationId(), emailAddress);
        if (present.filter(member -> member.status() == Member.Status.ACTIVE).isPresent()) {
            throw new Problem(ErrorType.DUPLICATE_MEMBER_EMAIL);
        }
        Member member = present.orElseGet(() -> members.create(caller, organization, body, Member.Status.INVITED));
        signIns.sendInvitation(
                client,
                organization.organizationId(),
                emailAddress,
                body.string("invite_redirect_url").orElse(null),
                minutes);
        return member;
    }

    /**
     * Makes a member who is {@code invited} and has a link sent that leads to the portal.
     *
     * @param days how long the link works, one of {@link #DAYS}
     * @throws Problem {@code invalid_email_for_invites}; {@code duplicate_member_email}, also for somebody invited already
     */
    public Member invite(Caller caller, Organization organization, JsonBody body, int days) {
        requireCreate(caller, organization);
        String emailAddress = EmailAddress.require(body.required("email_address"));
        requireWanted(organization, emailAddress);
        links.count(caller, emailAddress);
        Member member = members.create(caller, organization, body, Member.Status.INVITED);
        links.send(caller, member.subject(), member.emailAddress(), days * MINUTES_OF_DAY);
        return member;
    }

    /** Has another link sent; the one before works no more. */
    void sendAgain(Caller caller, Organization organization, Member member, int days) {
        requireCreate(caller, organization);
        requireInvited(member);
        requireWanted(organization, member.emailAddress());
        links.count(caller, member.emailAddress());
        links.send(caller, member.subject(), member.emailAddress(), days * MINUTES_OF_DAY);
    }

    /** Takes the invitation back: the link works no more, and who was invited is forgotten. */
    void withdraw(Caller caller, Member member) {
        requireInvited(member);
        departures.withdraw(caller, member);
    }

    /** Until when the member can still join by the link they were sent last; empty: not at all. */
    Optional<Instant> expiry(Member member) {
        return member.status() == Member.Status.INVITED
                ? links.expiry(member.organizationId(), member.emailAddress())
                : Optional.empty();
    }

    private static void requireInvited(Member member) {
        if (member.status() != Member.Status.INVITED) {
            throw new Problem(ErrorType.MEMBER_NOT_INVITED);
        }
    }

    private void requireCreate(Caller caller, Organization organization) {
        if (!policies.permits(caller, Permission.onMember("create"), organization.organizationId())) {
            throw new Problem(ErrorType.SESSION_AUTHORIZATION_ERROR);
        }
    }

    private static void requireWanted(Organization organization, String emailAddress) {
        boolean wanted = switch (organization.settings().emailInvites()) {
            case "ALL_ALLOWED" -> true;
            case "RESTRICTED" -> organization.settings().emailAllowedDomains().contains(EmailDomain.of(emailAddress));
            default -> false;
        };
        if (!wanted) {
            throw new Problem(ErrorType.INVALID_EMAIL_FOR_INVITES);
        }
    }

    private static int minutes(JsonBody body) {
        int minutes = body.integer("invite_expiration_minutes").orElse(LONGEST_MINUTES);
        if (minutes < SHORTEST_MINUTES || minutes > LONGEST_MINUTES) {
            throw new Problem(
                    ErrorType.BAD_REQUEST,
                    "invite_expiration_minutes must be between " + SHORTEST_MINUTES + " and " + LONGEST_MINUTES + ".");
        }
        return minutes;
    }
}
