package dev.ungrant.sessions;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.database.Transactions;
import dev.ungrant.outbox.Outbox;
import dev.ungrant.rbac.Actor;
import dev.ungrant.rbac.Via;
import dev.ungrant.secrets.Pepper;
import dev.ungrant.secrets.Secret;
import dev.ungrant.secrets.SecretKind;
import dev.ungrant.web.Json;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.RateLimits;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.core.type.Argument;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Signing in with a code sent by e-mail. The code counts only in the browser that asked for it, which holds the secret of
 * the attempt. Whether an address is known makes no difference to the answer or to the work done before it: that is found
 * out later, when the mail is due.
 */
@Singleton
class SignIns {
    static final int MINUTES = 10;
    static final int TRIES = 5;

    /** Factors that prove an address. */
    private static final Set<String> MAILED = Set.of("otp", "magic_link");

    /** An attempt belongs to nobody yet. */
    private static final UUID NO_TENANT = new UUID(0, 0);

    private static final SecureRandom RANDOM = new SecureRandom();

    private final SignInRepository repository;
    private final Sessions sessions;
    private final Outbox outbox;
    private final AuditLog auditLog;
    private final Transactions transactions;
    private final Pepper pepper;
    private final RateLimits limits;
    private final Json json;

    SignIns(
            SignInRepository repository,
            Sessions sessions,
            Outbox outbox,
            AuditLog auditLog,
            Transactions transactions,
            Pepper pepper,
            RateLimits limits,
            Json json) {
        this.repository = repository;
        this.sessions = sessions;
        this.outbox = outbox;
        this.auditLog = auditLog;
        this.transactions = transactions;
        this.pepper = pepper;
        this.limits = limits;
        this.json = json;
    }

    /**
     * Begins an attempt and has the code sent; the secret is for the browser.
     *
     * @param projectId whose people the browser may become; null: those of any project
     * @param locale what the mail is written in, unless its reader chose otherwise
     */
    Secret ask(String emailAddress, @Nullable UUID projectId, String ipAddress, Locale locale) {
        limits.countSignIn(emailAddress, ipAddress);
        Secret attempt = Secret.mint(SecretKind.SIGN_IN, NO_TENANT);
        String code = "%06d".formatted(RANDOM.nextInt(1_000_000));
        transactions.write(() -> {
            repository.insert(attempt.hash(), emailAddress, codeHash(attempt, code), projectId, MINUTES);
            outbox.add(
                    NO_TENANT,
                    SignInMail.KIND,
                    Map.of(
                            "to",
                            emailAddress,
                            "project",
                            projectId == null ? "" : projectId.toString(),
                            "language",
                            locale.getLanguage(),
                            "sealedCode",
                            seal(code)));
            return null;
        });
        return attempt;
    }

    /** The address that the attempt asked a code for; empty when the attempt is over. */
    Optional<String> addressOf(Secret attempt) {
        return repository.emailOf(attempt.hash());
    }

    /** What a code that was typed in led to. */
    sealed interface Checked {
        record Right() implements Checked {}

        record Wrong(int triesLeft) implements Checked {}

        record Over() implements Checked {}
    }

    Checked check(Secret attempt, String code) {
        Optional<String> emailAddress = repository.emailOf(attempt.hash());
        if (emailAddress.isEmpty()) {
            return new Checked.Over();
        }
        if (transactions.write(() -> repository.use(attempt.hash(), codeHash(attempt, code), TRIES)) == 1) {
            return new Checked.Right();
        }
        limits.countWrongCode(emailAddress.get());
        int counted = transactions.write(() -> repository.countWrong(attempt.hash(), TRIES));
        return counted == 0
                ? new Checked.Over()
                : new Checked.Wrong(repository.triesLeft(attempt.hash(), TRIES).orElse(0));
    }

    /** Whom the browser may become, once its code was right. */
    List<Person> people(Secret attempt) {
        return repository.peopleOf(attempt.hash());
    }

    /** @param projectId null: of any project */
    List<Person> peopleAt(String emailAddress, @Nullable UUID projectId) {
        return repository.people(emailAddress, projectId);
    }

    /** As what they would have to sign in at their organization's own provider. */
    List<Person> elsewhere(String emailAddress, @Nullable UUID projectId) {
        return repository.elsewhere(emailAddress, projectId);
    }

    /** False for a member whose organization wants its own provider asked. */
    boolean isMailEnough(Person person) {
        return !person.isMember() || repository.countForWhomMailIsEnough(person.tenantId(), person.subjectId()) > 0;
    }

