package dev.ungrant.oauth;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.PlainClientSecret;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import dev.ungrant.connectedapps.ClientAuthMethod;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.ConnectedApps;
import dev.ungrant.registration.ClientDocuments;
import dev.ungrant.web.RateLimits;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

/**
 * Which app is calling an OAuth endpoint (RFC 6749 §2.3): by its secret, by an assertion signed with its own key, or by its
 * id alone when it is a public one.
 */
@Singleton
final class Clients {
    private static final int LONGEST_ID = 2048;

    private final ConnectedApps apps;
    private final ClientDocuments documents;
    private final Assertions assertions;
    private final Issuers issuers;
    private final RateLimits limits;

    Clients(ConnectedApps apps, ClientDocuments documents, Assertions assertions, Issuers issuers, RateLimits limits) {
        this.apps = apps;
        this.documents = documents;
        this.assertions = assertions;
        this.issuers = issuers;
        this.limits = limits;
    }

    /**
     * Who a client says it is.
     *
     * @param secret null when it offers none
     * @param assertion null when it offers none; with neither it says that it is a public client
     */
    record Claim(
            String clientId,
            @Nullable String secret,
            @Nullable PrivateKeyJWT assertion) {
        @Override
        public String toString() {
            return "Claim[" + clientId + "]";
        }
    }

    /** @throws OAuthProblem {@code invalid_client} when the request names no client, or two, or proves it in two ways */
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
        if (clientId == null || clientId.length() > LONGEST_ID || contradicts || waysToProve(request) > 1) {
            throw invalidClient();
        }
        return switch (authentication) {
            case null -> new Claim(clientId, null, null);
            case PlainClientSecret plain ->
                new Claim(clientId, plain.getClientSecret().getValue(), null);
            case PrivateKeyJWT assertion -> new Claim(clientId, null, assertion);
            default -> throw invalidClient();
        };
    }

    /** RFC 6749 §2.3: a client must not use more than one way to authenticate in a request. */
    private static int waysToProve(OAuthRequest request) {
        return (request.http().getAuthorization() == null ? 0 : 1)
                + (request.parameter("client_secret") == null ? 0 : 1)
                + (request.parameter("client_assertion") == null ? 0 : 1);
    }

    /**
     * @param projectId the project of the path; null on the paths without one
     * @throws OAuthProblem {@code invalid_client}, for an unknown client exactly as for a wrong secret
     */
    ConnectedApp authenticate(OAuthRequest request, @Nullable UUID projectId) {
        return authenticate(claim(request), projectId);
    }

    ConnectedApp authenticate(Claim claim, @Nullable UUID projectId) {
        ConnectedApp app = proven(claim, projectId)
                .filter(found -> projectId == null || projectId.equals(found.projectId()))
                .orElse(null);
        if (app == null) {
            limits.countClientFailure(claim.clientId());
            throw invalidClient();
        }
        limits.countClientCall(app.wireId());
        return app;
    }

    private Optional<ConnectedApp> proven(Claim claim, @Nullable UUID projectId) {
        if (claim.secret() != null) {
            return apps.authenticate(claim.clientId(), claim.secret());
        }
        ClientAuthMethod method = claim.assertion() == null ? ClientAuthMethod.NONE : ClientAuthMethod.PRIVATE_KEY_JWT;
        return documents
                .known(projectId, claim.clientId())
                .filter(app -> app.tokenEndpointAuthMethod() == method)
                .filter(app -> claim.assertion() == null
                        || assertions.prove(claim.assertion(), app, issuers.named(projectId)));
    }

    private static OAuthProblem invalidClient() {
        return new OAuthProblem(OAuth2Error.INVALID_CLIENT, "Client authentication failed.");
    }

    /** The project in a path such as {@code /v1/public/{project_id}/oauth2/token}; nobody's when it is none. */
    static UUID projectOf(String wireId) {
        return WireId.parse("project", wireId).orElseGet(UUID::randomUUID);
    }
}
