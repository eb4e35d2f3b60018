package dev.ungrant.sessions;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.database.Transactions;
import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.HeldRoles;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.rbac.Subject;
import dev.ungrant.rbac.Via;
import dev.ungrant.secrets.Secret;
import dev.ungrant.secrets.SecretKind;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Begins, finds and ends sessions. They live in the database, as hashes, so that any node can end them. */
@Singleton
public final class Sessions {
    /** How long a portal session lives, used or not, and unused. */
    public static final int PORTAL_MINUTES = 12 * 60;

    public static final int PORTAL_IDLE_MINUTES = 30;

    private final SessionRepository repository;
    private final SessionJwts jwts;
    private final Policies policies;
    private final AuditLog auditLog;
    private final Transactions transactions;
    private final HeldRoles heldRoles;
    private final Json json;

    Sessions(
            SessionRepository repository,
            SessionJwts jwts,
            Policies policies,
            AuditLog auditLog,
            Transactions transactions,
            HeldRoles heldRoles,
            Json json) {
        this.repository = repository;
        this.jwts = jwts;
        this.policies = policies;
        this.auditLog = auditLog;
        this.transactions = transactions;
        this.heldRoles = heldRoles;
        this.json = json;
    }

    /** A session that has just begun, and its token, which is shown this once. */
    public record Begun(Session session, Secret token) {}

    /**
     * Begins a session.
     *
     * @param factors the contract's authentication_factors, JSON-serialisable
     * @param idleMinutes ends when unused for so long; null: only after {@code minutes}
     */
    public Begun begin(
            Subject subject,
            Session.Kind kind,
            List<Map<String, Object>> factors,
            int minutes,
            @Nullable Integer idleMinutes,
            String userAgent,
            String ipAddress) {
        return begin(subject, kind, factors, null, minutes, idleMinutes, userAgent, ipAddress);
    }

    /**
     * The same for a session that rests on a proof of earlier.
     *
     * @param authenticatedAt when that was; null: now
     */
    Begun begin(
            Subject subject,
            Session.Kind kind,
            List<Map<String, Object>> factors,
            @Nullable Instant authenticatedAt,
            int minutes,
            @Nullable Integer idleMinutes,
            String userAgent,
            String ipAddress) {
        return begin(subject, kind, factors, authenticatedAt, minutes, idleMinutes, null, null, userAgent, ipAddress);
    }

    /** The same with what {@link Session} says of those whom a host hands over. */
    Begun begin(
            Subject subject,
            Session.Kind kind,
            List<Map<String, Object>> factors,
            @Nullable Instant authenticatedAt,
            int minutes,
            @Nullable Integer idleMinutes,
            @Nullable String permissions,
            @Nullable String embed,
            String userAgent,
            String ipAddress) {
        UUID id = UUID.randomUUID();
        SecretKind secretKind = kind == Session.Kind.EMBED ? SecretKind.EMBED_SESSION : SecretKind.SESSION;
        Secret token = Secret.mint(secretKind, subject.tenantId());
        transactions.write(() -> {
            noteSeen(subject);
            return repository.insert(
                    subject.tenantId(),
                    id,
                    subject.projectId(),
                    subject.kind().name(),
                    subject.id(),
                    kind.name(),
                    token.hash(),
                    json.write(factors),
                    "{}",
                    userAgent.substring(0, Math.min(512, userAgent.length())),
                    ipAddress,
                    authenticatedAt,
                    minutes,
                    idleMinutes,
                    permissions,
                    embed);
        });
        return new Begun(repository.findById(subject.tenantId(), id).orElseThrow(), token);
    }

    /** Before the session's own row: whoever deactivates a member takes the member first as well. */
    private void noteSeen(Subject subject) {
        if (subject.isMember()) {
            repository.seen(subject.tenantId(), subject.id());
        }
    }

    /** The live session of this token, whichever project it is of. */
    public Optional<Session> findByToken(String token) {
        return Secret.parse(SecretKind.SESSION, token)
                .flatMap(secret -> repository.findByToken(secret.tenantId(), secret.hash()));
    }

    /**
     * The live session that a token, a JWT or both name, within the project.
     *
     * @throws Problem {@code session_not_found}; {@code too_many_session_arguments} when the two name different ones; 401
     *     when the JWT is not one of ours
     */
    public Session require(UUID projectId, @Nullable String token, @Nullable String jwt, boolean jwtMustBeCurrent) {
        Session byToken = token == null ? null : inProject(findByToken(token), projectId);
        Session byJwt = jwt == null ? null : byJwt(projectId, jwt, jwtMustBeCurrent);
        if (byToken != null && byJwt != null && !byToken.sessionId().equals(byJwt.sessionId())) {
            throw new Problem(ErrorType.TOO_MANY_SESSION_ARGUMENTS);
        }
        return byToken != null ? byToken : byJwt;
    }

    private Session byJwt(UUID projectId, String jwt, boolean mustBeCurrent) {
        SessionJwts.Reference reference = jwts.read(jwt, projectId, mustBeCurrent);
        return inProject(repository.findById(reference.tenantId(), reference.sessionId()), projectId);
    }

