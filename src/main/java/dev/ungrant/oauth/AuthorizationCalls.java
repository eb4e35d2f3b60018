package dev.ungrant.oauth;

import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.rbac.Subject;
import dev.ungrant.sessions.SdkClient;
import dev.ungrant.sessions.SdkSession;
import dev.ungrant.sessions.Session;
import dev.ungrant.sessions.Sessions;
import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the authorization calls of both verticals have in common: their fields, their answers, and sessions as identity. */
@Singleton
final class AuthorizationCalls {
    private final Authorizations authorizations;
    private final Logouts logouts;
    private final Sessions sessions;

    AuthorizationCalls(Authorizations authorizations, Logouts logouts, Sessions sessions) {
        this.authorizations = authorizations;
        this.logouts = logouts;
        this.sessions = sessions;
    }

    /** What a page may show of an app. Browser clients read {@code client_logo_url}, backend ones {@code logo_url}. */
    @Serdeable(naming = SnakeCaseStrategy.class)
    record ClientJson(
            String clientId,
            String clientType,
            String clientName,
            String clientDescription,
            @Nullable String logoUrl,
            @Nullable String clientLogoUrl) {
        static ClientJson of(ConnectedApp app) {
            return new ClientJson(
                    app.wireId(),
                    app.clientType().wireName(),
                    app.name(),
                    app.description(),
                    app.logoUrl(),
                    app.logoUrl());
        }
    }

    /** Whose page it is: who answers for the act, whom it is about, and since when they are known to be there. */
    record Identity(Caller caller, Subject subject, Instant authenticatedAt) {
        static Identity named(Caller caller, Subject subject) {
            return new Identity(caller, subject, Instant.now());
        }

        static Identity of(SdkSession here, SessionCaller caller) {
            return new Identity(caller, caller.subject(), here.session().authenticatedAt());
        }
    }

    static boolean hasSession(JsonBody body) {
        return body.has("session_token") || body.has("session_jwt");
    }

    /** The person whose session the body carries; what they do is their own act then, not the project's. */
    Identity bySession(Caller caller, JsonBody body) {
        Session session = sessions.require(
                caller.projectId(),
                body.string("session_token").orElse(null),
                body.string("session_jwt").orElse(null),
                true);
        return new Identity(sessions.caller(session, caller.via()), session.subject(), session.authenticatedAt());
    }

    ApiResponse start(HttpRequest<?> http, JsonBody body, Identity identity) {
        Authorizations.Started started = authorizations.start(identity.caller(), identity.subject(), request(body));
        return ApiResponse.to(http)
                .with("client", ClientJson.of(started.app()))
                .with("consent_required", started.consentRequired())
                .with("scope_results", started.scopes());
    }

    Map<String, Object> submit(HttpRequest<?> http, JsonBody body, Identity identity) {
        boolean consentGiven = body.bool("consent_granted")
                .orElseThrow(() -> new Problem(ErrorType.BAD_REQUEST, "consent_granted is required."));
        Authorizations.Submitted submitted = authorizations.submit(
                identity.caller(), identity.subject(), request(body), consentGiven, identity.authenticatedAt(), null);
        ApiResponse response = ApiResponse.to(http)
                .with("redirect_uri", submitted.redirectUri().toString());
        if (submitted.code() != null) {
            response.with("authorization_code", submitted.code());
        }
        return response.body();
    }

    /**
     * Where to go after a page has ended its session because an app asks for it (OpenID Connect RP-Initiated Logout 1.0).
     * The person is asked unless an ID token of the app shows that they are the one.
     *
     * @param here null when nobody is signed in
     */
    Map<String, Object> logout(HttpRequest<?> http, JsonBody body, SdkClient client, @Nullable SdkSession here) {
        Map<String, List<String>> given = new HashMap<>();
        given.put("client_id", List.of(body.required("client_id", 128)));
        given.put("post_logout_redirect_uri", List.of(body.required("post_logout_redirect_uri", 2048)));
        for (String name : List.of("state", "id_token_hint")) {
            body.string(name).filter(value -> !value.isEmpty()).ifPresent(value -> given.put(name, List.of(value)));
        }
        Logouts.Asked asked = logouts.read(given);
        if (asked.app() == null || !asked.app().projectId().equals(client.projectId())) {
            throw new Problem(ErrorType.LOGOUT_MALFORMED);
        }
        boolean sure = here == null || asked.isSureAbout(sessions.caller(here.session(), client.via()));
        return ApiResponse.to(http)
                .with("redirect_uri", asked.target().toString())
                .with("consent_required", !sure)
                .body();
    }

    private static AuthorizationRequest request(JsonBody body) {
        return new AuthorizationRequest(
                body.required("client_id", 128),
                body.required("redirect_uri", 2048),
                body.string("response_type", 64).orElse("code"),
                body.strings("scopes").orElse(List.of()),
                body.string("prompt", 64).filter(prompt -> !prompt.isEmpty()).orElse(null),
                body.string("state", 2048).orElse(null),
                body.string("nonce", 1024).orElse(null),
                body.string("code_challenge", 128).orElse(null),
                body.strings("resources").or(() -> body.strings("resource")).orElse(List.of()));
    }
}
