package dev.ungrant.oauth;

import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.sessions.SdkClient;
import dev.ungrant.sessions.SdkSession;
import dev.ungrant.users.User;
import dev.ungrant.users.UserJson;
import dev.ungrant.users.Users;
import dev.ungrant.web.Json;
import dev.ungrant.web.Open;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import java.util.Map;

/** An authorization page that a host draws with the browser SDK, for users: {@code sdk.b2c.idp.*} (contract §5.9). */
@Controller("/sdk/v1")
final class UserAuthorizationSdk {
    private final AuthorizationCalls calls;
    private final Users users;
    private final Json json;

    UserAuthorizationSdk(AuthorizationCalls calls, Users users, Json json) {
        this.calls = calls;
        this.users = users;
        this.json = json;
    }

    @Post("/idp/oauth/authorize/start")
    Map<String, Object> start(SdkSession here, SessionCaller caller, HttpRequest<?> http, @Body @Nullable String body) {
        User user = users.find(caller, WireId.of("user", caller.subject().id()));
        return calls.start(http, json.body(body), AuthorizationCalls.Identity.of(here, caller))
                .with("user_id", user.wireId())
                .with("user", UserJson.of(user))
                .body();
    }

    @Post("/idp/oauth/authorize/submit")
    Map<String, Object> submit(
            SdkSession here, SessionCaller caller, HttpRequest<?> http, @Body @Nullable String body) {
        return calls.submit(http, json.body(body), AuthorizationCalls.Identity.of(here, caller));
    }

    @Open
    @Post("/oauth/logout/start")
    Map<String, Object> logout(
            SdkClient client, @Nullable SdkSession here, HttpRequest<?> http, @Body @Nullable String body) {
        return calls.logout(http, json.body(body), client, here);
    }
}
