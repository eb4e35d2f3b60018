package dev.ungrant.sessions;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.database.Transactions;
import dev.ungrant.outbox.Outbox;
import dev.ungrant.rbac.Actor;
import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.Subject;
import dev.ungrant.rbac.Via;
import dev.ungrant.secrets.Pepper;
import dev.ungrant.secrets.Secret;
import dev.ungrant.secrets.SecretKind;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import dev.ungrant.web.RateLimits;
import io.micronaut.context.annotation.Property;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Links by which people who are invited join an organization here, in the portal. Each works once and until it expires; a new
 * one takes the place of those before. Following it shows a page and changes nothing, since mail scanners follow links too.
 */
@Singleton
public final class InvitationLinks {
    private static final int TRIES = 1;

    private final PageSignInRepository repository;
    private final SignIns signIns;
    private final Outbox outbox;
    private final AuditLog auditLog;
    private final Transactions transactions;
    private final Pepper pepper;
    private final RateLimits limits;
    private final String baseUrl;

    InvitationLinks(
            PageSignInRepository repository,
            SignIns signIns,
            Outbox outbox,
            AuditLog auditLog,
            Transactions transactions,
            Pepper pepper,
            RateLimits limits,
            @Property(name = "ungrant.base-url") String baseUrl) {
        this.repository = repository;
        this.signIns = signIns;
        this.outbox = outbox;
        this.auditLog = auditLog;
        this.transactions = transactions;
        this.pepper = pepper;
        this.limits = limits;
        this.baseUrl = baseUrl;
    }

    /** Counts a letter to the address, before anything is done for it. */
    public void count(Caller caller, String emailAddress) {
        limits.countSignIn(emailAddress, caller.via().ipAddress());
    }

    /** Has a link sent to the member; those sent before, by whichever door, work no more. */
    public void send(Caller caller, Subject member, String emailAddress, int minutes) {
        Secret link = Secret.mint(SecretKind.INVITATION, member.tenantId());
        String address = baseUrl + "/join/" + link.reveal();
        String sealed = Base64.getEncoder().encodeToString(pepper.encrypt(address.getBytes(StandardCharsets.UTF_8)));
        transactions.write(() -> {
            repository.endInvitations(member.tenantId(), emailAddress);
            repository.insert(member.tenantId(), link.hash(), member.projectId(), emailAddress, null, null, minutes);
            outbox.add(
                    member.tenantId(),
                    PageSignInMail.KIND,
                    Map.of(
                            "to", emailAddress,
                            "project", member.projectId().toString(),
                            "form", PageSignInMail.INVITATION,
                            "sealed", sealed,
                            "minutes", minutes));
            auditLog.record(AuditEvent.about(caller.actor(), member, "member.invited"));
            return null;
        });
    }

    /** Until when the link works that the address was sent last; empty: none does. */
    public Optional<Instant> expiry(UUID organizationId, String emailAddress) {
        return repository.invitationExpiry(organizationId, emailAddress);
    }

    /** What the page says that the link leads to. */
    record Invited(Person person, Instant expiresAt) {}

    Optional<Invited> find(Secret link) {
        return row(link)
                .flatMap(row -> person(row)
                        .flatMap(person -> repository
                                .invitationExpiry(row.tenantId(), row.emailAddress())
                                .map(expiry -> new Invited(person, expiry))));
    }

    /** @param begun null when the organization wants its own provider asked before there is a session */
    record Joined(Person person, @Nullable Sessions.Begun begun) {}

    /** Makes the member active and begins their session; empty when the link does not work any more. */
    Optional<Joined> accept(Secret link, Via via, String userAgent) {
        Optional<Person> joined = row(link).flatMap(row -> join(row, via));
        return joined.map(person ->
                new Joined(person, signIns.isMailEnough(person) ? signIns.join(person, via, userAgent) : null));
    }

    private Optional<Person> join(PageSignInRow row, Via via) {
        return transactions.write(() -> {
            if (repository.use(row.tenantId(), row.secretHash(), null, TRIES) == 0) {
                return Optional.empty();
            }
            Optional<Person> person = person(row);
            person.ifPresent(found -> {
                if (repository.proveMember(row.tenantId(), found.subjectId(), row.emailAddress()) == 0
                        && person(row).isEmpty()) {
                    // Deactivated in this very moment.
                    throw new Problem(ErrorType.MEMBER_NOT_FOUND);
                }
                Actor actor = new Actor(Actor.Kind.MEMBER, found.subjectId(), null, via);
                auditLog.record(AuditEvent.about(actor, found.subject(), "member.joined"));
            });
            return person;
        });
    }

    private Optional<PageSignInRow> row(Secret link) {
        return repository.findInTenant(link.tenantId(), link.hash());
    }

    private Optional<Person> person(PageSignInRow row) {
        return repository.people(row.projectId(), row.tenantId(), row.emailAddress()).stream()
                .filter(Person::isMember)
                .findFirst();
    }
}
