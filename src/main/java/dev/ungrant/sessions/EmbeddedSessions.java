package dev.ungrant.sessions;

import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Subject;
import dev.ungrant.secrets.Secret;
import dev.ungrant.secrets.SecretKind;
import dev.ungrant.web.Json;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Sessions of people whom a host hands over. In a frame they have a handle of a kind of its own, which opens nothing else. */
@Singleton
public final class EmbeddedSessions {
    private final Sessions sessions;
    private final SessionRepository repository;
    private final Json json;

    EmbeddedSessions(Sessions sessions, SessionRepository repository, Json json) {
        this.sessions = sessions;
        this.repository = repository;
        this.json = json;
    }

    /**
     * Begins a session, within the caller's transaction.
     *
     * @param kind a frame's, or the portal's own
     * @param factors the contract's authentication_factors, JSON-serialisable
     * @param permissions the only ones that it may use
     * @param embed what the host said of it, JSON-serialisable
     */
    public Sessions.Begun begin(
            Subject subject,
            Session.Kind kind,
            List<Map<String, Object>> factors,
            int minutes,
            Collection<Permission> permissions,
            Object embed,
            String userAgent,
            String ipAddress) {
        return sessions.begin(
                subject,
                kind,
                factors,
                null,
                minutes,
                Sessions.PORTAL_IDLE_MINUTES,
                json.write(permissions.stream().map(Permission::text).toList()),
                json.write(embed),
                userAgent,
                ipAddress);
    }

    /** The live session in a frame, by its handle. */
    public Optional<Session> find(String handle) {
        return secret(handle).flatMap(secret -> repository.findByToken(secret.tenantId(), secret.hash()));
    }

    /** Where the handle belongs, whether or not there is such a session. */
    public Optional<UUID> tenantOf(String handle) {
        return secret(handle).map(Secret::tenantId);
    }

    /** What the host said of the session in a frame, even after its end. */
    public Optional<String> embedOf(String handle) {
        return secret(handle).flatMap(secret -> repository.embedOf(secret.tenantId(), secret.hash()));
    }

    private static Optional<Secret> secret(String handle) {
        return Secret.parse(SecretKind.EMBED_SESSION, handle);
    }
}
