package dev.ungrant.oauth;

import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.sessions.SdkClient;
import dev.ungrant.sessions.SdkSession;
import dev.ungrant.web.Json;
import dev.ungrant.web.Open;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import java.util.Map;

/** An authorization page that a host draws with the browser SDK, for members: {@code sdk.b2b.idp.*} (contract §5.9). */
@Controller("/sdk/v1")
final class MemberAuthorizationSdk {
    private final AuthorizationCalls calls;
    private final Json json;

    MemberAuthorizationSdk(AuthorizationCalls calls, Json json) {
        this.calls = calls;
        this.json = json;
    }

    @Post("/idp/b2b/oauth/authorize/start")
    Map<String, Object> start(SdkSession here, SessionCaller caller, HttpRequest<?> http, @Body @Nullable String body) {
        return calls.start(http, json.body(body), AuthorizationCalls.Identity.of(here, caller))
                .body();
    }

    @Post("/idp/b2b/oauth/authorize/submit")
    Map<String, Object> submit(
            SdkSession here, SessionCaller caller, HttpRequest<?> http, @Body @Nullable String body) {
        return calls.submit(http, json.body(body), AuthorizationCalls.Identity.of(here, caller));
    }

    /** Open, since an app may send people here who have signed out already. */
    @Open
    @Post("/b2b/oauth/logout/start")
    Map<String, Object> logout(
            SdkClient client, @Nullable SdkSession here, HttpRequest<?> http, @Body @Nullable String body) {
        return calls.logout(http, json.body(body), client, here);
    }
}
