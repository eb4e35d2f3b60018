package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every endpoint has in common when a request is not one: the envelope of contract §11, as JSON, always. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContractShapeTest extends OAuthTest {
    private static final int TOO_LARGE = 1024 * 1024 + 1;

    /** The rows of contract §14 that are served; who calls: P a project secret, C a client, T a token, - nobody. */
    private static final String ENDPOINTS = """
            b2b.member.apps.revoke      POST    P   -     /v1/b2b/organizations/{org}/members/{member}/connected_apps/{app}/revoke
            b2b.member.apps.list        GET     P   -     /v1/b2b/organizations/{org}/members/{member}/connected_apps
            b2b.org.apps.list           GET     P   -     /v1/b2b/organizations/{org}/connected_apps
            b2b.org.apps.get            GET     P   -     /v1/b2b/organizations/{org}/connected_apps/{app}
            b2b.org.create              POST    P   body  /v1/b2b/organizations
            b2b.org.get                 GET     P   -     /v1/b2b/organizations/{org}
            b2b.org.update              PUT     P   body  /v1/b2b/organizations/{org}
            b2b.org.delete              DELETE  P   -     /v1/b2b/organizations/{org}
            b2b.org.search              POST    P   body  /v1/b2b/organizations/search
            b2b.org.metrics             GET     P   -     /v1/b2b/organizations/{org}/metrics
            b2b.org.external_id         DELETE  P   -     /v1/b2b/organizations/{org}/external_id
            b2b.member.create           POST    P   body  /v1/b2b/organizations/{org}/members
            b2b.member.get              GET     P   -     /v1/b2b/organizations/{org}/member
            b2b.member.dangerously_get  GET     P   -     /v1/b2b/organizations/members/dangerously_get/{member}
            b2b.member.update           PUT     P   body  /v1/b2b/organizations/{org}/members/{member}
            b2b.member.delete           DELETE  P   -     /v1/b2b/organizations/{org}/members/{member}
            b2b.member.reactivate       PUT     P   -     /v1/b2b/organizations/{org}/members/{member}/reactivate
            b2b.member.search           POST    P   body  /v1/b2b/organizations/members/search
            b2b.member.external_id      DELETE  P   -     /v1/b2b/organizations/{org}/members/{member}/external_id
            b2b.sessions.list           GET     P   -     /v1/b2b/sessions
            b2b.sessions.authenticate   POST    P   body  /v1/b2b/sessions/authenticate
            b2b.sessions.revoke         POST    P   body  /v1/b2b/sessions/revoke
            b2b.sessions.jwks           GET     -   -     /v1/b2b/sessions/jwks/{project}
            b2b.rbac.policy             GET     P   -     /v1/b2b/rbac/policy
            b2b.rbac.org.get            GET     P   -     /v1/b2b/rbac/organizations/{org}
            b2b.rbac.org.set            PUT     P   body  /v1/b2b/rbac/organizations/{org}
            b2b.idp.start               POST    P   body  /v1/b2b/idp/oauth/authorize/start
            b2b.idp.submit              POST    P   body  /v1/b2b/idp/oauth/authorize
            b2c.user.apps.list          GET     P   -     /v1/users/{user}/connected_apps
            b2c.user.apps.revoke        POST    P   -     /v1/users/{user}/connected_apps/{app}/revoke
            b2c.user.create             POST    P   body  /v1/users
            b2c.user.get                GET     P   -     /v1/users/{user}
            b2c.user.update             PUT     P   body  /v1/users/{user}
            b2c.user.delete             DELETE  P   -     /v1/users/{user}
            b2c.user.search             POST    P   body  /v1/users/search
            b2c.sessions.list           GET     P   -     /v1/sessions
            b2c.sessions.authenticate   POST    P   body  /v1/sessions/authenticate
            b2c.sessions.revoke         POST    P   body  /v1/sessions/revoke
            b2c.sessions.jwks           GET     -   -     /v1/sessions/jwks/{project}
            b2c.rbac.policy             GET     P   -     /v1/rbac/policy
            b2c.idp.start               POST    P   body  /v1/idp/oauth/authorize/start
            b2c.idp.submit              POST    P   body  /v1/idp/oauth/authorize
            apps.create                 POST    P   body  /v1/connected_apps/clients
            apps.get                    GET     P   -     /v1/connected_apps/clients/{app}
            apps.update                 PUT     P   body  /v1/connected_apps/clients/{app}
            apps.delete                 DELETE  P   -     /v1/connected_apps/clients/{app}
            apps.search                 POST    P   body  /v1/connected_apps/clients/search
            apps.rotate_start           POST    P   -     /v1/connected_apps/clients/{app}/secrets/rotate/start
            apps.rotate_cancel          POST    P   -     /v1/connected_apps/clients/{app}/secrets/rotate/cancel
            apps.rotate                 POST    P   -     /v1/connected_apps/clients/{app}/secrets/rotate
            embed.mint                  POST    P   body  /v1/embed/sessions
            misc.whoami                 GET     P   -     /v1/debug/whoami
            oauth.token                 POST    C   body  /v1/oauth2/token
            oauth.token                 POST    C   body  /v1/public/{project}/oauth2/token
            oauth.par                   POST    C   body  /v1/oauth2/par
            oauth.par                   POST    C   body  /v1/public/{project}/oauth2/par
            oauth.introspect            POST    C   body  /v1/oauth2/introspect
            oauth.introspect            POST    C   body  /v1/public/{project}/oauth2/introspect
            oauth.revoke                POST    C   body  /v1/oauth2/revoke
            oauth.userinfo              GET     T   -     /v1/oauth2/userinfo
            oauth.userinfo              GET     T   -     /v1/public/{project}/oauth2/userinfo
            oauth.discovery             GET     -   -     /.well-known/openid-configuration
            oauth.discovery             GET     -   -     /v1/public/{project}/.well-known/openid-configuration
            oauth.as_metadata           GET     -   -     /.well-known/oauth-authorization-server
            oauth.jwks                  GET     -   -     /.well-known/jwks.json
            """;

    private Cast b2b;
    private Cast consumer;

    record Endpoint(String id, String method, String caller, boolean readsBody, String template) {
        boolean isConsumers() {
            return id.startsWith("b2c.");
        }

        boolean isForProjects() {
            return caller.equals("P");
        }

        boolean isOAuth() {
            return caller.equals("C") || caller.equals("T");
        }

        @Override
        public String toString() {
            return id + ' ' + template;
        }
    }

    /** Objects that are there, so that what is wrong with a request is the one thing that is wrong with it. */
    private record Cast(Backend backend, UnaryOperator<String> fill) {}

    @BeforeAll
    void cast() {
        Backend first = b2b();
        Map<String, Object> acme = first.organization("Acme");
        Map<String, Object> ben = first.member(acme, "ben@acme.example");
        String app = app(first, "third_party").id();
        b2b = new Cast(
                first,
                path -> path.replace("{org}", (String) acme.get("organization_id"))
                        .replace("{member}", (String) ben.get("member_id"))
                        .replace("{app}", app)
                        .replace("{project}", first.project().wireId()));
        Backend second = consumer();
        String user = (String) second.user("uma@example.com").get("user_id");
        String other = app(second, "third_party").id();
        consumer = new Cast(
                second,
                path -> path.replace("{user}", user)
                        .replace("{app}", other)
                        .replace("{project}", second.project().wireId()));
    }

    static Stream<Endpoint> endpoints() {
        return ENDPOINTS
                .lines()
                .map(line -> line.split(" +"))
                .map(cell -> new Endpoint(cell[0], cell[1], cell[2], cell[3].equals("body"), cell[4]));
    }

    static Stream<Endpoint> endpointsForProjects() {
        return endpoints().filter(Endpoint::isForProjects);
    }

    static Stream<Endpoint> endpointsWithMethodsThatHaveBodies() {
        return endpoints().filter(endpoint -> List.of("POST", "PUT").contains(endpoint.method()));
    }

    static Stream<Endpoint> endpointsThatReadBodies() {
        return endpoints().filter(Endpoint::readsBody);
    }

    static Stream<Endpoint> openEndpoints() {
        return endpoints().filter(endpoint -> endpoint.caller().equals("-"));
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void routeThatIsNoneIsNotFound(Endpoint endpoint) {
        refused(
                endpoint,
                call(endpoint, endpoint.method(), path(endpoint) + "/no/such/route", "{}"),
                404,
                "route_not_found");
        refused(
                endpoint,
                send(request(endpoint.method(), path(endpoint) + "/no/such/route", "{}")),
                404,
                "route_not_found");
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void methodThatIsNoneIsNotAllowed(Endpoint endpoint) {
        refused(endpoint, call(endpoint, "PATCH", path(endpoint), "{}"), 405, "method_not_allowed");
        refused(endpoint, send(request("PATCH", path(endpoint), "{}")), 405, "method_not_allowed");
    }

    @ParameterizedTest
    @MethodSource("endpointsForProjects")
    void nobodyIsServedWithoutTheProjectSecret(Endpoint endpoint) {
        String path = path(endpoint);
        Backend backend = cast(endpoint).backend();
        String project = backend.project().wireId();
        List<String> wrong = List.of(
                basic(project, "secret-test-wrong"),
                basic("project-test-" + UUID.randomUUID(), backend.secret()),
                basic("nonsense", "nonsense"),
                basic(project, ""),
                "Basic !!!",
                "Basic",
                "Bearer " + backend.secret());
        refused(endpoint, send(request(endpoint.method(), path, "{}")), 401, "unauthorized_credentials");
        for (String header : wrong) {
            HttpRequest.Builder request = request(endpoint.method(), path, "{}").header("Authorization", header);
            refused(endpoint, send(request), 401, "unauthorized_credentials");
        }
    }

    @ParameterizedTest
    @MethodSource("endpointsForProjects")
    void otherVerticalsEndpointIsRefused(Endpoint endpoint) {
        if (endpoint.id().startsWith("b2b.") || endpoint.isConsumers()) {
            Backend other = endpoint.isConsumers() ? b2b.backend() : consumer.backend();
            refused(endpoint, other.call(endpoint.method(), path(endpoint), "{}"), 400, "bad_vertical");
        }
    }

    @ParameterizedTest
    @MethodSource("endpointsWithMethodsThatHaveBodies")
    void contentTypeThatIsNoneIsNotSupported(Endpoint endpoint) {
        for (String type : List.of("text/plain", "application/xml", "multipart/form-data; boundary=x")) {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri(path(endpoint)))
                    .header("Content-Type", type)
                    .method(endpoint.method(), BodyPublishers.ofString("{}"));
            refused(endpoint, send(authorized(endpoint, request)), 415, "unsupported_media_type");
        }
    }

    @ParameterizedTest
    @MethodSource("endpointsThatReadBodies")
    void bodyThatIsNoJsonObjectIsRefused(Endpoint endpoint) {
        for (String body :
                List.of("{", "{\"a\":}", "nonsense", "[]", "\"text\"", "1", "{\"a\":1}}", "{} {}", "\u0000")) {
            Answer answer = call(endpoint, endpoint.method(), path(endpoint), body);
            if (endpoint.isOAuth()) {
                refusedAs(answer, 400, "invalid_request");
            } else {
                answer.refused(400, "bad_request");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("endpointsWithMethodsThatHaveBodies")
    void bodyOfMoreThanAMegabyteIsTooLarge(Endpoint endpoint) {
        String body = "{\"a\":\"" + "x".repeat(TOO_LARGE) + "\"}";
        refused(endpoint, call(endpoint, endpoint.method(), path(endpoint), body), 413, "request_too_large");
    }

    @ParameterizedTest
    @MethodSource("openEndpoints")
    void openEndpointAnswersAnybodyInJson(Endpoint endpoint) {
        for (String accept :
                List.of("application/json", "text/html", "*/*", "text/html, image/gif, image/jpeg, */*; q=0.2")) {
            HttpResponse<String> response =
                    sendRaw(HttpRequest.newBuilder(uri(path(endpoint))).header("Accept", accept));
            assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("application/json");
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        }
    }

    /** As a backend does whose base URL ends with a slash. */
    @Test
    void twoSlashesAreNoRoute() {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.getURI() + "//v1/debug/whoami"));
        send(request).refused(404, "route_not_found");
    }

    /** No library would send this. */
    @Test
    void brokenAddressIsABadRequest() throws IOException {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.getOutputStream()
                    .write("GET /v1/b2b/organizations/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 400").containsIgnoringCase("content-type: application/json");
            assertThat(answer).contains("\"error_type\":\"bad_request\"");
        }
    }

    private Cast cast(Endpoint endpoint) {
        return endpoint.isConsumers() ? consumer : b2b;
    }

    private String path(Endpoint endpoint) {
        return cast(endpoint).fill().apply(endpoint.template());
    }

    private Answer call(Endpoint endpoint, String method, String path, String body) {
        return send(authorized(endpoint, request(method, path, body)));
    }

    private HttpRequest.Builder request(String method, String path, String body) {
        return HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .method(method, method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    }

    private HttpRequest.Builder authorized(Endpoint endpoint, HttpRequest.Builder request) {
        Backend backend = cast(endpoint).backend();
        return endpoint.isForProjects()
                ? request.header("Authorization", basic(backend.project().wireId(), backend.secret()))
                : request;
    }

    private static void refused(Endpoint endpoint, Answer answer, int status, String type) {
        if (!endpoint.isOAuth() || !answer.body().containsKey("error")) {
            answer.refused(status, type);
            return;
        }
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
        assertThat(answer.body()).containsEntry("error_type", type).containsEntry("status_code", status);
        assertThat(answer.body())
                .containsKeys("error", "error_description", "error_message", "error_url", "request_id");
    }
}
