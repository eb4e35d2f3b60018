package dev.ungrant.oauth;

import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.database.Transactions;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.secrets.Secret;
import dev.ungrant.secrets.SecretKind;
import dev.ungrant.sessions.Sessions;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.core.type.Argument;
import io.micronaut.http.uri.UriBuilder;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Signing out because an app asks for it (OpenID Connect RP-Initiated Logout 1.0). The portal session ends; what apps were given
 * stays until it is taken back.
 */
@Singleton
final class Logouts {
    private static final Set<String> MEANT = Set.of("id_token_hint", "client_id", "post_logout_redirect_uri", "state");

    private static final int LONGEST = 16_384;
    private static final String KIND = "LOGOUT";

    /** A sign-out that names no app belongs to no project. */
    private static final UUID NO_PROJECT = new UUID(0, 0);

    private final RequestRepository repository;
    private final ClientIds clients;
    private final IdTokenHints hints;
    private final Sessions sessions;
    private final Transactions transactions;
    private final Json json;

    Logouts(
            RequestRepository repository,
            ClientIds clients,
            IdTokenHints hints,
            Sessions sessions,
            Transactions transactions,
            Json json) {
        this.repository = repository;
        this.clients = clients;
        this.hints = hints;
        this.sessions = sessions;
        this.transactions = transactions;
        this.json = json;
    }

    /**
     * What is asked.
     *
     * @param app null when no app is named
     * @param subject whose session it is to be, as proved by an ID token of ours; null when nothing proves it
     * @param target where the browser goes afterwards; null: nowhere
     */
    record Asked(
            @Nullable ConnectedApp app,
            @Nullable String subject,
            @Nullable URI target,
            Map<String, List<String>> parameters) {
        /** Whether this very person's app asks, so that they need not be asked again (§2). */
        boolean isSureAbout(SessionCaller caller) {
            return AccessTokens.subjectId(caller.subject()).equals(subject);
        }
    }

    /** @throws Problem when the app or the address to go to is not good */
    Asked read(Map<String, List<String>> given) {
        Map<String, List<String>> meant = new LinkedHashMap<>(given);
        meant.keySet().retainAll(MEANT);
        int length = meant.values().stream()
                .flatMap(List::stream)
                .mapToInt(String::length)
                .sum();
        if (length > LONGEST || meant.values().stream().anyMatch(values -> values.size() > 1)) {
            throw malformed();
        }
        String hint = RequestParameters.single(meant, "id_token_hint");
        String named = RequestParameters.single(meant, "client_id");
        String hinted = hint == null ? null : IdTokenHints.clientId(hint).orElse(null);
        if (named != null && hinted != null && !named.equals(hinted)) {
            throw malformed();
        }
        String clientId = named != null ? named : hinted;
        ConnectedApp app =
                clientId == null ? null : clients.known(clientId, null).orElseThrow(Logouts::malformed);
        String subject =
                app == null || hint == null ? null : hints.subject(hint, app).orElse(null);
        return new Asked(app, subject, target(app, meant), meant);
    }

    @Nullable
    private URI target(@Nullable ConnectedApp app, Map<String, List<String>> meant) {
        String wanted = RequestParameters.single(meant, "post_logout_redirect_uri");
        if (wanted == null) {
            return null;
        }
        // §3: exactly one of those that the app has registered.
        if (app == null || !json.strings(app.postLogoutRedirectUrls()).contains(wanted)) {
            throw malformed();
        }
        String state = RequestParameters.single(meant, "state");
        return state == null
                ? URI.create(wanted)
                : UriBuilder.of(wanted).queryParam("state", state).build();
    }

    /** Keeps what is asked until the person has said yes; whoever knows the address can do no more than look. */
    Secret keep(Asked asked) {
        UUID projectId = asked.app() == null ? NO_PROJECT : asked.app().projectId();
        Secret secret = Secret.mint(SecretKind.LOGOUT_REQUEST, projectId);
        transactions.write(() -> repository.insert(
                projectId,
                secret.hash(),
                KIND,
                asked.app() == null ? null : asked.app().appId(),
                json.write(asked.parameters()),
                null,
                PendingRequests.PAGE_SECONDS));
        return secret;
    }

    /** @throws Problem when nothing is asked there, or no longer */
    Asked find(String page) {
        return Secret.parse(SecretKind.LOGOUT_REQUEST, page)
                .flatMap(secret -> repository.find(secret.tenantId(), secret.hash(), KIND))
                .map(row -> read(
                        json.read(row.parameters(), Argument.mapOf(Argument.STRING, Argument.listOf(String.class)))))
                .orElseThrow(Logouts::malformed);
    }

    void end(SessionCaller caller) {
        sessions.locate(caller.projectId(), caller.sessionId()).ifPresent(session -> sessions.revoke(caller, session));
    }

    private static Problem malformed() {
        return new Problem(ErrorType.LOGOUT_MALFORMED);
    }
}
