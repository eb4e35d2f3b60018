package dev.ungrant.javaclient;

import static org.assertj.core.api.Assertions.assertThat;

import com.stytch.java.b2b.StytchB2BClient;
import com.stytch.java.b2b.api.sessions.Sessions;
import com.stytch.java.b2b.models.rbac.OrgPolicy;
import com.stytch.java.b2b.models.rbac.PolicyRole;
import com.stytch.java.b2b.models.rbac.PolicyRolePermission;
import com.stytch.java.b2b.models.rbacorganizations.SetOrgPolicyRequest;
import com.stytch.java.b2b.models.sessions.AuthenticateRequest;
import com.stytch.java.b2b.models.sessions.AuthenticateResponse;
import com.stytch.java.b2b.models.sessions.AuthorizationCheck;
import com.stytch.java.b2b.models.sessions.GetRequest;
import com.stytch.java.b2b.models.sessions.MemberSession;
import com.stytch.java.b2b.models.sessions.RevokeRequest;
import com.stytch.java.b2b.models.sessions.RevokeRequestOptions;
import com.stytch.java.common.JWTException;
import com.stytch.java.common.PermissionException;
import com.stytch.java.common.StytchException;
import com.stytch.java.common.StytchResult;
import com.stytch.java.common.TenancyException;
import com.stytch.java.consumer.models.sessions.AuthenticationFactorDeliveryMethod;
import com.stytch.java.consumer.models.sessions.AuthenticationFactorType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JavaSessionsTest extends JavaClientTest {
    private Backend backend;
    private StytchB2BClient client;
    private Sessions calls;
    private String acmeId;
    private Map<String, Object> ada;
    private Map<String, Object> ben;
    private SignedIn admin;
    private SignedIn plain;

    @BeforeEach
    void makeCast() {
        backend = b2b();
        client = b2bClient(backend);
        calls = client.getSessions();
        Map<String, Object> acme = backend.organization("Acme");
        acmeId = (String) acme.get("organization_id");
        ada = backend.member(acme, "ada@acme.example", "stytch_admin");
        ben = backend.member(acme, "ben@acme.example");
        admin = signIn(backend, ada);
        plain = signIn(backend, ben);
    }

    /** The client knows no other factors than those of the contract, and fails on one that it does not know. */
    @Test
    void sessionIsAuthenticatedInBothForms() {
        AuthenticateResponse byToken = ok(calls.authenticateCompletable(new AuthenticateRequest(plain.token())));
        MemberSession session = byToken.getMemberSession();
        assertThat(session.getMemberId()).isEqualTo(ben.get("member_id"));
        assertThat(session.getOrganizationId()).isEqualTo(acmeId);
        assertThat(session.getRoles()).containsExactly("stytch_member");
        assertThat(session.getAuthenticationFactors()).singleElement().satisfies(factor -> {
            assertThat(factor.getType()).isEqualTo(AuthenticationFactorType.MAGIC_LINK);
            assertThat(factor.getDeliveryMethod()).isEqualTo(AuthenticationFactorDeliveryMethod.EMAIL);
        });
        assertThat(byToken.getVerdict()).isNull();

        AuthenticateResponse byJwt = ok(calls.authenticateCompletable(
                new AuthenticateRequest(null, 120, byToken.getSessionJWT(), Map.of("plan", "gold"))));
        assertThat(byJwt.getMemberSession().getMemberSessionId()).isEqualTo(session.getMemberSessionId());
        assertThat(byJwt.getMemberSession().getExpiresAt()).isAfter(session.getExpiresAt());
        assertThat(byJwt.getMemberSession().getCustomClaims()).isEqualTo(Map.of("plan", "gold"));
        refused(
                calls.authenticateCompletable(new AuthenticateRequest(plain.token(), null, plain.jwt())),
                400,
                "too_many_session_arguments");
        refused(calls.authenticateCompletable(new AuthenticateRequest()), 400, "no_session_arguments");
        refused(calls.authenticateCompletable(new AuthenticateRequest("nonsense")), 404, "session_not_found");
    }

    @Test
    void serverSaysWhoMay() {
        assertThat(ok(asked(admin.token(), check(acmeId))).getVerdict()).satisfies(verdict -> {
            assertThat(verdict.getAuthorized()).isTrue();
            assertThat(verdict.getGrantingRoles()).containsExactly("stytch_admin");
        });
        refused(asked(plain.token(), check(acmeId)), 403, "session_authorization_error");
        refused(asked(admin.token(), check("organization-test-x")), 403, "session_authorization_tenancy_error");
    }

    /** From the JWT, the keys, the project's policy and the organization's own roles; the server is not asked about the session. */
    @Test
    void clientSaysItselfWhoMay() {
        MemberSession local = ok(calls.authenticateJwtLocalCompletable(admin.jwt(), null, check(acmeId), 0));
        assertThat(local.getMemberId()).isEqualTo(ada.get("member_id"));
        assertThat(local.getOrganizationSlug()).isEqualTo("acme");
        assertThat(local.getRoles()).containsExactlyInAnyOrder("stytch_admin", "stytch_member");
        assertThat(cause(calls.authenticateJwtLocalCompletable(plain.jwt(), null, check(acmeId), 0)))
                .isInstanceOf(PermissionException.class);
        assertThat(cause(calls.authenticateJwtLocalCompletable(admin.jwt(), null, check("organization-test-x"), 0)))
                .isInstanceOf(TenancyException.class);

        PolicyRole helpdesk = new PolicyRole(
                "helpdesk", "", List.of(new PolicyRolePermission("stytch.member", List.of("revoke.connected-app"))));
        ok(client.getRbac()
                .getOrganizations()
                .setOrgPolicyCompletable(new SetOrgPolicyRequest(acmeId, new OrgPolicy(List.of(helpdesk)))));
        backend.put(
                        "/v1/b2b/organizations/" + acmeId + "/members/" + ben.get("member_id"),
                        Map.of("roles", List.of("helpdesk")))
                .ok();
        String jwt = ok(asked(plain.token(), check(acmeId))).getSessionJWT();
        assertThat(ok(b2bClient(backend).getSessions().authenticateJwtCompletable(jwt, null, check(acmeId)))
                        .getMemberId())
                .isEqualTo(ben.get("member_id"));
        assertThat(ok(calls.authenticateJwtCompletable(jwt, 0, null)).getMemberId())
                .as("too old for the client, so the server is asked")
                .isEqualTo(ben.get("member_id"));
    }

    @Test
    void sessionsAreListedAndRevoked() {
        assertThat(list(ben)).hasSize(1);
        refused(calls.revokeCompletable(new RevokeRequest(), null), 400, "no_session_revoke_arguments");
        SignedIn gil =
                signIn(backend, backend.member(backend.organization("Globex"), "gil@globex.example", "stytch_admin"));
        refused(
                calls.revokeCompletable(
                        new RevokeRequest(list(ben).getFirst().getMemberSessionId()),
                        new RevokeRequestOptions(gil.byJwt())),
                403,
                "session_authorization_tenancy_error");
        refused(
                calls.revokeCompletable(
                        new RevokeRequest(list(ada).getFirst().getMemberSessionId()),
                        new RevokeRequestOptions(plain.byToken())),
                403,
                "session_authorization_error");
        assertThat(list(ben)).hasSize(1);
        assertThat(list(ada)).hasSize(1);
        ok(calls.revokeCompletable(
                new RevokeRequest(list(ben).getFirst().getMemberSessionId()),
                new RevokeRequestOptions(plain.byToken())));
        assertThat(list(ben)).isEmpty();
        refused(calls.authenticateCompletable(new AuthenticateRequest(plain.token())), 404, "session_not_found");
        ok(calls.revokeCompletable(new RevokeRequest(null, null, null, (String) ada.get("member_id")), null));
        assertThat(list(ada)).isEmpty();
    }

    private static AuthorizationCheck check(String organizationId) {
        return new AuthorizationCheck(organizationId, "stytch.member", "revoke.connected-app");
    }

    private CompletableFuture<StytchResult<AuthenticateResponse>> asked(String token, AuthorizationCheck check) {
        return calls.authenticateCompletable(new AuthenticateRequest(token, null, null, Map.of(), check));
    }

    private List<MemberSession> list(Map<String, Object> member) {
        return ok(calls.getCompletable(new GetRequest(acmeId, (String) member.get("member_id"))))
                .getMemberSessions();
    }

    /** What the client itself has against it. */
    private static Throwable cause(CompletableFuture<? extends StytchResult<?>> call) {
        StytchException exception = ((StytchResult.Error) call.join()).getException();
        Throwable reason = ((StytchException.Critical) exception).getReason();
        return ((JWTException.JwtError) reason).getException();
    }
}
