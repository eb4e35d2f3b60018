package dev.ungrant.embed;

import dev.ungrant.members.Members;
import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.rbac.Subject;
import dev.ungrant.users.Users;
import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.Frame;
import dev.ungrant.web.Json;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.RateLimits;
import io.micronaut.context.annotation.Property;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import java.util.Map;

/** Where a host's backend gets the token by which its page hands a person over. */
@Controller("/v1/embed/sessions")
final class EmbedApi {
    private final EmbedTokens tokens;
    private final TermsReader terms;
    private final Members members;
    private final Users users;
    private final RateLimits limits;
    private final Json json;
    private final String baseUrl;

    EmbedApi(
            EmbedTokens tokens,
            TermsReader terms,
            Members members,
            Users users,
            RateLimits limits,
            Json json,
            @Property(name = "ungrant.base-url") String baseUrl) {
        this.tokens = tokens;
        this.terms = terms;
        this.members = members;
        this.users = users;
        this.limits = limits;
        this.json = json;
        this.baseUrl = baseUrl;
    }

    @Post
    Map<String, Object> mint(Caller caller, HttpRequest<?> request, @Body @Nullable String text) {
        limits.countEmbedToken(caller.projectId());
        JsonBody body = json.body(text);
        EmbedTokens.Minted minted = tokens.mint(caller, subject(caller, body), terms.read(body));
        return ApiResponse.to(request)
                .with("embed_token", minted.token().reveal())
                .with("expires_at", minted.expiresAt())
                .with("embed_url", baseUrl + Frame.ROOT)
                .with("link_url", baseUrl + "/link")
                .body();
    }

    /** Who it is: as the body says; the session's own person when it says nothing. */
    private Subject subject(Caller caller, JsonBody body) {
        if (body.has("user_id")) {
            return users.find(caller, body.required("user_id")).subject();
        }
        if (caller instanceof SessionCaller session && !body.has("organization_id") && !body.has("member_id")) {
            return session.subject();
        }
        return Members.live(members.find(caller, body.required("organization_id"), body.required("member_id")))
                .subject();
    }
}
