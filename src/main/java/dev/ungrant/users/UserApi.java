package dev.ungrant.users;

import dev.ungrant.database.Searches;
import dev.ungrant.rbac.Caller;
import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.Json;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import java.util.Map;

@Controller("/v1/users")
final class UserApi {
    private final Users users;
    private final Json json;

    UserApi(Users users, Json json) {
        this.users = users;
        this.json = json;
    }

    @Post
    Map<String, Object> create(Caller caller, HttpRequest<?> request, @Body @Nullable String body) {
        User user = users.create(caller, json.body(body));
        UserJson shown = UserJson.of(user);
        return ApiResponse.to(request)
                .with("user_id", shown.userId())
                .with("email_id", UserJson.emailId(user))
                .with("phone_id", UserJson.phoneId(user))
                .with("status", shown.status())
                .with("user", shown)
                .body();
    }

    /** The one answer whose fields are not nested. */
    @Get("/{user}")
    Map<String, Object> get(Caller caller, HttpRequest<?> request, String user) {
        UserJson found = UserJson.of(users.find(caller, user));
        return ApiResponse.to(request).withAll(json.object(json.write(found))).body();
    }

    @Put("/{user}")
    Map<String, Object> update(Caller caller, HttpRequest<?> request, String user, @Body @Nullable String body) {
        UserJson updated = UserJson.of(users.update(caller, users.find(caller, user), json.body(body)));
        return updated.answer(request).with("user", updated).body();
    }

    @Delete("/{user}")
    Map<String, Object> delete(Caller caller, HttpRequest<?> request, String user) {
        User found = users.find(caller, user);
        users.delete(caller, found);
        return ApiResponse.to(request).with("user_id", found.wireId()).body();
    }

    @Post("/search")
    Map<String, Object> search(Caller caller, HttpRequest<?> request, @Body @Nullable String body) {
        Searches.Page<User> page = users.search(caller, json.body(body));
        return ApiResponse.to(request)
                .with("results", page.results().stream().map(UserJson::of).toList())
                .with("results_metadata", page.metadata())
                .body();
    }
}
