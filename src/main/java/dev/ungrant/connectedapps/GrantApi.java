package dev.ungrant.connectedapps;

import dev.ungrant.members.Member;
import dev.ungrant.members.Members;
import dev.ungrant.rbac.Caller;
import dev.ungrant.web.ApiResponse;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import java.util.Map;

/** A member's Connected Apps: {@code b2b.member.apps.list} and {@code .revoke} (contract §4.1). */
@Controller("/v1/b2b/organizations/{organization_id}/members/{member_id}/connected_apps")
final class GrantApi {
    private final Members members;
    private final ConnectedApps apps;
    private final Grants grants;

    GrantApi(Members members, ConnectedApps apps, Grants grants) {
        this.members = members;
        this.apps = apps;
        this.grants = grants;
    }

    @Get
    Map<String, Object> list(Caller caller, HttpRequest<?> request, String organization_id, String member_id) {
        Member member = members.find(caller, organization_id, member_id);
        return ApiResponse.to(request)
                .with(
                        "connected_apps",
                        grants.list(caller, member.subject()).stream()
                                .map(GrantJson::of)
                                .toList())
                .body();
    }

    /** The body says nothing that the path does not, and some clients send none, so it is not read. */
    @Post("/{connected_app_id}/revoke")
    Map<String, Object> revoke(
            Caller caller, HttpRequest<?> request, String organization_id, String member_id, String connected_app_id) {
        Member member = members.find(caller, organization_id, member_id);
        ConnectedApp app = apps.find(caller.projectId(), connected_app_id);
        return ReceiptJson.answer(request, grants.revoke(caller, member.subject(), app));
    }
}
