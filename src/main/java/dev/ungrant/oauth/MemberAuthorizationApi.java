package dev.ungrant.oauth;

import dev.ungrant.members.Member;
import dev.ungrant.members.MemberJson;
import dev.ungrant.members.Members;
import dev.ungrant.organizations.OrganizationJson;
import dev.ungrant.organizations.Organizations;
import dev.ungrant.rbac.Caller;
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
import java.util.UUID;

/** The calls behind an authorization page that the host application draws for a member (contract §8.1). */
@Controller("/v1/b2b/idp/oauth/authorize")
final class MemberAuthorizationApi {
    private final AuthorizationCalls calls;
    private final Members members;
    private final Organizations organizations;
    private final Json json;

    MemberAuthorizationApi(AuthorizationCalls calls, Members members, Organizations organizations, Json json) {
        this.calls = calls;
        this.members = members;
        this.organizations = organizations;
        this.json = json;
    }

    @Post("/start")
    Map<String, Object> start(Caller caller, HttpRequest<?> http, @Body @Nullable String text) {
        JsonBody body = json.body(text);
        AuthorizationCalls.Identity identity = identity(caller, body);
        UUID organizationId = identity.subject().tenantId();
        Member member = members.find(
                caller,
                WireId.of("organization", organizationId),
                WireId.of("member", identity.subject().id()));
        return calls.start(http, body, identity)
                .with("member_id", member.wireId())
                .with("member", MemberJson.of(member))
                .with("organization", OrganizationJson.of(organizations.get(caller, organizationId)))
                .body();
    }

    @Post
    Map<String, Object> submit(Caller caller, HttpRequest<?> http, @Body @Nullable String text) {
        JsonBody body = json.body(text);
        return calls.submit(http, body, identity(caller, body));
    }

    private AuthorizationCalls.Identity identity(Caller caller, JsonBody body) {
        boolean named = body.has("organization_id") && body.has("member_id");
        if (named == AuthorizationCalls.hasSession(body)) {
            throw new Problem(ErrorType.NO_OAUTH_AUTHORIZE_MEMBER_SELECTOR);
        }
        if (!named) {
            return calls.bySession(caller, body);
        }
        Member member = members.find(caller, body.required("organization_id"), body.required("member_id"));
        return AuthorizationCalls.Identity.named(caller, member.subject());
    }
}
