package dev.ungrant.javaclient;

import static org.assertj.core.api.Assertions.assertThat;

import com.stytch.java.b2b.models.sessions.GetJWKSRequest;
import com.stytch.java.consumer.api.connectedappsclients.Clients;
import com.stytch.java.consumer.api.connectedappsclientssecrets.Secrets;
import com.stytch.java.consumer.models.connectedapps.ConnectedApp;
import com.stytch.java.consumer.models.connectedapps.ConnectedAppWithClientSecret;
import com.stytch.java.consumer.models.connectedapps.ConnectedAppWithNextClientSecret;
import com.stytch.java.consumer.models.connectedappsclients.CreateRequest;
import com.stytch.java.consumer.models.connectedappsclients.CreateRequestClientType;
import com.stytch.java.consumer.models.connectedappsclients.DeleteRequest;
import com.stytch.java.consumer.models.connectedappsclients.GetRequest;
import com.stytch.java.consumer.models.connectedappsclients.SearchRequest;
import com.stytch.java.consumer.models.connectedappsclients.SearchResponse;
import com.stytch.java.consumer.models.connectedappsclients.UpdateRequest;
import com.stytch.java.consumer.models.connectedappsclientssecrets.RotateCancelRequest;
import com.stytch.java.consumer.models.connectedappsclientssecrets.RotateRequest;
import com.stytch.java.consumer.models.connectedappsclientssecrets.RotateStartRequest;
import com.stytch.java.consumer.models.debug.WhoamiRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JavaAppsTest extends JavaClientTest {
    private Backend backend;
    private Clients clients;

    @BeforeEach
    void makeProject() {
        backend = b2b();
        clients = b2bClient(backend).getConnectedApp().getClients();
    }

    @Test
    void clientLearnsWhoItIs() {
        var me = ok(b2bClient(backend).getDebug().whoamiCompletable(new WhoamiRequest()));
        assertThat(me.getProjectId()).isEqualTo(backend.project().wireId());
        assertThat(me.getName()).isEqualTo(backend.project().name());
        refused(
                b2bClient(backend, "secret-test-wrong").getDebug().whoamiCompletable(new WhoamiRequest()),
                401,
                "unauthorized_credentials");
    }

    @Test
    void clientReadsTheKeys() {
        var keys = ok(b2bClient(backend)
                        .getSessions()
                        .getJWKSCompletable(new GetJWKSRequest(backend.project().wireId())))
                .getKeys();
        assertThat(keys).isNotEmpty().allSatisfy(key -> {
            assertThat(key.getAlg()).isEqualTo("RS256");
            assertThat(key.getX5C()).isNotEmpty();
            assertThat(key.getX5TS256()).isNotBlank();
        });
    }

    @Test
    void updateOfOneFieldWipesNothing() {
        ConnectedAppWithClientSecret created = create(CreateRequestClientType.THIRD_PARTY);
        ok(clients.updateCompletable(new UpdateRequest(created.getClientId(), "Calendar 2")));

        ConnectedApp read = read(created.getClientId());
        assertThat(read.getClientName()).isEqualTo("Calendar 2");
        assertThat(read.getClientDescription()).isEqualTo("Plans the week");
        assertThat(read.getRedirectURLs()).containsExactly("https://calendar.example/callback");
        assertThat(read.getPostLogoutRedirectURLs()).containsExactly("https://calendar.example/bye");
        assertThat(read.getClientSecretLastFour()).isEqualTo(created.getClientSecretLastFour());
        assertThat(read.getStatus()).isEqualTo("active");
    }

    @Test
    void secretIsRotated() {
        Secrets secrets = clients.getSecrets();
        ConnectedAppWithClientSecret app = create(CreateRequestClientType.FIRST_PARTY);
        String id = app.getClientId();
        ok(secrets.rotateStartCompletable(new RotateStartRequest(id)));
        refused(
                secrets.rotateStartCompletable(new RotateStartRequest(id)),
                400,
                "connected_app_already_rotating_secret");
        ok(secrets.rotateCancelCompletable(new RotateCancelRequest(id)));
        assertThat(read(id).getNextClientSecretLastFour()).isNull();
        ConnectedAppWithNextClientSecret next =
                ok(secrets.rotateStartCompletable(new RotateStartRequest(id))).getConnectedApp();
        ok(secrets.rotateCompletable(new RotateRequest(id)));
        assertThat(read(id).getClientSecretLastFour()).isEqualTo(next.getNextClientSecretLastFour());
        assertThat(isActive(new Client(id, next.getNextClientSecret()), "nonsense"))
                .isFalse();
        refusedAs(tryIntrospect(new Client(id, app.getClientSecret())), 401, "invalid_client");
    }

    private Answer tryIntrospect(Client client) {
        var form = client.credentials();
        form.put("token", "nonsense");
        return form("/v1/oauth2/introspect", form);
    }

    @Test
    void appsOfAllTypesAreFoundPageByPageAndDeleted() {
        List<String> made = new ArrayList<>();
        for (CreateRequestClientType type : CreateRequestClientType.values()) {
            ConnectedAppWithClientSecret app = create(type);
            assertThat(app.getClientType()).isEqualTo(type.name().toLowerCase(java.util.Locale.ROOT));
            assertThat(app.getClientSecret() == null).isEqualTo(type.name().endsWith("_PUBLIC"));
            made.add(app.getClientId());
        }
        List<String> found = new ArrayList<>();
        String cursor = null;
        do {
            SearchResponse page = ok(clients.searchCompletable(new SearchRequest(cursor, 3L)));
            assertThat(page.getResultsMetadata().getTotal()).isEqualTo(4);
            page.getConnectedApps().forEach(app -> found.add(app.getClientId()));
            cursor = page.getResultsMetadata().getNextCursor();
        } while (cursor != null);
        assertThat(found).containsExactlyInAnyOrderElementsOf(made);

        assertThat(ok(clients.deleteCompletable(new DeleteRequest(made.getFirst())))
                        .getClientId())
                .isEqualTo(made.getFirst());
        refused(clients.getCompletable(new GetRequest(made.getFirst())), 404, "connected_app_not_found");
        refused(clients.deleteCompletable(new DeleteRequest(made.getFirst())), 404, "connected_app_not_found");
    }

    @Test
    void idsThatComeUnencodedAreNotFound() {
        refused(clients.getCompletable(new GetRequest("a?b")), 404, "connected_app_not_found");
        refused(clients.deleteCompletable(new DeleteRequest("a?b")), 404, "connected_app_not_found");
        refused(
                clients.getCompletable(new GetRequest("connected-app-test-" + UUID.randomUUID())),
                404,
                "connected_app_not_found");
        refused(clients.getCompletable(new GetRequest("../x")), 404, "route_not_found");
        refused(clients.getCompletable(new GetRequest("a/b")), 404, "route_not_found");
    }

    private ConnectedAppWithClientSecret create(CreateRequestClientType type) {
        return ok(clients.createCompletable(new CreateRequest(
                        type,
                        "Calendar",
                        "Plans the week",
                        List.of("https://calendar.example/callback"),
                        false,
                        30,
                        null,
                        null,
                        List.of("https://calendar.example/bye"))))
                .getConnectedApp();
    }

    private ConnectedApp read(String id) {
        return ok(clients.getCompletable(new GetRequest(id))).getConnectedApp();
    }
}
