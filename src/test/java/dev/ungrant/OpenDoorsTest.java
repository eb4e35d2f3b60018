package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.web.Frame;
import dev.ungrant.web.Open;
import io.micronaut.http.uri.UriMatchTemplate;
import io.micronaut.web.router.Router;
import io.micronaut.web.router.UriRouteInfo;
import jakarta.inject.Inject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Which doors stand open is decided here, by name. A new route is closed, or this list says why it is not; every closed one
 * is tried.
 */
final class OpenDoorsTest extends ApiTest {
    /** Reviewed: each of these checks by itself what must be checked, or tells nothing that is not public. */
    private static final Set<String> OPEN = Set.of(
            // For balancers; says "ok" or not.
            "GET /health",
            "GET /assets/{hash}/{name}",
            // The script that pages of hosts load.
            "GET /embed.js",
            // Does nothing, and says so; a host's token is the key where something is handed over.
            "GET /embed",
            "GET /link",
            "POST /link",
            // Colours, which stand in the address.
            "GET /embed/theme.css",
            // Pictures of apps: they are about nobody.
            "GET /logos/{owner}/{name}",
            // Those of organizations: sign-in pages show them; the address is not to be guessed.
            // Browsers send reports without cookies; only that there was one is logged.
            "POST /csp-report",
            // What leads to a session cannot want one.
            "GET /sign-in",
            "POST /sign-in",
            "GET /sign-in/code",
            "POST /sign-in/code",
            "GET /sign-in/choose",
            "POST /sign-in/choose",
            "GET /sign-in/organization",
            "POST /sign-in/organization",
            "GET /sign-in/{slug}",
            "GET /sign-in/go/{key}",
            "GET /sign-in/callback/{organization}",
            // Want the secret of an invitation.
            "GET /join/{link}",
            "GET /join",
            "POST /join",
            // Public by their standards: RFC 8414, OpenID Connect Discovery, RFC 7517.
            "GET /.well-known/openid-configuration",
            "GET /.well-known/oauth-authorization-server",
            "GET /.well-known/oauth-authorization-server/v1/public/{project_id}",
            "GET /.well-known/jwks.json",
            "GET /v1/public/{project_id}/.well-known/openid-configuration",
            "GET /v1/public/{project_id}/.well-known/oauth-authorization-server",
            "GET /v1/sessions/jwks/{project}",
            "GET /v1/b2b/sessions/jwks/{project}",
            // The access token is the key.
            "GET /v1/oauth2/userinfo",
            "POST /v1/oauth2/userinfo",
            "GET /v1/public/{project_id}/oauth2/userinfo",
            "POST /v1/public/{project_id}/oauth2/userinfo",
            // For pages of a project's origins, which have its public token and nobody's session yet.
            "GET /sdk/v1/projects/bootstrap/{public_token}",
            "POST /sdk/v1/events",
            "POST /sdk/v1/b2b/organizations/search",
            "POST /sdk/v1/b2b/sessions/attest",
            "POST /sdk/v1/sessions/attest",
            "POST /sdk/v1/b2b/oauth/logout/start",
            "POST /sdk/v1/oauth/logout/start",
            "POST /sdk/v1/b2b/magic_links/email/login_or_signup",
            "POST /sdk/v1/b2b/magic_links/authenticate",
            "POST /sdk/v1/b2b/otps/email/login_or_signup",
            "POST /sdk/v1/b2b/otps/email/authenticate",
            "POST /sdk/v1/magic_links/email/login_or_create",
            "POST /sdk/v1/magic_links/email/send/primary",
            "POST /sdk/v1/magic_links/authenticate",
            "POST /sdk/v1/otps/email/login_or_create",
            "POST /sdk/v1/otps/email/send/primary",
            "POST /sdk/v1/otps/authenticate",
            // Refuse unless the operator has let apps register themselves; the rest wants the registration access
            // token.
            "POST /v1/oauth2/register",
            "POST /v1/public/{project_id}/oauth2/register",
            "GET /v1/oauth2/register/{client_id}",
            "PUT /v1/oauth2/register/{client_id}",
            "DELETE /v1/oauth2/register/{client_id}",
            // Clients authenticate in the request, each its own way.
            // Where apps send browsers, of people who are not signed in yet too; the consent itself is a closed door.
            "GET /oauth2/authorize",
            "POST /oauth2/authorize",
            "GET /oauth2/projects/{project_id}/authorize",
            "POST /oauth2/projects/{project_id}/authorize",
            "GET /oauth2/authorize/{page}",
            "GET /oauth2/logout",
            "POST /oauth2/logout",
            "GET /oauth2/logout/{page}",
            "POST /v1/oauth2/par",
            "POST /v1/public/{project_id}/oauth2/par",
            "POST /v1/oauth2/token",
            "POST /v1/oauth2/introspect",
            "POST /v1/oauth2/revoke",
            "POST /v1/public/{project_id}/oauth2/token",
            "POST /v1/public/{project_id}/oauth2/introspect",
            "POST /v1/public/{project_id}/oauth2/revoke");

