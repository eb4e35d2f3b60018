package dev.ungrant.connectedapps;

import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.ApiResponse;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import java.util.Map;

/** A user's own Connected Apps in a page: {@code sdk.b2c.user.apps.*} (contract §5.7). */
@Controller("/sdk/v1/users/connected_apps")
final class UserGrantSdk {
    private final ConnectedApps apps;
    private final Grants grants;

    UserGrantSdk(ConnectedApps apps, Grants grants) {
        this.apps = apps;
        this.grants = grants;
    }

    @Get
    Map<String, Object> list(SessionCaller caller, HttpRequest<?> request) {
        return ApiResponse.to(request)
                .with(
                        "connected_apps",
                        grants.list(caller, caller.subject()).stream()
                                .map(GrantJson::of)
                                .toList())
                .body();
    }

    @Post("/{connected_app_id}/revoke")
    Map<String, Object> revoke(SessionCaller caller, HttpRequest<?> request, String connected_app_id) {
        ConnectedApp app = apps.find(caller.projectId(), connected_app_id);
        return ReceiptJson.answer(request, grants.revoke(caller, caller.subject(), app));
    }
}
