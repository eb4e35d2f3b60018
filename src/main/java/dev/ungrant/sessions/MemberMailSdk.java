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

/** Has a link or code sent to a member who signs in from a page. */
@Open
@Controller("/sdk/v1/b2b")
final class MemberMailSdk {
    private final PageSignIns signIns;
    private final Json json;

    MemberMailSdk(PageSignIns signIns, Json json) {
        this.signIns = signIns;
        this.json = json;
    }

    @Post("/magic_links/email/login_or_signup")
    Map<String, Object> sendLink(SdkClient client, HttpRequest<?> request, @Body @Nullable String text) {
        JsonBody body = json.body(text);
        signIns.sendLink(
                client,
                PageSignIns.organization(body),
                body.required("email_address"),
                body.string("login_redirect_url").orElse(null),
                body.string("pkce_code_challenge").orElse(null));
        return ApiResponse.to(request).body();
    }

    @Post("/otps/email/login_or_signup")
    Map<String, Object> sendCode(SdkClient client, HttpRequest<?> request, @Body @Nullable String text) {
        JsonBody body = json.body(text);
        signIns.sendCode(client, PageSignIns.organization(body), body.required("email_address"));
        return ApiResponse.to(request).body();
    }
}
