package dev.ungrant.oauth;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.PlainClientSecret;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.ConnectedApps;
import dev.ungrant.web.RateLimits;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.util.UUID;

/** Which app is calling an OAuth endpoint (RFC 6749 §2.3): by its secret, or by its id alone when it is a public one. */
@Singleton
final class Clients {
    private final ConnectedApps apps;
    private final RateLimits limits;

    Clients(ConnectedApps apps, RateLimits limits) {
        this.apps = apps;
        this.limits = limits;
    }

    /**
     * @param projectId the project of the path; null on the paths without one
     * @throws OAuthProblem {@code invalid_client}, for an unknown client exactly as for a wrong secret
     */
    ConnectedApp authenticate(OAuthRequest request, @Nullable UUID projectId) {
        ClientAuthentication authentication;
        try {
            authentication = ClientAuthentication.parse(request.http());
        } catch (ParseException | IllegalArgumentException e) {
            throw invalidClient();
        }
        String clientId =
                authentication == null ? request.parameter("client_id") : authentication.getClientID().getValue();
        if (clientId == null || clientId.length() > 120) {
            throw invalidClient();
        }
        ConnectedApp app = authentication == null
                ? apps.findClient(clientId).filter(found -> found.clientType().isPublic()).orElse(null)
                : bySecret(clientId, authentication);
        String named = request.parameter("client_id");
        boolean contradicts = named != null && !named.equals(clientId);
        if (app == null || contradicts || projectId != null && !projectId.equals(app.projectId())) {
            limits.countClientFailure(clientId);
            throw invalidClient();
        }
        limits.countClientCall(app.wireId());
        return app;
    }

    @Nullable
    private ConnectedApp bySecret(String clientId, ClientAuthentication authentication) {
        return authentication instanceof PlainClientSecret plain
                ? apps.authenticate(clientId, plain.getClientSecret().getValue()).orElse(null)
                : null;
    }

    private static OAuthProblem invalidClient() {
        return new OAuthProblem(OAuth2Error.INVALID_CLIENT, "Client authentication failed.");
    }

    /** The project in a path such as {@code /v1/public/{project_id}/oauth2/token}; nobody's when it is none. */
    static UUID projectOf(String wireId) {
        return WireId.parse("project", wireId).orElseGet(UUID::randomUUID);
    }
}
