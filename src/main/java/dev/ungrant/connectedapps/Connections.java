package dev.ungrant.connectedapps;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.database.Transactions;
import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Subject;
import dev.ungrant.rbac.Via;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.Problem;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The places where an app is signed in for somebody, each with tokens of its own. Ending one takes those tokens away and
 * nothing else: the grant stays, and the app may connect again. Whoever wants an app gone revokes the grant.
 */
@Singleton
public final class Connections {
    /** So many of one grant are looked at; of more than that it is only known that there are more. */
    public static final int MOST = ConnectionRepository.MOST;

    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

    private final ConnectionRepository repository;
    private final GrantRights rights;
    private final AuditLog auditLog;
    private final Transactions transactions;
    private final Json json;

    Connections(
            ConnectionRepository repository,
            GrantRights rights,
            AuditLog auditLog,
            Transactions transactions,
            Json json) {
        this.repository = repository;
        this.rights = rights;
        this.auditLog = auditLog;
        this.transactions = transactions;
        this.json = json;
    }

    /**
     * Notes a connection that begins, in the transaction that is open.
     *
     * @param via the request that redeemed the code
     * @param endsAt when it ends for good, however often it is renewed
     */
    public void begin(UUID tenantId, UUID grantId, UUID authorizationId, String redirectUri, Via via, Instant endsAt) {
        String userAgent = via.userAgent();
        repository.insert(
                tenantId,
                authorizationId,
                grantId,
                host(redirectUri),
                userAgent.substring(0, Math.min(512, userAgent.length())),
                via.ipAddress(),
                endsAt);
    }

    /** Empty for an app on a device: a scheme of its own or a port of the device says nothing about whose it is. */
    private static String host(String redirectUri) {
        URI uri = URI.create(redirectUri);
        boolean web = uri.getHost() != null
                && uri.getScheme() != null
                && uri.getScheme().startsWith("http");
        String host = web ? uri.getHost().toLowerCase(Locale.ROOT) : "";
        return LOOPBACK.contains(host) || host.length() > 255 ? "" : host;
    }

    /** Those of the subject's grants that live, the last used first; of each grant {@link #MOST} at most. */
    public List<Connection> of(Caller caller, Subject subject, Collection<GrantedApp> grants) {
        rights.require(caller, Permission.GET_CONNECTED_APPS, subject, null);
        return grants.isEmpty()
                ? List.of()
                : live(subject, grants.stream().map(GrantedApp::grantId).toList());
    }

    private List<Connection> live(Subject subject, Collection<UUID> grantIds) {
        return repository.live(subject.tenantId(), json.write(grantIds));
    }

    /**
     * One connection of the subject with this app.
     *
     * @return empty when it has ended
     * @throws Problem {@code connection_not_found} when there never was one
     */
    public Optional<Connection> find(Caller caller, Subject subject, ConnectedApp app, UUID authorizationId) {
        rights.require(caller, Permission.GET_CONNECTED_APPS, subject, app.appId());
        UUID grantId = grantOf(subject, app, authorizationId);
        return live(subject, List.of(grantId)).stream()
                .filter(connection -> connection.authorizationId().equals(authorizationId))
                .findFirst();
    }

    /**
     * Ends every token of the connection, as an app does itself by giving its refresh token back (RFC 7009 §2.1). Ending it
     * again changes nothing and succeeds.
     *
     * @throws Problem 403 when the caller may not; {@code connection_not_found} when it is not the subject's with this app
     */
    public void end(Caller caller, Subject subject, ConnectedApp app, UUID authorizationId) {
        rights.require(caller, Permission.REVOKE_CONNECTED_APP, subject, app.appId());
        UUID grantId = grantOf(subject, app, authorizationId);
        transactions.writeRepeatable(() -> {
            if (endTokens(subject.tenantId(), grantId, authorizationId) > 0) {
                auditLog.record(AuditEvent.about(caller.actor(), subject, "connection.ended")
                        .app(app.appId())
                        .grant(grantId)
                        .with(Map.of("authorization_id", authorizationId.toString())));
            }
            return null;
        });
    }

    private UUID grantOf(Subject subject, ConnectedApp app, UUID authorizationId) {
        return repository
                .grantOf(subject.tenantId(), subject.id(), app.appId(), authorizationId)
                .orElseThrow(() -> new Problem(ErrorType.CONNECTION_NOT_FOUND));
    }

    /**
     * Ends every token that came from one authorization, in the transaction that is open and under the grant's row, so that
     * no refresh slips through.
     *
     * @return how many
     */
    public int endTokens(UUID tenantId, UUID grantId, UUID authorizationId) {
        repository.holdGrant(tenantId, grantId);
        return repository.endRefreshTokens(tenantId, grantId, authorizationId)
                + repository.endAccessTokens(tenantId, grantId, authorizationId);
    }
}
