package dev.ungrant.javaclient;

import static org.assertj.core.api.Assertions.assertThat;

import com.stytch.java.consumer.StytchClient;
import com.stytch.java.consumer.api.users.Users;
import com.stytch.java.consumer.models.idpoauth.AuthorizeRequest;
import com.stytch.java.consumer.models.idpoauth.AuthorizeStartRequest;
import com.stytch.java.consumer.models.rbac.PolicyRequest;
import com.stytch.java.consumer.models.sessions.AuthenticateRequest;
import com.stytch.java.consumer.models.sessions.AuthenticateResponse;
import com.stytch.java.consumer.models.sessions.AuthorizationCheck;
import com.stytch.java.consumer.models.sessions.GetJWKSRequest;
import com.stytch.java.consumer.models.sessions.Session;
import com.stytch.java.consumer.models.users.ConnectedAppsRequest;
import com.stytch.java.consumer.models.users.CreateRequest;
import com.stytch.java.consumer.models.users.CreateResponse;
import com.stytch.java.consumer.models.users.DeleteRequest;
import com.stytch.java.consumer.models.users.GetRequest;
import com.stytch.java.consumer.models.users.GetResponse;
import com.stytch.java.consumer.models.users.Name;
import com.stytch.java.consumer.models.users.RevokeRequest;
import com.stytch.java.consumer.models.users.SearchRequest;
import com.stytch.java.consumer.models.users.SearchUsersQuery;
import com.stytch.java.consumer.models.users.SearchUsersQueryOperator;
import com.stytch.java.consumer.models.users.UpdateRequest;
import com.stytch.java.consumer.models.users.User;
import com.stytch.java.consumer.models.users.UserConnectedApp;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JavaUsersTest extends JavaClientTest {
    private Backend backend;
    private StytchClient client;
    private Users users;

    @BeforeEach
    void makeProject() {
        backend = consumer();
        client = consumerClient(backend);
        users = client.getUsers();
    }

    @Test
    void userIsMadeChangedSearchedAndDeleted() {
        CreateResponse created = ok(users.createCompletable(new CreateRequest(
                "uma@example.com",
                new Name("Uma", null, "Umber"),
                null,
                null,
                null,
                Map.of("plan", "gold"),
                Map.of("colour", "red"),
                "crm|1",
                List.of("stytch_user"))));
        String id = created.getUserId();
        GetResponse before = read("crm|1");
        assertThat(before.getUserId()).isEqualTo(id);
        assertThat(before.getEmails()).singleElement().satisfies(email -> {
            assertThat(email.getEmailId()).isEqualTo(created.getEmailId());
            assertThat(email.getEmail()).isEqualTo("uma@example.com");
        });

        // The client sends empty metadata and an empty list of roles along.
        ok(users.updateCompletable(new UpdateRequest(id, new Name("Una"))));
        GetResponse after = read(id);
        assertThat(after.getName().getFirstName()).isEqualTo("Una");
        assertThat(after.getTrustedMetadata()).isEqualTo(Map.of("plan", "gold"));
        assertThat(after.getUntrustedMetadata()).isEqualTo(Map.of("colour", "red"));
        assertThat(after.getRoles()).isEqualTo(before.getRoles());
        assertThat(after.getExternalId()).isEqualTo("crm|1");

        assertThat(ok(users.searchCompletable(new SearchRequest(
                                null,
                                10L,
                                new SearchUsersQuery(
                                        SearchUsersQueryOperator.AND,
                                        List.of(Map.of(
                                                "filter_name",
                                                "email_address",
                                                "filter_value",
                                                List.of("uma@example.com")))))))
                        .getResults())
                .extracting(User::getUserId)
                .containsExactly(id);
        assertThat(ok(users.searchCompletable(new SearchRequest()))
                        .getResultsMetadata()
                        .getTotal())
                .isEqualTo(1);

        assertThat(ok(users.deleteCompletable(new DeleteRequest(id))).getUserId())
                .isEqualTo(id);
        refused(users.getCompletable(new GetRequest(id)), 404, "user_not_found");
    }

    @Test
    void accessIsTakenBack() {
        Map<String, Object> uma = backend.user("uma@example.com");
        String id = (String) uma.get("user_id");
        Client calendar = app(backend, "third_party");
        assertThat(list(id)).isEmpty();
        Connection connection = connectWithClient(id, calendar);
        Pending pending = consent(backend, uma, calendar, "openid", "offline_access");
        assertThat(list(id)).singleElement().satisfies(app -> {
            assertThat(app.getConnectedAppId()).isEqualTo(calendar.id());
            assertThat(app.getScopesGranted()).isEqualTo("openid offline_access");
        });

        ok(users.revokeCompletable(new RevokeRequest(id, calendar.id())));

        assertThat(list(id)).isEmpty();
        assertThat(isActive(calendar, connection.accessToken())).isFalse();
        refusedAs(refresh(connection), 400, "invalid_grant");
        refusedAs(tryRedeem(pending), 400, "invalid_grant");
        assertThat(consentRequired(id, calendar)).isTrue();
        ok(users.revokeCompletable(new RevokeRequest(id, calendar.id())));
        refused(users.revokeCompletable(new RevokeRequest(id, "connected-app-test-x")), 404, "connected_app_not_found");
        refused(users.revokeCompletable(new RevokeRequest("user-test-x", calendar.id())), 404, "user_not_found");
        refused(users.connectedAppsCompletable(new ConnectedAppsRequest("../x")), 404, "route_not_found");
        refused(users.getCompletable(new GetRequest("a?b")), 404, "user_not_found");
    }

    @Test
    void sessionIsAuthenticatedHereAndByTheClient() {
        Map<String, Object> uma = backend.user("uma@example.com");
        SignedIn session = signIn(backend, uma);
        var calls = client.getSessions();
        AuthenticateResponse answer = ok(calls.authenticateCompletable(new AuthenticateRequest(
                session.token(), 90, null, Map.of(), new AuthorizationCheck("stytch.self", "revoke.connected-app"))));
        assertThat(answer.getVerdict().getGrantingRoles()).containsExactly("stytch_user");
        assertThat(answer.getUser().getUserId()).isEqualTo(uma.get("user_id"));
        refused(
                calls.authenticateCompletable(new AuthenticateRequest(
                        session.token(), null, null, Map.of(), new AuthorizationCheck("stytch.member", "search"))),
                403,
                "consumer_session_authorization_error");
        Session local = ok(calls.authenticateJwtLocalCompletable(answer.getSessionJWT(), null, 0));
        assertThat(local.getUserId()).isEqualTo(uma.get("user_id"));
        assertThat(local.getSessionId()).isEqualTo(answer.getSession().getSessionId());
        assertThat(ok(calls.getJWKSCompletable(
                                new GetJWKSRequest(backend.project().wireId())))
                        .getKeys())
                .isNotEmpty();
        assertThat(ok(calls.getCompletable(
                                new com.stytch.java.consumer.models.sessions.GetRequest((String) uma.get("user_id"))))
                        .getSessions())
                .hasSize(1);
        ok(calls.revokeCompletable(new com.stytch.java.consumer.models.sessions.RevokeRequest(null, session.token())));
        refused(calls.authenticateCompletable(new AuthenticateRequest(session.token())), 404, "session_not_found");
        assertThat(ok(client.getRbac().policyCompletable(new PolicyRequest()))
                        .getPolicy()
                        .getRoles())
                .singleElement()
                .satisfies(role -> assertThat(role.getRoleId()).isEqualTo("stytch_user"));
    }

    private Connection connectWithClient(String userId, Client app) {
        assertThat(consentRequired(userId, app)).isTrue();
        String verifier = verifier();
        var submitted = ok(client.getIdp()
                .getOauth()
                .authorizeCompletable(new AuthorizeRequest(
                        true,
                        List.of("openid", "offline_access"),
                        app.id(),
                        REDIRECT,
                        "code",
                        userId,
                        null,
                        null,
                        null,
                        null,
                        null,
                        challenge(verifier),
                        List.of())));
        return redeem(new Pending(app, submitted.getAuthorizationCode(), verifier));
    }

    private boolean consentRequired(String userId, Client app) {
        return ok(client.getIdp()
                        .getOauth()
                        .authorizeStartCompletable(new AuthorizeStartRequest(
                                app.id(), REDIRECT, "code", List.of("openid"), userId, null, null, null)))
                .getConsentRequired();
    }

    private List<UserConnectedApp> list(String userId) {
        return ok(users.connectedAppsCompletable(new ConnectedAppsRequest(userId)))
                .getConnectedApps();
    }

    private GetResponse read(String reference) {
        return ok(users.getCompletable(new GetRequest(reference)));
    }
}
