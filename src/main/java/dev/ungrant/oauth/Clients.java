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
     * Who a client says it is.
     *
     * @param secret null when it offers none, as a public client does
     */
    record Claim(String clientId, @Nullable String secret) {
        @Override
        public String toString() {
            return "Claim[" + clientId + "]";
        }
    }

    /** @throws OAuthProblem {@code invalid_client} when the request names no client, or two */
    Claim claim(OAuthRequest request) {
        ClientAuthentication authentication;
        try {
            authentication = ClientAuthentication.parse(request.http());
        } catch (ParseException | IllegalArgumentException e) {
            throw invalidClient();
        }
        String named = request.parameter("client_id");
        String clientId =
                authentication == null ? named : authentication.getClientID().getValue();
        boolean contradicts = named != null && !named.equals(clientId);
        boolean unknownMethod = authentication != null && !(authentication instanceof PlainClientSecret);
        if (clientId == null || clientId.length() > 120 || contradicts || unknownMethod) {
            throw invalidClient();
        }
        String secret = authentication instanceof PlainClientSecret plain
                ? plain.getClientSecret().getValue()
                : null;
        return new Claim(clientId, secret);
    }

    /**
     * @param projectId the project of the path; null on the paths without one
     * @throws OAuthProblem {@code invalid_client}, for an unknown client exactly as for a wrong secret
     */
    ConnectedApp authenticate(OAuthRequest request, @Nullable UUID projectId) {
        return authenticate(claim(request), projectId);
    }

    ConnectedApp authenticate(Claim claim, @Nullable UUID projectId) {
        ConnectedApp app = (claim.secret() == null
                        ? apps.findClient(claim.clientId())
                                .filter(found -> found.clientType().isPublic())
                        : apps.authenticate(claim.clientId(), claim.secret()))
                .filter(found -> projectId == null || projectId.equals(found.projectId()))
                .orElse(null);
        if (app == null) {
            limits.countClientFailure(claim.clientId());
            throw invalidClient();
        }
        limits.countClientCall(app.wireId());
        return app;
    }

    private static OAuthProblem invalidClient() {
        return new OAuthProblem(OAuth2Error.INVALID_CLIENT, "Client authentication failed.");
    }

    /** The project in a path such as {@code /v1/public/{project_id}/oauth2/token}; nobody's when it is none. */
    static UUID projectOf(String wireId) {
        return WireId.parse("project", wireId).orElseGet(UUID::randomUUID);
    }
}
