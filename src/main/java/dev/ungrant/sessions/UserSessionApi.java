package dev.ungrant.sessions;

import dev.ungrant.rbac.Caller;
import dev.ungrant.users.User;
import dev.ungrant.users.UserJson;
import dev.ungrant.users.Users;
import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.Problem;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import java.util.Map;

@Controller("/v1/sessions")
final class UserSessionApi {
    private final Sessions sessions;
    private final Authentications authentications;
    private final Users users;
    private final Json json;

    UserSessionApi(Sessions sessions, Authentications authentications, Users users, Json json) {
        this.sessions = sessions;
        this.authentications = authentications;
        this.users = users;
        this.json = json;
    }

    @Get
    Map<String, Object> list(Caller caller, HttpRequest<?> request, @QueryValue String user_id) {
        User user = users.find(caller, user_id);
        return ApiResponse.to(request)
                .with(
                        "sessions",
                        sessions.of(user.subject()).stream().map(this::shown).toList())
                .body();
    }

    @Post("/authenticate")
    Map<String, Object> authenticate(Caller caller, HttpRequest<?> request, @Body @Nullable String body) {
        Authentications.Authenticated authenticated = authentications.authenticate(caller, json.body(body));
        User user = users.find(caller, WireId.of("user", authenticated.session().subjectId()));
        ApiResponse response = ApiResponse.to(request)
                .with("session", shown(authenticated.session()))
                .with("session_token", authenticated.token())
                .with("session_jwt", authenticated.jwt())
                .with("user", UserJson.of(user));
        if (authenticated.verdict() != null) {
            response.with("verdict", authenticated.verdict());
        }
        return response.body();
    }

    @Post("/revoke")
    Map<String, Object> revoke(Caller caller, HttpRequest<?> request, @Body @Nullable String body) {
        SessionArgument argument = SessionArgument.in(json.body(body), "session_id", "session_token", "session_jwt");
        SessionReference session = argument.locate(sessions, caller.projectId())
                .orElseThrow(() -> new Problem(ErrorType.SESSION_NOT_FOUND));
        sessions.revoke(caller, session);
        return ApiResponse.to(request).body();
    }

    private UserSessionJson shown(Session session) {
        return UserSessionJson.of(session, sessions.roles(session), json);
    }
}
