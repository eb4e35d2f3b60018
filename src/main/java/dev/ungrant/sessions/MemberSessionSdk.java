package dev.ungrant.sessions;

import dev.ungrant.members.Member;
import dev.ungrant.members.MemberJson;
import dev.ungrant.members.Members;
import dev.ungrant.organizations.Organization;
import dev.ungrant.organizations.OrganizationJson;
import dev.ungrant.organizations.Organizations;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.Json;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.MemberAction;
import dev.ungrant.web.Open;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import java.util.Map;

/** A member's session in a page: whatever begins, prolongs or ends one ({@code sdk.b2b.session.*}, contract §5.10). */
@Controller("/sdk/v1/b2b")
final class MemberSessionSdk {
    private final Sessions sessions;
    private final Authentications authentications;
    private final PageSignIns signIns;
    private final Attestations attestations;
    private final SdkTokens tokens;
    private final Members members;
    private final Organizations organizations;
    private final Json json;

    MemberSessionSdk(
            Sessions sessions,
            Authentications authentications,
            PageSignIns signIns,
            Attestations attestations,
            SdkTokens tokens,
            Members members,
            Organizations organizations,
            Json json) {
        this.sessions = sessions;
        this.authentications = authentications;
        this.signIns = signIns;
        this.attestations = attestations;
        this.tokens = tokens;
        this.members = members;
        this.organizations = organizations;
        this.json = json;
    }

    @Post("/sessions/authenticate")
    HttpResponse<?> authenticate(
            SdkSession here, SessionCaller caller, HttpRequest<?> request, @Body @Nullable String body) {
        Authentications.Authenticated authenticated = authentications.authenticate(here, json.body(body));
        return answer(here.client(), caller, request, authenticated);
    }

    @Post("/sessions/revoke")
    HttpResponse<?> revoke(SdkSession here, SessionCaller caller, HttpRequest<?> request) {
        sessions.revoke(caller, here.session().reference());
        return tokens.take(here.client(), ApiResponse.to(request));
    }

    /** All sessions of one member. */
    @MemberAction
    @Post("/sessions/revoke/{member_id}")
    Map<String, Object> revokeOf(SessionCaller caller, HttpRequest<?> request, String member_id) {
        sessions.revokeAll(caller, members.findFellow(caller, member_id).subject());
        return ApiResponse.to(request).body();
    }

    @Open
    @Post("/magic_links/authenticate")
    HttpResponse<?> byLink(SdkClient client, HttpRequest<?> request, @Body @Nullable String text) {
        JsonBody body = json.body(text);
        return begun(
                client,
                request,
                signIns.byLink(
                        client,
                        body.required("magic_links_token", 256),
                        body.string("pkce_code_verifier", 256).orElse(null),
                        Authentications.minutesOrAnHour(body),
                        userAgent(request)));
    }

    @Open
    @Post("/otps/email/authenticate")
    HttpResponse<?> byCode(SdkClient client, HttpRequest<?> request, @Body @Nullable String text) {
        JsonBody body = json.body(text);
        return begun(
                client,
                request,
                signIns.byCode(
                        client,
                        PageSignIns.organization(body),
                        body.required("email_address", 320),
                        body.required("code", 16),
                        Authentications.minutesOrAnHour(body),
                        userAgent(request)));
    }

    /** With a JWT of the host's own sign-in. */
    @Open
    @Post("/sessions/attest")
    HttpResponse<?> attest(SdkClient client, HttpRequest<?> request, @Body @Nullable String text) {
        JsonBody body = json.body(text);
        return begun(
                client,
                request,
                attestations.attest(
                        client,
                        body.required("profile_id", 128),
                        body.required("token"),
                        body.string("organization_id").orElse(null),
                        Authentications.minutesOrAnHour(body),
                        userAgent(request)));
    }

    private HttpResponse<?> begun(
            SdkClient client, HttpRequest<?> request, Authentications.Authenticated authenticated) {
        SessionCaller caller = sessions.caller(authenticated.session(), client.via());
        CallerBinder.bind(request, caller);
        return answer(client, caller, request, authenticated);
    }

    private static String userAgent(HttpRequest<?> request) {
        return request.getHeaders().get("User-Agent", String.class).orElse("");
    }

    private HttpResponse<?> answer(
            SdkClient client,
            SessionCaller caller,
            HttpRequest<?> request,
            Authentications.Authenticated authenticated) {
        Session session = authenticated.session();
        Organization organization = organizations.get(caller, session.tenantId());
        Member member = members.find(caller, organization, WireId.of("member", session.subjectId()));
        ApiResponse response = ApiResponse.to(request)
                .with("member_id", member.wireId())
                .with("member_session", MemberSessionJson.of(session, sessions.roles(session), json))
                .with("member", MemberJson.of(member))
                .with("organization_id", organization.wireId())
                .with("organization", OrganizationJson.of(organization))
                .with("reset_sessions", false)
                // No second factor is ever asked for.
                .with("member_authenticated", true)
                .with("intermediate_session_token", "")
                .with("mfa_required", null)
                .with("primary_required", null);
        return tokens.hand(client, session, authenticated.token(), authenticated.jwt(), response);
    }
}
