package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.ConnectedApps;
import dev.ungrant.connectedapps.Consents;
import dev.ungrant.connectedapps.Scopes;
import dev.ungrant.database.Transactions;
import dev.ungrant.projects.Origin;
import dev.ungrant.projects.Project;
import dev.ungrant.projects.Projects;
import dev.ungrant.projects.SdkAccesses;
import dev.ungrant.projects.TokenFormat;
import dev.ungrant.projects.Vertical;
import dev.ungrant.rbac.Actor;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Subject;
import dev.ungrant.rbac.Via;
import dev.ungrant.sessions.Session;
import dev.ungrant.sessions.Sessions;
import dev.ungrant.web.Json;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;

/** A running node and somebody who calls its JSON API over real HTTP. Each test makes a project of its own. */
@MicronautTest(transactional = false)
public abstract class ApiTest {
    protected static final HttpClient CLIENT = HttpClient.newHttpClient();

    @Inject
    protected EmbeddedServer server;

    @Inject
    protected Projects projects;

    @Inject
    protected Sessions sessions;

    @Inject
    protected ConnectedApps apps;

    @Inject
    protected Consents consents;

    @Inject
    protected SdkAccesses sdkAccesses;

    @Inject
    protected Transactions transactions;

    @Inject
    protected Json json;

    /** What came back. */
    public record Answer(int status, Map<String, Object> body, HttpResponse<String> response) {
        public String text(String name) {
            return (String) body.get(name);
        }

        @SuppressWarnings("unchecked")
        public Map<String, Object> object(String name) {
            return (Map<String, Object>) body.get(name);
        }

        @SuppressWarnings("unchecked")
        public List<Object> list(String name) {
            return (List<Object>) body.get(name);
        }

        @SuppressWarnings("unchecked")
        public List<Map<String, Object>> objects(String name) {
            return (List<Map<String, Object>>) body.get(name);
        }

        public Answer ok() {
            assertThat(status).as("%s", body).isEqualTo(200);
            assertThat(body.get("status_code")).isEqualTo(200);
            assertThat(text("request_id")).startsWith("request-id-test-");
            return this;
        }

        /** The contract's envelope (§11), and none of the keys that clients would misread (§1.1). */
        public void refused(int wantedStatus, String errorType) {
            assertThat(body.get("error_type")).as("%s", body).isEqualTo(errorType);
            assertThat(status).as("%s", body).isEqualTo(wantedStatus);
            assertThat(body.get("status_code")).isEqualTo(wantedStatus);
            assertThat(text("request_id")).startsWith("request-id-test-");
            assertThat(text("error_message")).isNotBlank();
            assertThat(text("error_url")).isNotBlank();
            assertThat(body).doesNotContainKeys("error", "body", "params", "query");
        }
    }

    /** A project's backend that calls the API, on behalf of a member when it has a session. */
    public final class Backend {
        private final Project project;
        private final String secret;
        private final @Nullable String sessionToken;
        private final @Nullable String sessionJwt;

        private Backend(Project project, String secret, @Nullable String sessionToken, @Nullable String sessionJwt) {
            this.project = project;
            this.secret = secret;
            this.sessionToken = sessionToken;
            this.sessionJwt = sessionJwt;
        }

        public Project project() {
            return project;
        }

        public String secret() {
            return secret;
        }

        public Backend withSession(@Nullable String token, @Nullable String jwt) {
            return new Backend(project, secret, token, jwt);
        }

        /** The same backend with the session of a member who signs in now. */
        public Backend as(Map<String, Object> member) {
            return withSession(begin(project, member).token().reveal(), null);
        }

        public Answer get(String path) {
            return call("GET", path, null);
        }

        public Answer post(String path, @Nullable Object body) {
            return call("POST", path, body);
        }

        public Answer put(String path, @Nullable Object body) {
            return call("PUT", path, body);
        }

