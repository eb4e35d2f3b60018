package dev.ungrant.members;

import dev.ungrant.organizations.Organization;
import dev.ungrant.organizations.Organizations;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.sessions.SdkSession;
import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.Json;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.MemberAction;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The members of the caller's organization in a page: {@code sdk.b2b.member.*}, {@code sdk.b2b.invite} (contract §5.10). */
@MemberAction
@Controller("/sdk/v1/b2b")
final class MemberSdk {
    private final Members members;
    private final Departures departures;
    private final Invitations invitations;
    private final Organizations organizations;
    private final Json json;

    MemberSdk(Members members, Departures departures, Invitations invitations, Organizations organizations, Json json) {
        this.members = members;
        this.departures = departures;
        this.invitations = invitations;
        this.organizations = organizations;
        this.json = json;
    }

    /** Whatever organizations the body names: it is the caller's own that is searched. */
    @Post("/organizations/me/members/search")
    Map<String, Object> search(SessionCaller caller, HttpRequest<?> request, @Body @Nullable String text) {
        Map<String, Object> body = new HashMap<>(json.body(text).fields());
        body.put(
                "organization_ids",
                List.of(WireId.of("organization", caller.subject().tenantId())));
        return MemberJson.answer(request, members.search(caller, new JsonBody(body)));
    }

    @Post("/organizations/members")
    Map<String, Object> create(SessionCaller caller, HttpRequest<?> request, @Body @Nullable String body) {
        Organization own = own(caller);
        return MemberJson.answer(request, members.create(caller, own, json.body(body)), own);
    }

    @Put("/organizations/members/{member_id}")
    Map<String, Object> update(
            SessionCaller caller, HttpRequest<?> request, String member_id, @Body @Nullable String body) {
        Organization own = own(caller);
        Member present = Members.live(members.findFellow(caller, member_id));
        return MemberJson.answer(request, members.update(caller, own, present, json.body(body)), own);
    }

    @Delete("/organizations/members/{member_id}")
    Map<String, Object> delete(SessionCaller caller, HttpRequest<?> request, String member_id) {
        Member member = members.findFellow(caller, member_id);
        departures.deactivate(caller, member);
        return ApiResponse.to(request).with("member_id", member.wireId()).body();
    }

    @Put("/organizations/members/{member_id}/reactivate")
    Map<String, Object> reactivate(SessionCaller caller, HttpRequest<?> request, String member_id) {
        Member member = departures.reactivate(caller, members.findFellow(caller, member_id));
        return MemberJson.answer(request, member, own(caller));
    }

    @Post("/magic_links/email/invite")
    Map<String, Object> invite(
            SdkSession here, SessionCaller caller, HttpRequest<?> request, @Body @Nullable String body) {
        Organization own = own(caller);
        return MemberJson.answer(request, invitations.invite(here.client(), caller, own, json.body(body)), own);
    }

    private Organization own(SessionCaller caller) {
        return organizations.get(caller, caller.subject().tenantId());
    }
}
