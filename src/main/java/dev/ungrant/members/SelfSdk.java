package dev.ungrant.members;

import dev.ungrant.organizations.Organization;
import dev.ungrant.organizations.Organizations;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.Json;
import dev.ungrant.web.MemberAction;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Put;
import java.util.Map;

/** The member who is at the page: {@code sdk.b2b.self.*} (contract §5.10). */
@Controller("/sdk/v1/b2b/organizations/members")
final class SelfSdk {
    private final Members members;
    private final Organizations organizations;
    private final Json json;

    SelfSdk(Members members, Organizations organizations, Json json) {
        this.members = members;
        this.organizations = organizations;
        this.json = json;
    }

    @Get("/me")
    Map<String, Object> get(SessionCaller caller, HttpRequest<?> request) {
        return ApiResponse.to(request)
                .with("member", MemberJson.of(self(caller)))
                .body();
    }

    @MemberAction
    @Put("/update")
    Map<String, Object> update(SessionCaller caller, HttpRequest<?> request, @Body @Nullable String body) {
        Organization organization = organizations.get(caller, caller.subject().tenantId());
        Member updated = members.update(caller, organization, self(caller), json.body(body));
        return MemberJson.answer(request, updated, organization);
    }

    private Member self(SessionCaller caller) {
        return members.findFellow(caller, WireId.of("member", caller.subject().id()));
    }
}
