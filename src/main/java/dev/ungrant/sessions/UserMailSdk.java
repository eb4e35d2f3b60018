package dev.ungrant.sessions;

import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.Json;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Open;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import java.util.Map;

/** Has a link or code sent to a user who signs in from a page. {@code send/primary} is what the SDK calls when nobody is signed in. */
@Open
@Controller("/sdk/v1")
final class UserMailSdk {
    private final PageSignIns signIns;
    private final Json json;

    UserMailSdk(PageSignIns signIns, Json json) {
        this.signIns = signIns;
        this.json = json;
    }

    @Post(uris = {"/magic_links/email/login_or_create", "/magic_links/email/send/primary"})
    Map<String, Object> sendLink(SdkClient client, HttpRequest<?> request, @Body @Nullable String text) {
        JsonBody body = json.body(text);
        signIns.sendLink(
                client,
                client.projectId(),
                body.required("email"),
                body.string("login_magic_link_url").orElse(null),
                body.string("code_challenge").orElse(null));
        return ApiResponse.to(request).body();
    }

    @Post(uris = {"/otps/email/login_or_create", "/otps/email/send/primary"})
    Map<String, Object> sendCode(SdkClient client, HttpRequest<?> request, @Body @Nullable String text) {
        JsonBody body = json.body(text);
        return ApiResponse.to(request)
                .with(
                        "method_id",
                        signIns.sendCode(client, client.projectId(), body.required("email"))
                                .reveal())
                .body();
    }
}
