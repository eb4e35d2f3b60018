package dev.ungrant.sessions;

import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.users.User;
import dev.ungrant.users.UserJson;
import dev.ungrant.users.Users;
import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.Json;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Open;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;

/** A user's session in a page: {@code sdk.b2c.session.*} (contract §5.10). */
@Controller("/sdk/v1")
final class UserSessionSdk {
    private final Sessions sessions;
    private final Authentications authentications;
    private final PageSignIns signIns;
    private final Attestations attestations;
    private final SdkTokens tokens;
    private final Users users;
    private final Json json;

    UserSessionSdk(
            Sessions sessions,
            Authentications authentications,
            PageSignIns signIns,
            Attestations attestations,
            SdkTokens tokens,
            Users users,
            Json json) {
        this.sessions = sessions;
        this.authentications = authentications;
        this.signIns = signIns;
        this.attestations = attestations;
        this.tokens = tokens;
        this.users = users;
        this.json = json;
    }

    @Post("/sessions/authenticate")
    HttpResponse<?> authenticate(
            SdkSession here, SessionCaller caller, HttpRequest<?> request, @Body @Nullable String body) {
        Authentications.Authenticated authenticated = authentications.authenticate(here, json.body(body));
        return answer(here.client(), caller, request, authenticated);
    }

    @Post("/sessions/revoke")
    HttpResponse<?> revoke(SdkSession here, SessionCaller caller, HttpRequest<?> request) {
        sessions.revoke(caller, here.session().reference());
        return tokens.take(here.client(), ApiResponse.to(request));
    }

    @Open
    @Post("/magic_links/authenticate")
    HttpResponse<?> byLink(SdkClient client, HttpRequest<?> request, @Body @Nullable String text) {
        JsonBody body = json.body(text);
        return begun(
                client,
                request,
                signIns.byLink(
                        client,
                        body.required("token", 256),
                        body.string("code_verifier", 256).orElse(null),
                        Authentications.minutesOrAnHour(body),
                        userAgent(request)));
    }

    @Open
    @Post("/otps/authenticate")
    HttpResponse<?> byCode(SdkClient client, HttpRequest<?> request, @Body @Nullable String text) {
        JsonBody body = json.body(text);
        return begun(
                client,
                request,
                signIns.byCode(
                        client,
                        body.required("method_id", 256),
                        body.required("token", 16),
                        Authentications.minutesOrAnHour(body),
                        userAgent(request)));
    }

    /** With a JWT of the host's own sign-in. */
    @Open
    @Post("/sessions/attest")
    HttpResponse<?> attest(SdkClient client, HttpRequest<?> request, @Body @Nullable String text) {
        JsonBody body = json.body(text);
        return begun(
                client,
                request,
                attestations.attest(
                        client,
                        body.required("profile_id", 128),
                        body.required("token"),
                        null,
                        Authentications.minutesOrAnHour(body),
                        userAgent(request)));
    }

    private HttpResponse<?> begun(
            SdkClient client, HttpRequest<?> request, Authentications.Authenticated authenticated) {
        SessionCaller caller = sessions.caller(authenticated.session(), client.via());
        CallerBinder.bind(request, caller);
        return answer(client, caller, request, authenticated);
    }

    private static String userAgent(HttpRequest<?> request) {
        return request.getHeaders().get("User-Agent", String.class).orElse("");
    }

    private HttpResponse<?> answer(
            SdkClient client,
            SessionCaller caller,
            HttpRequest<?> request,
            Authentications.Authenticated authenticated) {
        Session session = authenticated.session();
        User user = users.find(caller, WireId.of("user", session.subjectId()));
        ApiResponse response = ApiResponse.to(request)
                .with("user_id", user.wireId())
                .with("session", UserSessionJson.of(session, sessions.roles(session), json))
                .with("user", UserJson.of(user));
        return tokens.hand(client, session, authenticated.token(), authenticated.jwt(), response);
    }
}
