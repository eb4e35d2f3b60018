package dev.ungrant.sessions;

import dev.ungrant.projects.Vertical;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.core.convert.ArgumentConversionContext;
import io.micronaut.core.type.Argument;
import io.micronaut.http.BasicAuth;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.bind.binders.TypedRequestArgumentBinder;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Who is behind a request of the browser SDK (contract §5.2): the public token is the Basic name, the session token its
 * password, or the public token again when the page has none.
 */
@Singleton
final class SdkGate {
    private static final String SESSION = "ungrant.sdk.session";

    private final Sessions sessions;
    private final SdkCookie cookie;

    SdkGate(Sessions sessions, SdkCookie cookie) {
        this.sessions = sessions;
        this.cookie = cookie;
    }

    /** @throws Problem when nobody is signed in, or the route is switched off for the project */
    void enter(HttpRequest<?> request, boolean memberAction) {
        SdkClient client = client(request);
        SdkSession here = session(request, client);
        if (memberAction && !client.access().memberActions()) {
            throw new Problem(
                    ErrorType.ENDPOINT_NOT_AUTHORIZED_FOR_SDK,
                    "Member actions and organization modifications are switched off for this project.");
        }
        CallerBinder.bind(request, sessions.caller(here.session(), client.via()));
        request.setAttribute(SESSION, here);
    }

    private SdkSession session(HttpRequest<?> request, SdkClient client) {
        String token = token(request, client).orElseThrow(() -> new Problem(ErrorType.USER_UNAUTHENTICATED));
        Session session = sessions.findByToken(token)
                .filter(found -> found.projectId().equals(client.projectId()) && found.kind() == Session.Kind.API)
                .orElseThrow(() -> new Problem(ErrorType.SESSION_NOT_FOUND));
        return new SdkSession(client, session, token);
    }

    private Optional<String> token(HttpRequest<?> request, SdkClient client) {
        return SdkFilter.credentials(request)
                .map(BasicAuth::getPassword)
                .filter(password ->
                        !password.isEmpty() && !password.equals(client.access().publicToken()))
                .or(() -> cookie.token(request, client));
    }

    private static SdkClient client(HttpRequest<?> request) {
        SdkClient client = SdkFilter.client(request)
                .orElseThrow(() -> new Problem(
                        SdkFilter.credentials(request).isPresent()
                                ? ErrorType.PUBLIC_TOKEN_NOT_FOUND
                                : ErrorType.UNAUTHORIZED_CREDENTIALS));
        if (!client.access().open()) {
            throw new Problem(
                    ErrorType.ENDPOINT_NOT_AUTHORIZED_FOR_SDK,
                    "The browser SDK is switched off for this project until it has an origin.");
        }
        Vertical wanted = verticalOf(request.getPath());
        if (wanted != null && wanted != client.access().vertical()) {
            throw new Problem(ErrorType.BAD_VERTICAL_FOR_STYTCH_SDK, "This endpoint is for " + wanted + " projects.");
        }
        return client;
    }

    /** The vertical that a path belongs to; null when it serves both. */
    @Nullable
    private static Vertical verticalOf(String path) {
        if (path.startsWith("/sdk/v1/b2b/") || path.startsWith("/sdk/v1b2b/") || path.startsWith("/sdk/v1/idp/b2b/")) {
            return Vertical.B2B;
        }
        return path.startsWith("/sdk/v1/projects/") ? null : Vertical.CONSUMER;
    }

    /** The page's project, for routes that are open to whoever has its public token. */
    @Singleton
    static final class OfClient implements TypedRequestArgumentBinder<SdkClient> {
        @Override
        public Argument<SdkClient> argumentType() {
            return Argument.of(SdkClient.class);
        }

        @Override
        public BindingResult<SdkClient> bind(ArgumentConversionContext<SdkClient> context, HttpRequest<?> request) {
            SdkClient client = client(request);
            return () -> Optional.of(client);
        }
    }

    /** The session of the page, for the few routes that are about it; on open routes there may be none. */
    @Singleton
    static final class OfSession implements TypedRequestArgumentBinder<SdkSession> {
        private final SdkGate gate;

        OfSession(SdkGate gate) {
            this.gate = gate;
        }

        @Override
        public Argument<SdkSession> argumentType() {
            return Argument.of(SdkSession.class);
        }

        @Override
        public BindingResult<SdkSession> bind(ArgumentConversionContext<SdkSession> context, HttpRequest<?> request) {
            Optional<SdkSession> session =
                    request.getAttribute(SESSION, SdkSession.class).or(() -> gate.find(request));
            return () -> session;
        }
    }

    private Optional<SdkSession> find(HttpRequest<?> request) {
        try {
            return Optional.of(session(request, client(request)));
        } catch (Problem e) {
            return Optional.empty();
        }
    }
}
