package dev.ungrant.oauth;

import dev.ungrant.rbac.Caller;
import dev.ungrant.users.User;
import dev.ungrant.users.UserJson;
import dev.ungrant.users.Users;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Problem;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import java.util.Map;

/** The calls behind an authorization page that the host application draws for a user (contract §8.1). */
@Controller("/v1/idp/oauth/authorize")
final class UserAuthorizationApi {
    private final AuthorizationCalls calls;
    private final Users users;
    private final Json json;

    UserAuthorizationApi(AuthorizationCalls calls, Users users, Json json) {
        this.calls = calls;
        this.users = users;
        this.json = json;
    }

    @Post("/start")
    Map<String, Object> start(Caller caller, HttpRequest<?> http, @Body @Nullable String text) {
        JsonBody body = json.body(text);
        AuthorizationCalls.Identity identity = identity(caller, body);
        User user = users.find(caller, WireId.of("user", identity.subject().id()));
        return calls.start(http, body, identity)
                .with("user_id", user.wireId())
                .with("user", UserJson.of(user))
                .body();
    }

    @Post
    Map<String, Object> submit(Caller caller, HttpRequest<?> http, @Body @Nullable String text) {
        JsonBody body = json.body(text);
        return calls.submit(http, body, identity(caller, body));
    }

    private AuthorizationCalls.Identity identity(Caller caller, JsonBody body) {
        if (body.has("user_id") == AuthorizationCalls.hasSession(body)) {
            throw new Problem(ErrorType.NO_OAUTH_AUTHORIZE_USER_SELECTOR);
        }
        if (!body.has("user_id")) {
            return calls.bySession(caller, body);
        }
        User user = users.find(caller, body.required("user_id"));
        return AuthorizationCalls.Identity.named(caller, user.subject());
    }
}
