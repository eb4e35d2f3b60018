package dev.ungrant.sessions;

import dev.ungrant.members.Member;
import dev.ungrant.members.MemberJson;
import dev.ungrant.members.Members;
import dev.ungrant.organizations.Organization;
import dev.ungrant.organizations.OrganizationJson;
import dev.ungrant.organizations.Organizations;
import dev.ungrant.rbac.Caller;
import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Problem;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import java.util.Map;

@Controller("/v1/b2b/sessions")
final class MemberSessionApi {
    private final Sessions sessions;
    private final Authentications authentications;
    private final Members members;
    private final Organizations organizations;
    private final Json json;

    MemberSessionApi(
            Sessions sessions,
            Authentications authentications,
            Members members,
            Organizations organizations,
            Json json) {
        this.sessions = sessions;
        this.authentications = authentications;
        this.members = members;
        this.organizations = organizations;
        this.json = json;
    }

    @Get
    Map<String, Object> list(
            Caller caller, HttpRequest<?> request, @QueryValue String organization_id, @QueryValue String member_id) {
        Member member = members.find(caller, organization_id, member_id);
        members.requireReadable(caller, member);
        return ApiResponse.to(request)
                .with(
                        "member_sessions",
                        sessions.of(member.subject()).stream().map(this::shown).toList())
                .body();
    }

    @Post("/authenticate")
    Map<String, Object> authenticate(Caller caller, HttpRequest<?> request, @Body @Nullable String body) {
        Authentications.Authenticated authenticated = authentications.authenticate(caller, json.body(body));
        Session session = authenticated.session();
        Organization organization = organizations.get(caller, session.tenantId());
        Member member = members.find(caller, organization, WireId.of("member", session.subjectId()));
        ApiResponse response = ApiResponse.to(request)
                .with("member_session", shown(session))
                .with("session_token", authenticated.token())
                .with("session_jwt", authenticated.jwt())
                .with("member", MemberJson.of(member))
                .with("organization", OrganizationJson.of(organization));
        if (authenticated.verdict() != null) {
            response.with("verdict", authenticated.verdict());
        }
        return response.body();
    }

    @Post("/revoke")
    Map<String, Object> revoke(Caller caller, HttpRequest<?> request, @Body @Nullable String text) {
        JsonBody body = json.body(text);
        SessionArgument argument =
                SessionArgument.in(body, "member_session_id", "session_token", "session_jwt", "member_id");
        if (argument.name().equals("member_id")) {
            sessions.revokeAll(
                    caller, members.findAnywhere(caller, argument.value()).subject());
        } else {
            SessionReference session = argument.locate(sessions, caller.projectId())
                    .orElseThrow(() -> new Problem(ErrorType.SESSION_NOT_FOUND));
            sessions.revoke(caller, session);
        }
        return ApiResponse.to(request).body();
    }

    private MemberSessionJson shown(Session session) {
        return MemberSessionJson.of(session, sessions.roles(session), json);
    }
}