    private static Session inProject(Optional<Session> session, UUID projectId) {
        return session.filter(found -> found.projectId().equals(projectId))
                .orElseThrow(() -> new Problem(ErrorType.SESSION_NOT_FOUND));
    }

    /** The session as a caller, and its last access noted (at most once a minute). */
    public SessionCaller caller(Session session, Via via) {
        if (session.stale()) {
            repository.touch(session.tenantId(), session.sessionId());
            noteSeen(session.subject());
        }
        return new SessionCaller(
                session.sessionId(),
                session.subject(),
                roles(session),
                heldRoles.customRoles(session.customRoles()),
                session.permissions() == null ? null : Permission.all(json.strings(session.permissions())),
                via);
    }

    /** Every role that the session's subject holds now: assigned, by e-mail domain, and the one that everybody has. */
    public Set<String> roles(Session session) {
        return heldRoles.of(session.subjectKind(), session.roles(), session.implicitRoles(), session.emailAddress());
    }

    public String jwt(Session session) {
        return jwts.mint(session, roles(session));
    }

    /** Live sessions of the subject, the last used first; at most 200. */
    public List<Session> of(Subject subject) {
        return repository.ofSubject(subject.tenantId(), subject.id());
    }

    /** How many sessions of the subject are alive. */
    public long countLive(Subject subject) {
        return repository.countLive(subject.tenantId(), subject.id());
    }

    public Optional<Session> find(UUID projectId, UUID sessionId) {
        return repository.tenantOf(projectId, sessionId).flatMap(tenant -> repository.findById(tenant, sessionId));
    }

    /**
     * Prolongs the session to so many minutes from now (null: as it is) and merges claims into its own; a claim of null
     * is removed.
     */
    public Session extend(Session session, @Nullable Integer minutes, Map<String, Object> claims) {
        Map<String, Object> merged = new java.util.LinkedHashMap<>(json.object(session.customClaims()));
        claims.forEach((name, value) -> {
            if (value == null) {
                merged.remove(name);
            } else {
                merged.put(name, value);
            }
        });
        transactions.write(
                () -> repository.extend(session.tenantId(), session.sessionId(), minutes, json.write(merged)));
        return repository
                .findById(session.tenantId(), session.sessionId())
                .orElseThrow(() -> new Problem(ErrorType.SESSION_NOT_FOUND));
    }

    /** Ends the session; ending it twice changes nothing. */
    public void end(UUID tenantId, UUID sessionId) {
        transactions.writeRepeatable(() -> repository.end(tenantId, sessionId));
    }

    /** The session of that id in the project, ended or not. */
    public Optional<SessionReference> locate(UUID projectId, UUID sessionId) {
        return repository
                .tenantOf(projectId, sessionId)
                .flatMap(tenant -> repository.locate(projectId, tenant, sessionId));
    }

    /** The session of that token in the project, ended or not. */
    public Optional<SessionReference> locateByToken(UUID projectId, String token) {
        return Secret.parse(SecretKind.SESSION, token)
                .flatMap(secret -> repository.locateByToken(projectId, secret.tenantId(), secret.hash()));
    }

    /**
     * The session of that JWT in the project, ended or not, however old the JWT is.
     *
     * @throws Problem 401 when the JWT is not one of ours
     */
    public Optional<SessionReference> locateByJwt(UUID projectId, String jwt) {
        SessionJwts.Reference reference = jwts.read(jwt, projectId, false);
        return repository.locate(projectId, reference.tenantId(), reference.sessionId());
    }

    /** Ends the session, if the caller may; ending it twice changes nothing. */
    public void revoke(Caller caller, SessionReference session) {
        requireRevoke(caller, session.subject());
        transactions.writeRepeatable(() -> {
            if (repository.end(session.tenantId(), session.sessionId()) > 0) {
                auditLog.record(AuditEvent.about(caller.actor(), session.subject(), "session.revoked")
                        .with(Map.of("session_id", session.sessionId().toString())));
            }
            return null;
        });
    }

    /** Ends every session of the subject, if the caller may. */
    public void revokeAll(Caller caller, Subject subject) {
        requireRevoke(caller, subject);
        transactions.writeRepeatable(() -> {
            if (repository.endAllOf(subject.tenantId(), subject.id()) > 0) {
                auditLog.record(AuditEvent.about(caller.actor(), subject, "sessions.revoked"));
            }
            return null;
        });
    }

    private void requireRevoke(Caller caller, Subject subject) {
        if (caller instanceof SessionCaller session
                && !session.subject().tenantId().equals(subject.tenantId())) {
            throw new Problem(ErrorType.SESSION_AUTHORIZATION_TENANCY_ERROR);
        }
        if (!policies.permits(caller, Permission.onMember("revoke-sessions"), subject)) {
            throw new Problem(
                    subject.isMember()
                            ? ErrorType.SESSION_AUTHORIZATION_ERROR
                            : ErrorType.CONSUMER_SESSION_AUTHORIZATION_ERROR);
        }
    }

    /** Ends every session of the subject, in the transaction that is open. */
    public int endAllOf(Subject subject) {
        return repository.endAllOf(subject.tenantId(), subject.id());
    }
}