        public Answer delete(String path) {
            return call("DELETE", path, null);
        }

        /** @param body an object to be written as JSON, a text to be sent as it is, or null for a body of zero length */
        public Answer call(String method, String path, @Nullable Object body) {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                    .header("Content-Type", "application/json")
                    .header("Authorization", basic(project.wireId(), secret));
            if (sessionToken != null) {
                request.header("X-Stytch-Member-Session", sessionToken);
            }
            if (sessionJwt != null) {
                request.header("X-Stytch-Member-SessionJWT", sessionJwt);
            }
            String text = body == null ? "" : body instanceof String string ? string : json.write(body);
            return send(request.method(method, HttpRequest.BodyPublishers.ofString(text)));
        }

        /** The organization as it came back. */
        public Map<String, Object> organization(String name) {
            return post("/v1/b2b/organizations", Map.of("organization_name", name))
                    .ok()
                    .object("organization");
        }

        /** The member as it came back. */
        public Map<String, Object> member(Map<String, Object> organization, String emailAddress, String... roles) {
            return post(
                            "/v1/b2b/organizations/" + organization.get("organization_id") + "/members",
                            Map.of("email_address", emailAddress, "roles", List.of(roles)))
                    .ok()
                    .object("member");
        }

        /** The app as it came back, with its secret when it has one. */
        public Map<String, Object> app(String clientType, String name) {
            return post(
                            "/v1/connected_apps/clients",
                            Map.of(
                                    "client_type", clientType,
                                    "client_name", name,
                                    "redirect_urls", List.of("https://app.example/callback")))
                    .ok()
                    .object("connected_app");
        }

        /** The user as it came back. */
        public Map<String, Object> user(String emailAddress) {
            return post("/v1/users", Map.of("email", emailAddress)).ok().object("user");
        }
    }

    protected Backend b2b() {
        return backend(Vertical.B2B);
    }

    protected Backend consumer() {
        return backend(Vertical.CONSUMER);
    }

    /** A project whose apps are let in on our own page. */
    protected Backend hosted(Vertical vertical) {
        return backend(vertical, null);
    }

    private Backend backend(Vertical vertical) {
        return backend(vertical, "https://host.example/authorize");
    }

    private Backend backend(Vertical vertical, @Nullable String authorizationUrl) {
        Projects.Created created = projects.create(vertical, "Test", authorizationUrl, TokenFormat.OPAQUE);
        return new Backend(created.project(), created.secret(), null, null);
    }

    /** Begins a session of a member or user, given as it came back from the API. */
    protected Sessions.Begun begin(Project project, Map<String, Object> person) {
        return begin(project, person, Session.Kind.API);
    }

    /** The token of a session that the person's browser holds. */
    protected String portalSession(Backend backend, Map<String, Object> person) {
        return begin(backend.project(), person, Session.Kind.PORTAL).token().reveal();
    }

    private Sessions.Begun begin(Project project, Map<String, Object> person, Session.Kind kind) {
        return sessions.begin(
                subject(project, person),
                kind,
                List.of(Map.of(
                        "type",
                        "magic_link",
                        "delivery_method",
                        "email",
                        "last_authenticated_at",
                        "2026-01-01T00:00:00Z")),
                60,
                null,
                "",
                "");
    }

    /** A page of the project's own origin with the browser SDK, and the session of the member or user who signs in there now. */
    protected SdkPage page(Backend backend, Map<String, Object> person) {
        ProjectCaller operator =
                new ProjectCaller(backend.project().projectId(), new Via(Via.Door.COMMAND, "request-id-test", ""));
        sdkAccesses.addOrigin(operator, Origin.require("https://host.example"));
        String token = begin(backend.project(), person).token().reveal();
        return SdkPage.of(this, backend.project().publicToken(), token).with("Origin", "https://host.example");
    }