    @Inject
    Router router;

    @Test
    void theseDoorsAreOpenAndNoOthers() {
        assertThat(routes(true)).containsExactlyInAnyOrderElementsOf(OPEN);
    }

    @Test
    void closedDoorsOfTheApiRefuseWhoeverHasNoProjectSecret() {
        Backend backend = b2b();
        String anotherProjectsSecret = basic(backend.project().wireId(), b2b().secret());
        String session = begin(backend.project(), backend.member(backend.organization("Acme"), "ben@acme.example"))
                .token()
                .reveal();
        List<String> closed =
                routes(false).stream().filter(OpenDoorsTest::isApi).toList();
        assertThat(closed).hasSizeGreaterThan(40);
        for (String route : closed) {
            for (Map<String, String> headers : List.<Map<String, String>>of(
                    Map.of(),
                    Map.of("Authorization", basic(backend.project().wireId(), "secret-test-wrong")),
                    Map.of("Authorization", anotherProjectsSecret),
                    Map.of("Authorization", "Bearer " + session),
                    Map.of("X-Stytch-Member-Session", session),
                    Map.of("Cookie", "s=" + session))) {
                Answer answer = send(request(route, "application/json", "{}", headers));
                assertThat(answer.status())
                        .as("%s with %s", route, headers.keySet())
                        .isEqualTo(401);
                answer.refused(401, "unauthorized_credentials");
                assertThat(answer.response().headers().firstValue("WWW-Authenticate"))
                        .isPresent();
            }
        }
    }

    /** The public token stands in every page, so by itself it is no key; nor is anything that is one elsewhere. */
    @Test
    void closedDoorsOfTheBrowserSdkRefuseWhoeverHasNoSession() {
        Backend backend = b2b();
        Backend shop = consumer();
        Map<String, Object> ben = backend.member(backend.organization("Acme"), "ben@acme.example");
        page(backend, ben);
        page(shop, shop.user("uma@shop.example"));
        String session = begin(backend.project(), ben).token().reveal();
        List<String> closed =
                routes(false).stream().filter(OpenDoorsTest::isSdk).toList();
        assertThat(closed).hasSizeGreaterThan(10);
        for (String route : closed) {
            for (Map<String, String> headers : List.<Map<String, String>>of(
                    Map.of(),
                    Map.of("Authorization", "Bearer " + session),
                    Map.of("X-Stytch-Member-Session", session),
                    Map.of("Cookie", "s=" + session))) {
                send(request(route, "application/json", "{}", headers)).refused(401, "unauthorized_credentials");
            }
            Backend own = route.contains("b2b") ? backend : shop;
            String publicToken = own.project().publicToken();
            for (Map<String, String> headers : List.<Map<String, String>>of(
                    Map.of("Authorization", basic(publicToken, publicToken)),
                    Map.of("Authorization", basic(publicToken, "")),
                    Map.of(
                            "Authorization",
                            basic(publicToken, publicToken),
                            "Cookie",
                            "sdk-" + own.project().projectId() + "=" + session))) {
                send(request(route, "application/json", "{}", headers)).refused(401, "user_unauthenticated");
            }
            for (String password : List.of(own.secret(), own.project().wireId(), portalSession(backend, ben))) {
                send(request(route, "application/json", "{}", Map.of("Authorization", basic(publicToken, password))))
                        .refused(404, "session_not_found");
            }
            send(request(
                            route,
                            "application/json",
                            "{}",
                            Map.of("Authorization", basic(own.project().wireId(), own.secret()))))
                    .refused(404, "public_token_not_found");
        }
    }

