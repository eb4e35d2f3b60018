package dev.ungrant.members;

import dev.ungrant.organizations.Organization;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.sessions.PageSignIns;
import dev.ungrant.sessions.SdkClient;
import dev.ungrant.web.EmailAddress;
import dev.ungrant.web.EmailDomain;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Problem;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Members who are sent a link to join by. They are {@code invited} until they follow it; somebody who is invited or pending
 * already is sent another one.
 */
@Singleton
public final class Invitations {
    private static final int SHORTEST_MINUTES = 5;
    private static final int LONGEST_MINUTES = 7 * 24 * 60;

    private final Members members;
    private final MemberRepository repository;
    private final PageSignIns signIns;
    private final Policies policies;

    Invitations(Members members, MemberRepository repository, PageSignIns signIns, Policies policies) {
        this.members = members;
        this.repository = repository;
        this.signIns = signIns;
        this.policies = policies;
    }

    /** @throws Problem {@code invalid_email_for_invites} when the organization does not want it; {@code duplicate_member_email} */
    public Member invite(SdkClient client, SessionCaller caller, Organization organization, JsonBody body) {
        if (!policies.permits(caller, Permission.onMember("create"), organization.organizationId())) {
            throw new Problem(ErrorType.SESSION_AUTHORIZATION_ERROR);
        }
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