    /** The text of the so-manieth mail to the address, waited for. */
    protected static String textOfMail(String emailAddress, int number) {
        for (int i = 0; i < 400; i++) {
            var mails = TestSession.mailbox().mailsTo(emailAddress);
            if (mails.size() >= number) {
                return mails.get(mails.size() - number).text();
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        throw new AssertionError("no mail to " + emailAddress);
    }

    /** Lets the app in for the member or user, as a completed consent does, and returns the id of the grant. */
    protected UUID grant(Project project, Map<String, Object> person, Map<String, Object> app) {
        Subject subject = subject(project, person);
        Actor actor = new ProjectCaller(project.projectId(), new Via(Via.Door.API, "request-id-test", "")).actor();
        ConnectedApp found = apps.find(project.projectId(), (String) app.get("client_id"));
        Consents.Ask ask = new Consents.Ask(subject, found, Scopes.parse("openid"), false, true);
        return transactions.write(() -> consents.open(actor, ask, true, null).grantId());
    }

    /** How many live grants the member or user has, whether or not a policy forbids them. */
    protected static long grantRows(Project project, Map<String, Object> person) {
        Subject subject = subject(project, person);
        try (Connection connection = database();
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT COUNT(*) FROM grants WHERE tenant_id = UUID_TO_BIN(?) AND subject_id = UUID_TO_BIN(?)"
                                + " AND revoked_at IS NULL")) {
            statement.setString(1, subject.tenantId().toString());
            statement.setString(2, subject.id().toString());
            ResultSet rows = statement.executeQuery();
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many audit events of the action there are in the tenant. */
    protected static long auditEvents(UUID tenantId, String action) {
        try (Connection connection = database();
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT COUNT(*) FROM audit_events WHERE tenant_id = UUID_TO_BIN(?) AND action = ?")) {
            statement.setString(1, tenantId.toString());
            statement.setString(2, action);
            ResultSet rows = statement.executeQuery();
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    protected static Subject subject(Project project, Map<String, Object> person) {
        return person.containsKey("member_id")
                ? Subject.member(
                        project.projectId(),
                        uuid("organization", person.get("organization_id")),
                        uuid("member", person.get("member_id")))
                : Subject.user(project.projectId(), uuid("user", person.get("user_id")));
    }

    protected static UUID uuid(String kind, Object wireId) {
        return WireId.parse(kind, (String) wireId).orElseThrow();
    }

    protected URI uri(String path) {
        return server.getURI().resolve(path);
    }

    protected static String basic(String name, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((name + ':' + password).getBytes(StandardCharsets.UTF_8));
    }

    protected Answer send(HttpRequest.Builder request) {
        HttpResponse<String> response = sendRaw(request);
        assertThat(response.headers().firstValue("Content-Type").orElse(""))
                .as("%s", response)
                .startsWith("application/json");
        return new Answer(response.statusCode(), json.object(response.body()), response);
    }

    protected HttpResponse<String> sendRaw(HttpRequest.Builder request) {
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * How many statements the database runs for the work: the fewest of several tries, since jobs and the rate limiter run
     * theirs in between.
     */
    protected static long statementsOf(Runnable work) {
        return LongStream.generate(() -> {
                    long before = statementsSoFar();
                    work.run();
                    return statementsSoFar() - before;
                })
                .limit(20)
                .min()
                .orElseThrow();
    }

    private static long statementsSoFar() {
        String query = """
                SHOW GLOBAL STATUS WHERE Variable_name IN ('Com_select', 'Com_insert', 'Com_update', 'Com_delete')
                """;
        try (Connection connection = database();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            long sum = 0;
            while (rows.next()) {
                sum += rows.getLong(2);
            }
            return sum;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A connection of the test's own, to look at what was written. */
    protected static Connection database() throws SQLException {
        return DriverManager.getConnection(
                System.getProperty("ungrant.db.url"),
                System.getProperty("ungrant.db.user"),
                System.getProperty("ungrant.db.password"));
    }
}
