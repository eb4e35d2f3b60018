package dev.ungrant.sessions;

import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.users.User;
import dev.ungrant.users.UserJson;
import dev.ungrant.users.Users;
import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.Json;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;

/** A user's session in a page: {@code sdk.b2c.session.*} (contract §5.10). */
@Controller("/sdk/v1/sessions")
final class UserSessionSdk {
    private final Sessions sessions;
    private final Authentications authentications;
    private final SdkTokens tokens;
    private final Users users;
    private final Json json;

    UserSessionSdk(Sessions sessions, Authentications authentications, SdkTokens tokens, Users users, Json json) {
        this.sessions = sessions;
        this.authentications = authentications;
        this.tokens = tokens;
        this.users = users;
        this.json = json;
    }

    @Post("/authenticate")
    HttpResponse<?> authenticate(
            SdkSession here, SessionCaller caller, HttpRequest<?> request, @Body @Nullable String body) {
        Authentications.Authenticated authenticated = authentications.authenticate(here, json.body(body));
        return answer(here.client(), caller, request, authenticated);
    }

    @Post("/revoke")
    HttpResponse<?> revoke(SdkSession here, SessionCaller caller, HttpRequest<?> request) {
        sessions.revoke(caller, here.session().reference());
        return tokens.take(here.client(), ApiResponse.to(request));
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
