package dev.ungrant.sessions;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.database.Transactions;
import dev.ungrant.outbox.Outbox;
import dev.ungrant.rbac.Actor;
import dev.ungrant.secrets.Hash;
import dev.ungrant.secrets.Pepper;
import dev.ungrant.secrets.Secret;
import dev.ungrant.secrets.SecretKind;
import dev.ungrant.web.EmailAddress;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Problem;
import dev.ungrant.web.RateLimits;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Signing in from a page with the browser SDK, by a link or a code that is sent by e-mail. Whether the address is known makes no
 * difference to the answer or to the work done before it; nobody who is not there already is made a member or user by it.
 */
@Singleton
public class PageSignIns {
    static final int MINUTES = 10;
    private static final int TRIES = 5;
    private static final Pattern S256 = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final PageSignInRepository repository;
    private final PageLinks links;
    private final PageSessions sessions;
    private final Outbox outbox;
    private final AuditLog auditLog;
    private final Transactions transactions;
    private final Pepper pepper;
    private final RateLimits limits;

    PageSignIns(
            PageSignInRepository repository,
            PageLinks links,
            PageSessions sessions,
            Outbox outbox,
            AuditLog auditLog,
            Transactions transactions,
            Pepper pepper,
            RateLimits limits) {
        this.repository = repository;
        this.links = links;
        this.sessions = sessions;
        this.outbox = outbox;
        this.auditLog = auditLog;
        this.transactions = transactions;
        this.pepper = pepper;
        this.limits = limits;
    }

    /**
     * Has a link sent that signs in to the tenant from the browser that holds the verifier of {@code codeChallenge}.
     *
     * @param page where the link leads; null: {@code /authenticate} at the origin of the page that asks
     */
    void sendLink(
            SdkClient client, UUID tenantId, String address, @Nullable String page, @Nullable String codeChallenge) {
        String emailAddress = EmailAddress.require(address);
        if (codeChallenge == null || !S256.matcher(codeChallenge).matches()) {
            throw new Problem(ErrorType.BAD_REQUEST, "A PKCE code challenge (S256) is required.");
        }
        String target = links.target(client, page);
        limits.countSignIn(emailAddress, client.via().ipAddress());
        Secret token = Secret.mint(SecretKind.PAGE_LINK, tenantId);
        transactions.write(() -> {
            repository.insert(tenantId, token.hash(), client.projectId(), emailAddress, null, codeChallenge, MINUTES);
            send(client, tenantId, emailAddress, PageSignInMail.LINK, PageLinks.with(target, client, token), MINUTES);
            return null;
        });
    }

    /**
     * Has a link sent that lets whoever is invited in: from any browser, once. Those sent before work no more.
     *
     * @param page as for a link that somebody asks for
     */
    public void sendInvitation(
            SdkClient client, UUID organizationId, String emailAddress, @Nullable String page, int minutes) {
        String target = links.target(client, page);
        limits.countSignIn(emailAddress, client.via().ipAddress());
        Secret token = Secret.mint(SecretKind.PAGE_LINK, organizationId);
        String link = PageLinks.with(target, client, token);
        transactions.write(() -> {
            repository.endInvitations(organizationId, emailAddress);
            repository.insert(organizationId, token.hash(), client.projectId(), emailAddress, null, null, minutes);
            send(client, organizationId, emailAddress, PageSignInMail.INVITATION, link, minutes);
            return null;
        });
    }

    /** Has a code sent. What is returned names the attempt, where the page can keep it. */
    Secret sendCode(SdkClient client, UUID tenantId, String address) {
        String emailAddress = EmailAddress.require(address);
        limits.countSignIn(emailAddress, client.via().ipAddress());
        Secret attempt = Secret.mint(SecretKind.PAGE_CODE, tenantId);
        String code = "%06d".formatted(RANDOM.nextInt(1_000_000));
        transactions.write(() -> {
            repository.insert(
                    tenantId,
                    attempt.hash(),
                    client.projectId(),
                    emailAddress,
                    codeHash(attempt.hash(), code),
                    null,
                    MINUTES);
            send(client, tenantId, emailAddress, PageSignInMail.CODE, code, MINUTES);
            return null;
        });
        return attempt;
    }

    private void send(SdkClient client, UUID tenantId, String emailAddress, String form, String content, int minutes) {
        String sealed = Base64.getEncoder().encodeToString(pepper.encrypt(content.getBytes(StandardCharsets.UTF_8)));
        outbox.add(
                tenantId,
                PageSignInMail.KIND,
                Map.of(
                        "to", emailAddress,
                        "project", client.projectId().toString(),
                        "form", form,
                        "sealed", sealed,
                        "minutes", minutes));
    }