    /** Begins the session; empty when the attempt was used up already. */
    Optional<Sessions.Begun> enter(Secret attempt, Person person, Via via, String userAgent) {
        Optional<Instant> provenAt = repository.provenAt(attempt.hash());
        if (provenAt.isEmpty() || transactions.write(() -> repository.spend(attempt.hash())) == 0) {
            return Optional.empty();
        }
        return Optional.of(begin(person, List.of(factor(person, provenAt.get())), provenAt.get(), via, userAgent));
    }

    /** Begins a portal session without asking for proof: for whoever has it already. */
    Sessions.Begun begin(Person person, Via via, String userAgent) {
        return begin(person, List.of(factor(person, Instant.now())), null, via, userAgent);
    }

    /** Begins the portal session of somebody who has just followed a link in a mail. */
    Sessions.Begun join(Person person, Via via, String userAgent) {
        return begin(person, List.of(factor(person, "magic_link", Instant.now())), null, via, userAgent);
    }

    /**
     * Whom the person of a session may become without a further proof: everybody of the project who signs in with the very
     * address that this session has proved, whatever the address of its own account has become since. And whom it is of.
     */
    List<Person> accounts(Session session) {
        List<Person> people = new ArrayList<>(provenAddress(session)
                .map(address -> repository.people(address, session.projectId()))
                .orElse(List.of()));
        if (people.stream().noneMatch(person -> person.subject().equals(session.subject()))) {
            people.addFirst(new Person(
                    session.subjectKind(),
                    session.projectId(),
                    session.tenantId(),
                    session.subjectId(),
                    session.emailAddress() == null ? "" : session.emailAddress(),
                    session.personName(),
                    session.placeName()));
        }
        return people;
    }

    /** A session as another of the person's {@link #accounts}, as old as the proof that both rest on. */
    Sessions.Begun change(Session session, Person person, Via via, String userAgent) {
        return begin(
                person,
                json.read(session.factors(), Argument.listOf(Argument.mapOf(String.class, Object.class))),
                session.authenticatedAt(),
                via,
                userAgent);
    }

    private Optional<String> provenAddress(Session session) {
        return json.read(session.factors(), Argument.listOf(Argument.mapOf(String.class, Object.class))).stream()
                .map(JsonBody::new)
                .filter(factor -> factor.string("type").filter(MAILED::contains).isPresent())
                .flatMap(factor -> factor.object("email_factor").stream())
                .flatMap(email -> email.string("email_address").stream())
                .findFirst();
    }

    private Sessions.Begun begin(
            Person person,
            List<Map<String, Object>> factors,
            @Nullable Instant authenticatedAt,
            Via via,
            String userAgent) {
        Sessions.Begun begun = sessions.begin(
                person.subject(),
                Session.Kind.PORTAL,
                factors,
                authenticatedAt,
                Sessions.PORTAL_MINUTES,
                Sessions.PORTAL_IDLE_MINUTES,
                userAgent,
                via.ipAddress());
        Actor actor = new Actor(
                person.isMember() ? Actor.Kind.MEMBER : Actor.Kind.USER,
                person.subjectId(),
                begun.session().sessionId(),
                via);
        transactions.write(() -> {
            auditLog.record(AuditEvent.about(actor, person.subject(), "session.begun"));
            return null;
        });
        return begun;
    }

    private static Map<String, Object> factor(Person person, Instant provenAt) {
        return factor(person, "otp", provenAt);
    }

    private static Map<String, Object> factor(Person person, String type, Instant provenAt) {
        String at = provenAt.toString();
        return Map.of(
                "type",
                type,
                "delivery_method",
                "email",
                "last_authenticated_at",
                at,
                "created_at",
                at,
                "updated_at",
                at,
                "sequence_order",
                "PRIMARY",
                "email_factor",
                Map.of("email_id", WireId.of("email", person.subjectId()), "email_address", person.emailAddress()));
    }

    /** Bound to the attempt: the same digits are worth nothing in another browser. */
    private byte[] codeHash(Secret attempt, String code) {
        return pepper.hash("sign-in " + attempt.reveal() + ' ' + code);
    }

    /** The message waits in the database, where the code must not be read. */
    private String seal(String code) {
        return Base64.getEncoder().encodeToString(pepper.encrypt(code.getBytes(StandardCharsets.UTF_8)));
    }

    String unseal(String sealed) {
        return new String(pepper.decrypt(Base64.getDecoder().decode(sealed)), StandardCharsets.UTF_8);
    }
}
