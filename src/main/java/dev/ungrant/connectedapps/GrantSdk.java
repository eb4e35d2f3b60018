package dev.ungrant.connectedapps;

import dev.ungrant.members.Members;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.rbac.Subject;
import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.MemberAction;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import java.util.Map;

/** A member's Connected Apps in a page, their own and others': {@code sdk.b2b.self.apps.*}, {@code sdk.b2b.member.apps.*}. */
@MemberAction
@Controller("/sdk")
final class GrantSdk {
    private static final String MEMBERS = "/v1/b2b/organizations/members";

    private final Members members;
    private final ConnectedApps apps;
    private final Grants grants;

    GrantSdk(Members members, ConnectedApps apps, Grants grants) {
        this.members = members;
        this.apps = apps;
        this.grants = grants;
    }

    @Get(MEMBERS + "/connected_apps")
    Map<String, Object> listOwn(SessionCaller caller, HttpRequest<?> request) {
        return list(caller, request, caller.subject());
    }

    @Post(MEMBERS + "/connected_apps/{connected_app_id}/revoke")
    Map<String, Object> revokeOwn(SessionCaller caller, HttpRequest<?> request, String connected_app_id) {
        return revoke(caller, request, caller.subject(), connected_app_id);
    }

    /** The second path is what the SDK really asks for (contract §1.2). */
    @Get(uris = {MEMBERS + "/{member_id}/connected_apps", "/v1b2b/organizations/members/{member_id}/connected_apps"})
    Map<String, Object> listOf(SessionCaller caller, HttpRequest<?> request, String member_id) {
        return list(caller, request, members.findFellow(caller, member_id).subject());
    }

    @Post(MEMBERS + "/{member_id}/connected_apps/{connected_app_id}/revoke")
    Map<String, Object> revokeOf(
            SessionCaller caller, HttpRequest<?> request, String member_id, String connected_app_id) {
        return revoke(caller, request, members.findFellow(caller, member_id).subject(), connected_app_id);
    }

    private Map<String, Object> list(SessionCaller caller, HttpRequest<?> request, Subject subject) {
        return ApiResponse.to(request)
                .with(
                        "connected_apps",
                        grants.list(caller, subject).stream().map(GrantJson::of).toList())
                .body();
    }

    private Map<String, Object> revoke(SessionCaller caller, HttpRequest<?> request, Subject subject, String appId) {
        return ReceiptJson.answer(request, grants.revoke(caller, subject, apps.find(caller.projectId(), appId)));
    }
}