    @Test
    void closedPagesLeadToSignInAndFragmentsSendTheWholePageThere() {
        List<String> closed = routes(false).stream()
                .filter(route -> !isApi(route) && !isSdk(route) && !isForFrames(route))
                .toList();
        assertThat(closed).isNotEmpty();
        for (String route : closed) {
            for (Map<String, String> headers : List.<Map<String, String>>of(
                    Map.of(), Map.of("Sec-Fetch-Site", "same-origin", "Cookie", "s=nonsense"))) {
                HttpResponse<String> page = sendRaw(request(route, "application/x-www-form-urlencoded", "", headers));
                assertThat(page.statusCode()).as(route).isEqualTo(303);
                assertThat(page.headers().firstValue("Location").orElseThrow())
                        .as(route)
                        .startsWith("/sign-in");
                assertThat(page.body()).as(route).isEmpty();
            }
            HttpResponse<String> fragment =
                    sendRaw(request(route, "application/x-www-form-urlencoded", "", Map.of("HX-Request", "true")));
            assertThat(fragment.statusCode()).as(route).isEqualTo(401);
            assertThat(fragment.headers().firstValue("HX-Redirect")).as(route).hasValue("/sign-in");
            assertThat(fragment.body()).as(route).isEmpty();
        }
    }

    /** E13: nothing opens a page for frames but the handle of a session in a frame. */
    @Test
    void closedPagesForFramesSayThatThereIsNoSession() {
        Backend backend = b2b();
        Map<String, Object> ben = backend.member(backend.organization("Acme"), "ben@acme.example");
        String portal = portalSession(backend, ben);
        String session = begin(backend.project(), ben).token().reveal();
        List<String> closed =
                routes(false).stream().filter(OpenDoorsTest::isForFrames).toList();
        assertThat(closed).hasSizeGreaterThan(4);
        for (String route : closed) {
            for (Map<String, String> headers : List.<Map<String, String>>of(
                    Map.of(),
                    Map.of("Cookie", "s=" + portal + "; __Host-s=" + portal),
                    Map.of("Cookie", "__Host-es=" + portal),
                    Map.of("X-Embed-Session", portal),
                    Map.of("X-Embed-Session", session),
                    Map.of("X-Stytch-Member-Session", session))) {
                Map<String, String> fromUs = new HashMap<>(headers);
                boolean handOver = route.equals("POST /embed");
                fromUs.put("Sec-Fetch-Site", handOver ? "cross-site" : "same-origin");
                HttpResponse<String> page = sendRaw(request(route, "application/x-www-form-urlencoded", "", fromUs));
                assertThat(page.statusCode())
                        .as("%s with %s", route, headers.keySet())
                        .isEqualTo(401);
                assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                        .as(route)
                        .contains("frame-ancestors 'none'");
                assertThat(page.headers().allValues("Set-Cookie")).as(route).isEmpty();
                assertThat(page.body()).as(route).doesNotContain("ben@acme.example");
            }
        }
    }

