package dev.ungrant.users;

import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.Json;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Put;
import java.util.Map;

/** The user who is at the page: {@code sdk.b2c.user.get} and {@code .update} (contract §5.10). */
@Controller("/sdk/v1/users/me")
final class UserSdk {
    private final Users users;
    private final Json json;

    UserSdk(Users users, Json json) {
        this.users = users;
        this.json = json;
    }

    @Get
    Map<String, Object> get(SessionCaller caller, HttpRequest<?> request) {
        UserJson user = UserJson.of(
                users.find(caller, WireId.of("user", caller.subject().id())));
        return ApiResponse.to(request).withAll(json.object(json.write(user))).body();
    }

    /** The SDK looks for the user under {@code __user}. */
    @Put
    Map<String, Object> update(SessionCaller caller, HttpRequest<?> request, @Body @Nullable String body) {
        UserJson updated = UserJson.of(users.updateOwn(caller, json.body(body)));
        return updated.answer(request).with("__user", updated).body();
    }
}
