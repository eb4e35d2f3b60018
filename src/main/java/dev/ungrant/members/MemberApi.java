package dev.ungrant.members;

import dev.ungrant.organizations.Organization;
import dev.ungrant.organizations.Organizations;
import dev.ungrant.rbac.Caller;
import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.QueryValue;
import java.util.Map;

@Controller("/v1/b2b/organizations")
final class MemberApi {
    private final Members members;
    private final Departures departures;
    private final Organizations organizations;
    private final Json json;

    MemberApi(Members members, Departures departures, Organizations organizations, Json json) {
        this.members = members;
        this.departures = departures;
        this.organizations = organizations;
        this.json = json;
    }

    @Post("/{organization}/members")
    Map<String, Object> create(
            Caller caller, HttpRequest<?> request, String organization, @Body @Nullable String body) {
        Organization found = organizations.find(caller, organization);
        return MemberJson.answer(request, members.create(caller, found, json.body(body)), found);
    }

    /** Path and parameters as the contract has them: the singular, and the member in the query. */
    @Get("/{organization}/member")
    Map<String, Object> get(
            Caller caller,
            HttpRequest<?> request,
            String organization,
            @Nullable @QueryValue("member_id") String memberId,
            @Nullable @QueryValue("email_address") String emailAddress) {
        Organization found = organizations.find(caller, organization);
        Member member;
        if (memberId != null && !memberId.isEmpty()) {
            member = members.findLive(caller, found, memberId);
        } else if (emailAddress != null && !emailAddress.isEmpty()) {
            member = members.findByEmailAddress(caller, found, emailAddress);
        } else {
            throw new Problem(ErrorType.BAD_REQUEST, "member_id or email_address is required.");
        }
        members.requireReadable(caller, member);
        return MemberJson.answer(request, member, found);
    }

    @Get("/members/dangerously_get/{member}")
    Map<String, Object> getAnywhere(
            Caller caller,
            HttpRequest<?> request,
            String member,
            @Nullable @QueryValue("include_deleted") Boolean includeDeleted) {
        Member found = members.findAnywhere(caller, member);
        members.requireReadable(caller, found);
        return MemberJson.answer(
                request,
                Boolean.TRUE.equals(includeDeleted) ? found : Members.live(found),
                organizations.get(caller, found.organizationId()));
    }

    @Put("/{organization}/members/{member}")
    Map<String, Object> update(
            Caller caller, HttpRequest<?> request, String organization, String member, @Body @Nullable String body) {
        Organization found = organizations.find(caller, organization);
        Member present = members.findLive(caller, found, member);
        return MemberJson.answer(request, members.update(caller, found, present, json.body(body)), found);
    }

    @Delete("/{organization}/members/{member}")
    Map<String, Object> delete(Caller caller, HttpRequest<?> request, String organization, String member) {
        Member found = members.find(caller, organization, member);
        departures.deactivate(caller, found);
        return ApiResponse.to(request).with("member_id", found.wireId()).body();
    }

    @Put("/{organization}/members/{member}/reactivate")
    Map<String, Object> reactivate(Caller caller, HttpRequest<?> request, String organization, String member) {
        Organization found = organizations.find(caller, organization);
        return MemberJson.answer(request, departures.reactivate(caller, members.find(caller, found, member)), found);
    }

    @Delete("/{organization}/members/{member}/external_id")
    Map<String, Object> removeExternalId(Caller caller, HttpRequest<?> request, String organization, String member) {
        Organization found = organizations.find(caller, organization);
        Member present = members.findLive(caller, found, member);
        return MemberJson.answer(request, members.removeExternalId(caller, present), found);
    }

    @Post("/members/search")
    Map<String, Object> search(Caller caller, HttpRequest<?> request, @Body @Nullable String body) {
        return MemberJson.answer(request, members.search(caller, json.body(body)));
    }
}
