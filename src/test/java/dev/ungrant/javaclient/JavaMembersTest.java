package dev.ungrant.javaclient;

import static org.assertj.core.api.Assertions.assertThat;

import com.stytch.java.b2b.StytchB2BClient;
import com.stytch.java.b2b.api.organizationsmembers.Members;
import com.stytch.java.b2b.models.idpoauth.AuthorizeRequest;
import com.stytch.java.b2b.models.idpoauth.AuthorizeStartRequest;
import com.stytch.java.b2b.models.idpoauth.AuthorizeStartResponse;
import com.stytch.java.b2b.models.organizations.Member;
import com.stytch.java.b2b.models.organizations.MemberConnectedApp;
import com.stytch.java.b2b.models.organizations.MemberRole;
import com.stytch.java.b2b.models.organizations.SearchQuery;
import com.stytch.java.b2b.models.organizations.SearchQueryOperator;
import com.stytch.java.b2b.models.organizationsmembers.CreateRequest;
import com.stytch.java.b2b.models.organizationsmembers.CreateRequestOptions;
import com.stytch.java.b2b.models.organizationsmembers.DangerouslyGetRequest;
import com.stytch.java.b2b.models.organizationsmembers.DeleteExternalIdRequest;
import com.stytch.java.b2b.models.organizationsmembers.DeleteRequest;
import com.stytch.java.b2b.models.organizationsmembers.DeleteRequestOptions;
import com.stytch.java.b2b.models.organizationsmembers.GetConnectedAppsRequest;
import com.stytch.java.b2b.models.organizationsmembers.GetConnectedAppsRequestOptions;
import com.stytch.java.b2b.models.organizationsmembers.GetRequest;
import com.stytch.java.b2b.models.organizationsmembers.ReactivateRequest;
import com.stytch.java.b2b.models.organizationsmembers.ReactivateRequestOptions;
import com.stytch.java.b2b.models.organizationsmembers.SearchRequest;
import com.stytch.java.b2b.models.organizationsmembers.SearchRequestOptions;
import com.stytch.java.b2b.models.organizationsmembers.UpdateRequest;
import com.stytch.java.b2b.models.organizationsmembers.UpdateRequestOptions;
import com.stytch.java.b2b.models.organizationsmembersconnectedapps.RevokeRequest;
import com.stytch.java.b2b.models.organizationsmembersconnectedapps.RevokeRequestOptions;
import com.stytch.java.b2b.models.organizationsmembersconnectedapps.RevokeResponse;
import com.stytch.java.common.StytchResult;
import com.stytch.java.common.methodoptions.Authorization;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JavaMembersTest extends JavaClientTest {
    private Backend backend;
    private StytchB2BClient client;
    private Members members;
    private Map<String, Object> acme;
    private String acmeId;

    @BeforeEach
    void makeProject() {
        backend = b2b();
        client = b2bClient(backend);
        members = client.getOrganizations().getMembers();
        acme = backend.organization("Acme");
        acmeId = (String) acme.get("organization_id");
    }

    @Test
    void memberIsMadeChangedSearchedDeactivatedAndReactivated() {
        Member dot = ok(members.createCompletable(
                        new CreateRequest(
                                acmeId,
                                "dot@acme.example",
                                "Dot",
                                Map.of("level", "3"),
                                Map.of("colour", "red"),
                                null,
                                null,
                                null,
                                null,
                                List.of("stytch_admin"),
                                "hr|7"),
                        null))
                .getMember();
        assertThat(dot.isAdmin()).isTrue();
        assertThat(read(dot.getMemberId())).isEqualTo(dot);
        assertThat(ok(members.getCompletable(new GetRequest(acmeId, null, "dot@acme.example")))
                        .getMember())
                .isEqualTo(dot);
        assertThat(ok(members.dangerouslyGetCompletable(new DangerouslyGetRequest(dot.getMemberId())))
                        .getMember())
                .isEqualTo(dot);

        // The client sends empty metadata and an empty list of roles along with the name.
        ok(members.updateCompletable(new UpdateRequest(acmeId, "hr|7", "Dorothy"), null));
        Member renamed = read(dot.getMemberId());
        assertThat(renamed.getName()).isEqualTo("Dorothy");
        assertThat(renamed)
                .usingRecursiveComparison()
                .ignoringFields("name", "updatedAt")
                .isEqualTo(dot);
        assertThat(renamed.getRoles()).extracting(MemberRole::getRoleId).contains("stytch_admin");

        var found = ok(members.searchCompletable(
                new SearchRequest(
                        List.of(acmeId),
                        null,
                        10L,
                        new SearchQuery(
                                SearchQueryOperator.AND,
                                List.of(Map.of(
                                        "filter_name", "member_emails", "filter_value", List.of("dot@acme.example"))))),
                null));
        assertThat(found.getMembers()).containsExactly(renamed);
        assertThat(found.getOrganizations()).containsOnlyKeys(acmeId);

        ok(members.deleteExternalIdCompletable(new DeleteExternalIdRequest(acmeId, "hr|7"), null));
        assertThat(read(dot.getMemberId()).getExternalId()).isEmpty();

        ok(members.deleteCompletable(new DeleteRequest(acmeId, dot.getMemberId()), null));
        refused(members.getCompletable(new GetRequest(acmeId, dot.getMemberId())), 404, "member_not_found");
        assertThat(ok(members.dangerouslyGetCompletable(new DangerouslyGetRequest(dot.getMemberId(), true)))
                        .getMember()
                        .getStatus())
                .isEqualTo("deleted");
        ok(members.reactivateCompletable(new ReactivateRequest(acmeId, dot.getMemberId()), null));
        assertThat(read(dot.getMemberId()).getStatus()).isEqualTo("active");
    }

    @Test
    void membersOwnPermissionsCount() {
        Map<String, Object> ada = backend.member(acme, "ada@acme.example", "stytch_admin");
        Map<String, Object> ben = backend.member(acme, "ben@acme.example");
        SignedIn admin = signIn(backend, ada);
        SignedIn plain = signIn(backend, ben);
        ok(members.updateCompletable(
                new UpdateRequest(acmeId, id(ben), "Benjamin"), new UpdateRequestOptions(plain.byToken())));
        assertThat(read(id(ben)).getName()).isEqualTo("Benjamin");
        refused(
                members.updateCompletable(
                        new UpdateRequest(acmeId, id(ada), "x"), new UpdateRequestOptions(plain.byJwt())),
                403,
                "session_authorization_error");
        refused(
                members.deleteCompletable(
                        new DeleteRequest(acmeId, id(ada)), new DeleteRequestOptions(plain.byToken())),
                403,
                "session_authorization_error");
        refused(
                members.createCompletable(
                        new CreateRequest(acmeId, "eve@acme.example"), new CreateRequestOptions(plain.byToken())),
                403,
                "session_authorization_error");
        String eve = ok(members.createCompletable(
                        new CreateRequest(acmeId, "eve@acme.example"), new CreateRequestOptions(admin.byBoth())))
                .getMemberId();
        ok(members.deleteCompletable(new DeleteRequest(acmeId, eve), new DeleteRequestOptions(admin.byToken())));
        refused(members.getCompletable(new GetRequest(acmeId, eve)), 404, "member_not_found");
        refused(
                members.reactivateCompletable(
                        new ReactivateRequest(acmeId, eve), new ReactivateRequestOptions(plain.byToken())),
                403,
                "session_authorization_error");
        ok(members.reactivateCompletable(
                new ReactivateRequest(acmeId, eve), new ReactivateRequestOptions(admin.byJwt())));
        assertThat(read(eve).getStatus()).isEqualTo("active");
        assertThat(ok(members.searchCompletable(
                                new SearchRequest(List.of(acmeId)), new SearchRequestOptions(admin.byJwt())))
                        .getResultsMetadata()
                        .getTotal())
                .isEqualTo(3);
        refused(
                members.searchCompletable(new SearchRequest(List.of(acmeId)), new SearchRequestOptions(plain.byJwt())),
                403,
                "session_authorization_error");
    }

    @Test
    void accessIsTakenBackByWhoeverMay() {
        Map<String, Object> ben = backend.member(acme, "ben@acme.example");
        SignedIn own = signIn(backend, ben);
        SignedIn admin = signIn(backend, backend.member(acme, "ada@acme.example", "stytch_admin"));
        Client calendar = app(backend, "third_party");
        Connection other = connect(backend, ben, app(backend, "third_party"), "openid", "offline_access");

        for (Authorization by : Arrays.asList(null, own.byToken(), own.byJwt(), own.byBoth(), admin.byToken())) {
            Connection connection = connectWithClient(ben, own, calendar);
            Pending pending = consent(backend, ben, calendar, "openid", "offline_access");
            assertThat(isActive(calendar, connection.accessToken())).isTrue();
            assertThat(list(ben, by))
                    .extracting(MemberConnectedApp::getConnectedAppId)
                    .contains(calendar.id());
            assertThat(startByClient(ben, calendar).getConsentRequired()).isFalse();

            assertThat(ok(revoke(ben, calendar, by)).getStatusCode()).isEqualTo(200);

            assertThat(isActive(calendar, connection.accessToken())).isFalse();
            refusedAs(refresh(connection), 400, "invalid_grant");
            refusedAs(tryRedeem(pending), 400, "invalid_grant");
            assertThat(list(ben, by))
                    .extracting(MemberConnectedApp::getConnectedAppId)
                    .doesNotContain(calendar.id());
            assertThat(startByClient(ben, calendar).getConsentRequired()).isTrue();
            ok(revoke(ben, calendar, by));
        }
        assertThat(isActive(other.client(), other.accessToken())).isTrue();
    }

    @Test
    void accessIsNotTakenBackByWhoeverMayNot() {
        Map<String, Object> ben = backend.member(acme, "ben@acme.example");
        SignedIn cleo = signIn(backend, backend.member(acme, "cleo@acme.example"));
        SignedIn gil =
                signIn(backend, backend.member(backend.organization("Globex"), "gil@globex.example", "stytch_admin"));
        Client calendar = app(backend, "third_party");
        Connection connection = connect(backend, ben, calendar, "openid", "offline_access");

        refused(revoke(ben, calendar, cleo.byToken()), 403, "session_authorization_error");
        refused(revoke(ben, calendar, cleo.byJwt()), 403, "session_authorization_error");
        refused(revoke(ben, calendar, gil.byToken()), 403, "session_authorization_tenancy_error");
        refused(revoke(ben, calendar, gil.byJwt()), 403, "session_authorization_tenancy_error");
        refused(revoke(ben, calendar, new Authorization(cleo.token(), gil.jwt())), 400, "too_many_session_arguments");
        refused(revoke(ben, calendar, new Authorization("nonsense", null)), 404, "session_not_found");
        var connectedApps = members.getConnectedApps();
        String unknown = "-test-" + UUID.randomUUID();
        refused(
                connectedApps.revokeCompletable(
                        new RevokeRequest("organization" + unknown, id(ben), calendar.id()), null),
                404,
                "organization_not_found");
        refused(
                connectedApps.revokeCompletable(new RevokeRequest(acmeId, "member" + unknown, calendar.id()), null),
                404,
                "member_not_found");
        refused(
                connectedApps.revokeCompletable(new RevokeRequest(acmeId, id(ben), "connected-app" + unknown), null),
                404,
                "connected_app_not_found");
        // What stands behind the question mark is no part of the path.
        refused(
                connectedApps.revokeCompletable(new RevokeRequest(acmeId, "a?b", calendar.id()), null),
                405,
                "method_not_allowed");
        refused(
                connectedApps.revokeCompletable(new RevokeRequest(acmeId, "../x", calendar.id()), null),
                404,
                "route_not_found");

        assertThat(isActive(calendar, connection.accessToken())).isTrue();
        refresh(connection).ok();
    }

    @Test
    void memberSaysNo() {
        Map<String, Object> ben = backend.member(acme, "ben@acme.example");
        Client calendar = app(backend, "third_party");
        var answer = ok(client.getIdp()
                .getOauth()
                .authorizeCompletable(new AuthorizeRequest(
                        false,
                        List.of("openid"),
                        calendar.id(),
                        REDIRECT,
                        "code",
                        acmeId,
                        id(ben),
                        null,
                        null,
                        null,
                        "a state",
                        null,
                        challenge(verifier()),
                        List.of())));
        assertThat(answer.getAuthorizationCode()).isNull();
        assertThat(query(answer.getRedirectUri()))
                .containsEntry("error", "access_denied")
                .containsEntry("state", "a state");
    }

    private Connection connectWithClient(Map<String, Object> ben, SignedIn session, Client app) {
        AuthorizeStartResponse started = startByClient(ben, app);
        assertThat(started.getClient().getClientId()).isEqualTo(app.id());
        assertThat(started.getMember().getMemberId()).isEqualTo(id(ben));
        assertThat(started.getScopeResults())
                .singleElement()
                .satisfies(scope -> assertThat(scope.isGrantable()).isTrue());
        String verifier = verifier();
        var submitted = ok(client.getIdp()
                .getOauth()
                .authorizeCompletable(new AuthorizeRequest(
                        true,
                        List.of("openid", "offline_access"),
                        app.id(),
                        REDIRECT,
                        "code",
                        null,
                        null,
                        null,
                        session.jwt(),
                        null,
                        "a state",
                        "a nonce",
                        challenge(verifier),
                        List.of())));
        assertThat(query(submitted.getRedirectUri()))
                .containsEntry("code", submitted.getAuthorizationCode())
                .containsEntry("state", "a state");
        return redeem(new Pending(app, submitted.getAuthorizationCode(), verifier));
    }

    private AuthorizeStartResponse startByClient(Map<String, Object> member, Client app) {
        return ok(client.getIdp()
                .getOauth()
                .authorizeStartCompletable(new AuthorizeStartRequest(
                        app.id(), REDIRECT, "code", List.of("openid"), acmeId, id(member), null, null, null)));
    }

    private CompletableFuture<StytchResult<RevokeResponse>> revoke(
            Map<String, Object> member, Client app, Authorization by) {
        return members.getConnectedApps()
                .revokeCompletable(
                        new RevokeRequest(acmeId, id(member), app.id()),
                        by == null ? null : new RevokeRequestOptions(by));
    }

    private List<MemberConnectedApp> list(Map<String, Object> member, Authorization by) {
        return ok(members.getConnectedAppsCompletable(
                        new GetConnectedAppsRequest(acmeId, id(member)),
                        by == null ? null : new GetConnectedAppsRequestOptions(by)))
                .getConnectedApps();
    }

    private Member read(String memberId) {
        return ok(members.getCompletable(new GetRequest(acmeId, memberId))).getMember();
    }

    private static String id(Map<String, Object> member) {
        return (String) member.get("member_id");
    }
}
