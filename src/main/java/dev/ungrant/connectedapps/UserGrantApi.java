package dev.ungrant.connectedapps;

import dev.ungrant.rbac.Caller;
import dev.ungrant.users.User;
import dev.ungrant.users.Users;
import dev.ungrant.web.ApiResponse;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import java.util.Map;

/** A user's Connected Apps: {@code b2c.user.apps.list} and {@code .revoke} (contract §6). */
@Controller("/v1/users/{user_id}/connected_apps")
final class UserGrantApi {
    private final Users users;
    private final ConnectedApps apps;
    private final Grants grants;

    UserGrantApi(Users users, ConnectedApps apps, Grants grants) {
        this.users = users;
        this.apps = apps;
        this.grants = grants;
    }

    @Get
    Map<String, Object> list(Caller caller, HttpRequest<?> request, String user_id) {
        User user = users.find(caller, user_id);
        return ApiResponse.to(request)
                .with(
                        "connected_apps",
                        grants.list(caller, user.subject()).stream()
                                .map(GrantJson::of)
                                .toList())
                .body();
    }

    @Post("/{connected_app_id}/revoke")
    Map<String, Object> revoke(Caller caller, HttpRequest<?> request, String user_id, String connected_app_id) {
        User user = users.find(caller, user_id);
        ConnectedApp app = apps.find(caller.projectId(), connected_app_id);
        return ReceiptJson.answer(request, grants.revoke(caller, user.subject(), app));
    }
}