    /** Where a member signs in, whether or not it exists. */
    static UUID organization(JsonBody body) {
        return WireId.parse("organization", body.required("organization_id", 128))
                .orElseThrow(() -> new Problem(ErrorType.BAD_REQUEST, "organization_id is malformed."));
    }

    /** @throws Problem {@code pkce_mismatch}, after which the link can still be used; {@code unable_to_auth_magic_link} */
    Authentications.Authenticated byLink(
            SdkClient client, String token, @Nullable String verifier, int minutes, String userAgent) {
        PageSignInRow row = Secret.parse(SecretKind.PAGE_LINK, token)
                .flatMap(link -> repository.find(client.projectId(), link.tenantId(), link.hash()))
                .orElseThrow(() -> new Problem(ErrorType.UNABLE_TO_AUTH_MAGIC_LINK));
        if (row.codeChallenge() != null
                && (verifier == null || !row.codeChallenge().equals(challenge(verifier)))) {
            throw new Problem(ErrorType.PKCE_MISMATCH);
        }
        Person person = person(row).orElseThrow(() -> new Problem(ErrorType.UNABLE_TO_AUTH_MAGIC_LINK));
        if (!use(row, null, client, person)) {
            throw new Problem(ErrorType.UNABLE_TO_AUTH_MAGIC_LINK);
        }
        return sessions.begin(client, person, "magic_link", minutes, userAgent);
    }

    /** By the last code that was sent to the address. @throws Problem {@code unable_to_auth_otp_code} */
    Authentications.Authenticated byCode(
            SdkClient client, UUID tenantId, String address, String code, int minutes, String userAgent) {
        String emailAddress = EmailAddress.normal(address);
        return byCode(
                client, repository.lastCode(client.projectId(), tenantId, emailAddress), code, minutes, userAgent);
    }

    /** By the code of this very attempt. @throws Problem {@code unable_to_auth_otp_code} */
    Authentications.Authenticated byCode(SdkClient client, String attempt, String code, int minutes, String userAgent) {
        Optional<PageSignInRow> row = Secret.parse(SecretKind.PAGE_CODE, attempt)
                .flatMap(found -> repository.find(client.projectId(), found.tenantId(), found.hash()));
        return byCode(client, row, code, minutes, userAgent);
    }

    private Authentications.Authenticated byCode(
            SdkClient client, Optional<PageSignInRow> found, String code, int minutes, String userAgent) {
        PageSignInRow row = found.orElseThrow(() -> new Problem(ErrorType.UNABLE_TO_AUTH_OTP_CODE));
        // Before it is known whether the code is right, or a limit would only hide the answer to a good guess.
        limits.countWrongCode(row.emailAddress());
        Optional<Person> person = person(row);
        if (person.isEmpty() || !use(row, codeHash(row.secretHash(), code), client, person.get())) {
            transactions.write(() -> repository.countWrong(row.tenantId(), row.secretHash()));
            throw new Problem(ErrorType.UNABLE_TO_AUTH_OTP_CODE);
        }
        return sessions.begin(client, person.get(), "otp", minutes, userAgent);
    }

    /** Uses the link or code up, and notes that the address is the person's, in one transaction. */
    private boolean use(PageSignInRow row, @Nullable byte[] codeHash, SdkClient client, Person person) {
        return transactions.write(() -> {
            if (repository.use(row.tenantId(), row.secretHash(), codeHash, TRIES) == 0) {
                return false;
            }
            int proved = person.isMember()
                    ? repository.proveMember(row.tenantId(), person.subjectId(), row.emailAddress())
                    : repository.proveUser(row.tenantId(), person.subjectId(), row.emailAddress());
            if (proved > 0) {
                Actor actor = PageSessions.actor(person, null, client);
                auditLog.record(AuditEvent.about(actor, person.subject(), "address.proved"));
            }
            return true;
        });
    }

    private Optional<Person> person(PageSignInRow row) {
        return people(row.projectId(), row.tenantId(), row.emailAddress()).stream()
                .findFirst();
    }

    List<Person> people(UUID projectId, UUID tenantId, String emailAddress) {
        return repository.people(projectId, tenantId, emailAddress);
    }

    String unseal(String sealed) {
        return new String(pepper.decrypt(Base64.getDecoder().decode(sealed)), StandardCharsets.UTF_8);
    }

    /** Bound to the attempt: the same digits are worth nothing in another one. */
    private byte[] codeHash(byte[] attemptHash, String code) {
        return pepper.hash("page sign-in " + HexFormat.of().formatHex(attemptHash) + ' ' + code);
    }

    /** RFC 7636 §4.2 */
    private static String challenge(String verifier) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Hash.sha256(verifier));
    }
}
