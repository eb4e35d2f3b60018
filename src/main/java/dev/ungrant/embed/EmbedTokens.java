package dev.ungrant.embed;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.database.Transactions;
import dev.ungrant.rbac.Actor;
import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.HeldRoles;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Person;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.rbac.Subject;
import dev.ungrant.rbac.Via;
import dev.ungrant.secrets.Secret;
import dev.ungrant.secrets.SecretKind;
import dev.ungrant.sessions.EmbeddedSessions;
import dev.ungrant.sessions.Session;
import dev.ungrant.sessions.Sessions;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Hands people over from a host to the portal. A token is good once, for a minute, and for one origin; the database says
 * whether, in the one statement that uses it up.
 */
@Singleton
public final class EmbedTokens {
    static final int SECONDS = 60;

    private static final String NULL_ORIGIN = "null";

    private final EmbedTokenRepository repository;
    private final EmbedOrigins origins;
    private final EmbeddedSessions sessions;
    private final HeldRoles heldRoles;
    private final Policies policies;
    private final AuditLog auditLog;
    private final Transactions transactions;
    private final Json json;

    EmbedTokens(
            EmbedTokenRepository repository,
            EmbedOrigins origins,
            EmbeddedSessions sessions,
            HeldRoles heldRoles,
            Policies policies,
            AuditLog auditLog,
            Transactions transactions,
            Json json) {
        this.repository = repository;
        this.origins = origins;
        this.sessions = sessions;
        this.heldRoles = heldRoles;
        this.policies = policies;
        this.auditLog = auditLog;
        this.transactions = transactions;
        this.json = json;
    }

    /** A token that was just made, shown this once. */
    record Minted(Secret token, Instant expiresAt) {}

    /**
     * @throws Problem {@code session_authorization_error} when a session asks for somebody else;
     *     {@code embed_origin_not_allowed}; {@code embed_capability_not_permitted}
     */
    Minted mint(Caller caller, Subject subject, Terms terms) {
        if (caller instanceof SessionCaller session && !session.is(subject)) {
            throw new Problem(ErrorType.SESSION_AUTHORIZATION_ERROR);
        }
        if (!origins.has(subject.tenantId(), terms.origin())) {
            throw new Problem(ErrorType.EMBED_ORIGIN_NOT_ALLOWED);
        }
        requireHeld(caller, subject, terms);
        Secret token = Secret.mint(SecretKind.EMBED_TOKEN, subject.tenantId());
        transactions.write(() -> {
            repository.insert(
                    subject.tenantId(),
                    token.hash(),
                    subject.projectId(),
                    subject.kind().name(),
                    subject.id(),
                    terms.origin(),
                    json.write(terms),
                    SECONDS);
            auditLog.record(AuditEvent.about(caller.actor(), subject, "embed_token.minted")
                    .with(Map.of("origin", terms.origin(), "capabilities", terms.capabilities())));
            return null;
        });
        return new Minted(
                token,
                repository.find(subject.tenantId(), token.hash()).orElseThrow().expiresAt());
    }

    /** The frame has no more than the person has; later it has less when they do, since each act asks anew. */
    private void requireHeld(Caller caller, Subject subject, Terms terms) {
        Person person = heldRoles.person(subject).orElseThrow(() -> new Problem(ErrorType.MEMBER_NOT_FOUND));
        SessionCaller themselves = caller instanceof SessionCaller session
                ? session
                : new SessionCaller(UUID.randomUUID(), subject, person.roles(), person.customRoles(), caller.via());
        for (Capability capability : terms.given()) {
            for (Permission permission : capability.permissions()) {
                if (!policies.permits(themselves, Permission.onMember(permission.action()), subject)) {
                    throw new Problem(
                            ErrorType.EMBED_CAPABILITY_NOT_PERMITTED,
                            "The roles of this person do not allow " + capability.wireName() + ".");
                }
            }
        }
    }

    /** What came of handing a token over. */
    sealed interface HandedOver {
        record Opened(Session session, Secret handle, Terms terms) implements HandedOver {}

        /** @param terms of a token that was made for this very page and is of no use any more; null: not for this page */
        record Refused(@Nullable Terms terms) implements HandedOver {}
    }

    /**
     * Uses a token up and begins the session it is for.
     *
     * @param kind where the session is good
     * @param origin as the browser says it; {@code null} as a word where the host's page keeps it to itself
     */
    HandedOver use(String text, @Nullable String origin, Session.Kind kind, Via via) {
        Secret token = Secret.parse(SecretKind.EMBED_TOKEN, text).orElse(null);
        EmbedTokenRow row = token == null
                ? null
                : repository.find(token.tenantId(), token.hash()).orElse(null);
        if (row == null || origin == null) {
            return new HandedOver.Refused(null);
        }
        Terms terms = json.read(row.terms(), Terms.class);
        // A frame's origin may be unsaid, since the browser then shows the answer to that origin alone. A page's may
        // not.
        boolean unsaid = kind == Session.Kind.EMBED && origin.equals(NULL_ORIGIN);
        Optional<HandedOver.Opened> opened =
                transactions.write(() -> begin(token, row, terms, unsaid ? null : origin, kind, via));
        if (opened.isPresent()) {
            return opened.get();
        }
        transactions.write(() -> {
            auditLog.record(
                    AuditEvent.about(new Actor(Actor.Kind.SYSTEM, null, null, via), row.subject(), "embed_token.used")
                            .asDenied()
                            .with(Map.of("origin", shortened(origin))));
            return null;
        });
        boolean thisPage = unsaid || origin.equals(terms.origin());
        return new HandedOver.Refused(thisPage && origins.has(row.tenantId(), terms.origin()) ? terms : null);
    }

    private Optional<HandedOver.Opened> begin(
            Secret token, EmbedTokenRow row, Terms terms, @Nullable String origin, Session.Kind kind, Via via) {
        Subject subject = row.subject();
        if (heldRoles.person(subject).isEmpty() || repository.use(row.tenantId(), token.hash(), origin) == 0) {
            return Optional.empty();
        }
        Sessions.Begun begun = sessions.begin(
                subject,
                kind,
                List.of(Map.of(
                        "type",
                        "trusted_auth_token",
                        "delivery_method",
                        "trusted_token_exchange",
                        "last_authenticated_at",
                        row.createdAt().toString(),
                        "created_at",
                        row.createdAt().toString(),
                        "updated_at",
                        row.createdAt().toString(),
                        "sequence_order",
                        "PRIMARY")),
                terms.minutes(),
                terms.given().stream()
                        .flatMap(capability -> capability.permissions().stream())
                        .toList(),
                terms,
                via.userAgent(),
                via.ipAddress());
        Actor.Kind who = subject.isMember() ? Actor.Kind.MEMBER : Actor.Kind.USER;
        auditLog.record(AuditEvent.about(
                        new Actor(who, subject.id(), begun.session().sessionId(), via), subject, "embed_token.used")
                .with(Map.of("origin", terms.origin(), "kind", kind.name())));
        return Optional.of(new HandedOver.Opened(begun.session(), begun.token(), terms));
    }

    private static String shortened(String origin) {
        return origin.length() <= 255 ? origin : origin.substring(0, 255);
    }
}
