package dev.ungrant.users;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.connectedapps.EndReason;
import dev.ungrant.connectedapps.Grants;
import dev.ungrant.database.Searches;
import dev.ungrant.database.Transactions;
import dev.ungrant.organizations.Metadata;
import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.RoleAssignments;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.sessions.Sessions;
import dev.ungrant.web.EmailAddress;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.ExternalId;
import dev.ungrant.web.Json;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Problem;
import dev.ungrant.web.WireId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Finds, makes, changes and deletes users. */
@Singleton
public final class Users {
    /** What users may change of themselves, and the action it takes on {@code stytch.self}. */
    private static final Map<String, String> OWN =
            Map.of("name", "update.info.name", "untrusted_metadata", "update.info.untrusted-metadata");

    private static final Pattern PHONE_NUMBER = Pattern.compile("\\+[1-9][0-9]{6,14}");

    private final UserRepository repository;
    private final UserSearch search;
    private final RoleAssignments roles;
    private final Grants grants;
    private final Sessions sessions;
    private final Policies policies;
    private final AuditLog auditLog;
    private final Transactions transactions;
    private final Json json;

    Users(
            UserRepository repository,
            UserSearch search,
            RoleAssignments roles,
            Grants grants,
            Sessions sessions,
            Policies policies,
            AuditLog auditLog,
            Transactions transactions,
            Json json) {
        this.repository = repository;
        this.search = search;
        this.roles = roles;
        this.grants = grants;
        this.sessions = sessions;
        this.policies = policies;
        this.auditLog = auditLog;
        this.transactions = transactions;
        this.json = json;
    }

    /**
     * The user of that id or external id. A user's own session finds nobody else.
     *
     * @throws Problem {@code user_not_found}
     */
    public User find(Caller caller, String reference) {
        Optional<UUID> id = WireId.parse("user", reference);
        Optional<User> user = id.isPresent()
                ? repository.find(caller.projectId(), id.get())
                : repository.findByExternalId(caller.projectId(), reference);
        return reachable(caller, user);
    }

    public User findByEmailAddress(Caller caller, String emailAddress) {
        return reachable(caller, repository.findByEmailAddress(caller.projectId(), EmailAddress.normal(emailAddress)));
    }

    private static User reachable(Caller caller, Optional<User> found) {
        return found.filter(user -> !(caller instanceof SessionCaller session) || session.is(user.subject()))
                .orElseThrow(() -> new Problem(ErrorType.USER_NOT_FOUND));
    }

    public Searches.Page<User> search(Caller caller, JsonBody body) {
        requireProject(caller);
        return search.run(caller.projectId(), body);
    }

    public User create(Caller caller, JsonBody body) {
        requireProject(caller);
        Optional<String> emailAddress = given(body, "email").map(EmailAddress::require);
        Optional<String> phoneNumber = given(body, "phone_number").map(Users::phoneNumber);
        List<String> assigned = body.strings("roles").orElse(List.of());
        policies.requireRoles(caller.projectId(), List.of(), assigned);
        User user = changed(
                new User(
                        caller.projectId(),
                        UUID.randomUUID(),
                        emailAddress.isPresent() ? UUID.randomUUID() : null,
                        emailAddress.orElse(null),
                        false,
                        phoneNumber.isPresent() ? UUID.randomUUID() : null,
                        phoneNumber.orElse(null),
                        "",
                        "",
                        "",
                        body.bool("create_user_as_pending").orElse(false) ? User.Status.PENDING : User.Status.ACTIVE,
                        null,
                        Map.of(),
                        Map.of(),
                        Instant.EPOCH,
                        Instant.EPOCH,
                        null),
                body);
        return noDuplicates(() -> transactions.write(() -> {
            repository.insert(
                    user.projectId(),
                    user.userId(),
                    user.emailId(),
                    user.emailAddress(),
                    user.phoneId(),
                    user.phoneNumber(),
                    user.firstName(),
                    user.middleName(),
                    user.lastName(),
                    user.status().name(),
                    user.externalId(),
                    json.write(user.trustedMetadata()),
                    json.write(user.untrustedMetadata()));
            roles.replace(user.subject(), assigned);
            auditLog.record(AuditEvent.about(caller.actor(), user.subject(), "user.created"));
            return readBack(user);
        }));
    }

    /**
     * Changes what the body names. An empty list of roles changes nothing, as some clients send one always; the roles of a
     * user are taken away by giving {@code stytch_user} alone, which everybody has.
     */
    public User update(Caller caller, User user, JsonBody body) {
        requireProject(caller);
        List<String> assigned = body.strings("roles").orElse(List.of());
        policies.requireRoles(user.projectId(), List.of(), assigned);
        return change(caller, user, body, assigned);
    }