    @Test
    void apiSessionIsNoKeyToThePortal() {
        Backend backend = b2b();
        String session = begin(backend.project(), backend.member(backend.organization("Acme"), "ben@acme.example"))
                .token()
                .reveal();
        for (String path : List.of("/", "/sessions")) {
            assertThat(sendRaw(HttpRequest.newBuilder(uri(path)).header("Cookie", "s=" + session))
                            .statusCode())
                    .isEqualTo(303);
        }
    }

    /** The gate looks at the path's first letters; no other spelling of them may get past it. */
    @Test
    void otherSpellingsOfAPathLeadNowhere() {
        for (String path : List.of(
                "/%76%31/debug/whoami",
                "//v1/debug/whoami",
                "/./v1/debug/whoami",
                "/x/../v1/debug/whoami",
                "/V1/debug/whoami",
                "/v1//debug/whoami",
                "/v1;x=y/debug/whoami",
                "/v1%2Fdebug%2Fwhoami",
                "/sessions/..%2Fv1/debug/whoami",
                "/%73dk/v1/b2b/organizations/members/connected_apps",
                "//sdk/v1/b2b/organizations/members/connected_apps",
                "/SDK/v1/b2b/organizations/members/connected_apps",
                "/sdk%2Fv1/b2b/organizations/members/connected_apps")) {
            HttpResponse<String> answer = sendRaw(HttpRequest.newBuilder(java.net.URI.create(server.getURI() + path)));
            assertThat(answer.statusCode()).as(path).isIn(400, 401, 404, 303);
            assertThat(answer.body()).as(path).doesNotContain("project_id");
        }
    }

    @Test
    void doorsOfTheDemoAreInTheDemoOnly() {
        assertThat(router.uriRoutes().map(OpenDoorsTest::name)).noneMatch(route -> route.contains("demo"));
        for (String path : List.of("/demo/sign-in/ada", "/demo/mailbox")) {
            assertThat(sendRaw(HttpRequest.newBuilder(uri(path))).statusCode()).isEqualTo(404);
        }
    }

    /** HEAD comes with GET, and is as open or closed as that. */
    @Test
    void headIsAsClosedAsGet() {
        Set<String> heads = router.uriRoutes()
                .filter(route -> route.getHttpMethodName().equals("HEAD"))
                .filter(OpenDoorsTest::isOpen)
                .map(route -> "GET " + path(route))
                .collect(Collectors.toSet());
        assertThat(OPEN).containsAll(heads);
    }

    private Set<String> routes(boolean open) {
        return router.uriRoutes()
                .filter(route -> !route.getHttpMethodName().equals("HEAD"))
                .filter(route -> isOpen(route) == open)
                .map(OpenDoorsTest::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isOpen(UriRouteInfo<?, ?> route) {
        return route.getAnnotationMetadata().hasAnnotation(Open.class);
    }

    private static String name(UriRouteInfo<?, ?> route) {
        return route.getHttpMethodName() + " " + path(route);
    }

    private static String path(UriRouteInfo<?, ?> route) {
        UriMatchTemplate template = route.getUriMatchTemplate();
        return template.toPathString();
    }

    private static boolean isForFrames(String route) {
        return Frame.isFor(route.substring(route.indexOf(' ') + 1));
    }

    private static boolean isSdk(String route) {
        return route.contains(" /sdk/");
    }

    private static boolean isApi(String route) {
        return route.contains(" /v1/");
    }

    private HttpRequest.Builder request(String route, String type, String body, Map<String, String> headers) {
        String method = route.substring(0, route.indexOf(' '));
        String path = route.substring(route.indexOf(' ') + 1)
                .replaceAll("\\{[^}]*}", UUID.randomUUID().toString());
        List<String> pairs = new ArrayList<>(List.of("Content-Type", type));
        headers.forEach((name, value) -> pairs.addAll(List.of(name, value)));
        return HttpRequest.newBuilder(uri(path))
                .headers(pairs.toArray(String[]::new))
                .method(
                        method,
                        method.equals("GET")
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
    }
}