    /** Changes what users may change of themselves: their name and their untrusted metadata. Whatever else the body names stays. */
    public User updateOwn(SessionCaller caller, JsonBody body) {
        User user = find(caller, WireId.of("user", caller.subject().id()));
        if (body.has("trusted_metadata")) {
            throw new Problem(ErrorType.CANNOT_UPDATE_TRUSTED_METADATA);
        }
        Map<String, Object> own = new HashMap<>(body.fields());
        own.keySet().retainAll(OWN.keySet());
        for (String field : own.keySet()) {
            if (!policies.permits(caller, Permission.onMember(OWN.get(field)), user.subject())) {
                throw new Problem(ErrorType.CONSUMER_SESSION_AUTHORIZATION_ERROR);
            }
        }
        return change(caller, user, new JsonBody(own), List.of());
    }

    private User change(Caller caller, User user, JsonBody body, List<String> assigned) {
        return noDuplicates(() -> transactions.write(() -> {
            User present = repository
                    .lock(user.projectId(), user.userId())
                    .orElseThrow(() -> new Problem(ErrorType.USER_NOT_FOUND));
            User wanted = changed(present, body);
            repository.update(
                    wanted.projectId(),
                    wanted.userId(),
                    wanted.firstName(),
                    wanted.middleName(),
                    wanted.lastName(),
                    wanted.externalId(),
                    json.write(wanted.trustedMetadata()),
                    json.write(wanted.untrustedMetadata()));
            if (!assigned.isEmpty()) {
                roles.replace(wanted.subject(), assigned);
            }
            auditLog.record(AuditEvent.about(caller.actor(), wanted.subject(), "user.updated"));
            return readBack(wanted);
        }));
    }

    /** Deletes the user. Grants and sessions end in the same transaction. */
    public void delete(Caller caller, User user) {
        if (!policies.permits(caller, Permission.onMember("delete"), user.subject())) {
            throw new Problem(ErrorType.CONSUMER_SESSION_AUTHORIZATION_ERROR);
        }
        transactions.writeRepeatable(() -> {
            if (repository.delete(user.projectId(), user.userId()) > 0) {
                grants.endAllOf(caller.actor(), user.subject(), EndReason.USER_DELETED);
                sessions.endAllOf(user.subject());
                auditLog.record(AuditEvent.about(caller.actor(), user.subject(), "user.deleted"));
            }
            return null;
        });
    }

    private User changed(User user, JsonBody body) {
        JsonBody name = body.object("name").orElse(new JsonBody(Map.of()));
        return new User(
                user.projectId(),
                user.userId(),
                user.emailId(),
                user.emailAddress(),
                user.emailVerified(),
                user.phoneId(),
                user.phoneNumber(),
                name.string("first_name", 128).orElse(user.firstName()),
                name.string("middle_name", 128).orElse(user.middleName()),
                name.string("last_name", 128).orElse(user.lastName()),
                user.status(),
                body.string("external_id")
                        .map(id -> ExternalId.require("external_id", id))
                        .orElse(user.externalId()),
                Metadata.merged(user.trustedMetadata(), body, "trusted_metadata", json),
                Metadata.merged(user.untrustedMetadata(), body, "untrusted_metadata", json),
                user.createdAt(),
                user.updatedAt(),
                user.assignedRoles());
    }

    private static Optional<String> given(JsonBody body, String field) {
        return body.string(field).filter(text -> !text.isEmpty());
    }

    private static String phoneNumber(String text) {
        if (!PHONE_NUMBER.matcher(text).matches()) {
            throw new Problem(ErrorType.BAD_REQUEST, "phone_number must be in E.164 form, such as +15551234567.");
        }
        return text;
    }

    private User readBack(User user) {
        return repository
                .find(user.projectId(), user.userId())
                .orElseThrow(() -> new Problem(ErrorType.USER_NOT_FOUND));
    }

    private static void requireProject(Caller caller) {
        if (caller instanceof SessionCaller) {
            throw new Problem(ErrorType.CONSUMER_SESSION_AUTHORIZATION_ERROR);
        }
    }

    private static <T> T noDuplicates(Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            if (Transactions.isDuplicate(e, "users.email_address")) {
                throw new Problem(ErrorType.DUPLICATE_EMAIL);
            }
            if (Transactions.isDuplicate(e, "users.external_id")) {
                throw new Problem(ErrorType.DUPLICATE_USER_EXTERNAL_ID);
            }
            throw e;
        }
    }
}
