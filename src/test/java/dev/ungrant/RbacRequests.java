package dev.ungrant;

import dev.ungrant.ApiTest.Backend;
import java.net.http.HttpRequest;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The request that a caller makes of a route of {@link RbacMatrixTest}: with their key, about what belongs to {@link RbacCaller#MEMBER}. */
final class RbacRequests {
    private static final Pattern VARIABLE = Pattern.compile("\\{([^}]*)}");

    private final OAuthTest test;
    private final RbacCast cast;

    RbacRequests(OAuthTest test, RbacCast cast) {
        this.test = test;
        this.cast = cast;
    }

    /** @param route the method and the template of its path */
    HttpRequest.Builder request(String route, RbacCaller caller) {
        String method = route.substring(0, route.indexOf(' '));
        String template = route.substring(route.indexOf(' ') + 1);
        boolean users = isForUsers(template);
        HttpRequest.Builder request = HttpRequest.newBuilder(test.uri(path(template, users)));
        String body;
        if (template.startsWith("/v1/") || template.startsWith("/sdk/")) {
            boolean form = template.contains("/oauth2/") && !template.contains("/register");
            request.header("Content-Type", form ? "application/x-www-form-urlencoded" : "application/json");
            if (template.startsWith("/sdk/")) {
                asSdk(request, caller, users);
            } else {
                asApi(request, caller, users, template.contains("/oauth2/"));
            }
            body = form ? RbacBodies.OAUTH : test.json.write(RbacBodies.of(route, cast));
        } else {
            request.header("Accept", "text/html,application/json;q=0.9,*/*;q=0.8");
            request.header(
                    "Content-Type",
                    template.equals("/csp-report") ? "application/csp-report" : "application/x-www-form-urlencoded");
            body = asPage(request, route, caller);
        }
        return request.method(
                method,
                method.equals("GET") ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
    }

    private static boolean isForUsers(String template) {
        return template.matches(
                "/v1/(users|sessions|idp|rbac)\\b.*|/sdk/v1/(users|sessions|oauth|idp/oauth|otps|magic_links)\\b.*");
    }

    /** @param apps whether apps call it, who have secrets of their own: a project's would count as a wrong one of an app */
    private void asApi(HttpRequest.Builder request, RbacCaller caller, boolean users, boolean apps) {
        switch (caller) {
            case ANONYMOUS -> {}
            case PROJECT -> secret(request, cast.backend(users));
            case OTHER_PROJECT -> secret(request, cast.otherBackend(users));
            default -> {
                if (!apps) {
                    secret(request, cast.backend(users));
                }
                request.header("X-Stytch-Member-Session", cast.session(caller, users));
            }
        }
    }

    private void asSdk(HttpRequest.Builder request, RbacCaller caller, boolean users) {
        request.header("Origin", "https://host.example");
        switch (caller) {
            case ANONYMOUS -> {}
            case PROJECT -> secret(request, cast.backend(users));
            default -> {
                Backend backend = caller == RbacCaller.OTHER_PROJECT ? cast.otherBackend(users) : cast.backend(users);
                request.header(
                        "Authorization", ApiTest.basic(backend.project().publicToken(), cast.session(caller, users)));
            }
        }
    }

    private String asPage(HttpRequest.Builder request, String route, RbacCaller caller) {
        request.header("Sec-Fetch-Site", "same-origin");
        boolean person = caller != RbacCaller.ANONYMOUS && caller != RbacCaller.PROJECT;
        if (caller == RbacCaller.PROJECT) {
            secret(request, cast.backend(false));
        } else if (person) {
            request.header("Cookie", "s=" + cast.portal(caller));
        }
        return route.startsWith("GET ") ? "" : RbacBodies.form(route, person ? caller : null, cast);
    }

    private static void secret(HttpRequest.Builder request, Backend backend) {
        request.header("Authorization", ApiTest.basic(backend.project().wireId(), backend.secret()));
    }

    private String path(String template, boolean users) {
        if (template.contains("/settings/sign-in/") || template.equals("/sign-in/{slug}")) {
            cast.provider();
        }
        Matcher variables = VARIABLE.matcher(template);
        String path =
                variables.replaceAll(variable -> Matcher.quoteReplacement(id(variable.group(1), template, users)));
        if (path.endsWith("/member") || path.endsWith("/v1/b2b/sessions")) {
            path += "?member_id=" + cast.ben().get("member_id") + "&organization_id="
                    + cast.acme().get("organization_id");
        } else if (path.endsWith("/v1/sessions")) {
            path += "?user_id=" + cast.uma().get("user_id");
        } else if (path.endsWith("/roles/delete")) {
            cast.acme();
            path += "?role=reader";
        }
        return path;
    }

    private String id(String variable, String template, boolean users) {
        return switch (variable) {
            case "organization", "organization_id", "slug" ->
                (String) cast.acme().get("organization_id");
            case "member", "member_id" -> (String) whom(template).get("member_id");
            case "user", "user_id" -> (String) cast.uma().get("user_id");
            case "app", "client_id", "connected_app_id" ->
                template.contains("{connection}") ? cast.signedIn() : cast.app(users);
            case "project", "project_id" -> cast.backend(users).project().wireId();
            case "public_token" -> cast.backend(users).project().publicToken();
            case "connection" -> cast.connection();
            case "job" -> cast.job();
            case "id" -> cast.sessionId();
            // Of a request that removed nothing: each sees what they have removed themselves by it.
            case "requestId" -> "request-id-test-" + UUID.randomUUID();
            // Keys of their own, which nobody has here, and files that are not there.
            case "page", "link", "key", "owner", "hash", "name", "file" -> "none";
            default ->
                throw new AssertionError(
                        "A new variable, {" + variable + "} of " + template + ": say here whose it is.");
        };
    }

    /** Ben, or somebody beside him who is in the state that the act is for. */
    private Map<String, Object> whom(String template) {
        return switch (template.replaceFirst("/organization/members/\\{member}/", "")) {
            case "erase", "reactivate" -> cast.dan();
            case "invite", "withdraw" -> cast.nora();
            default -> cast.ben();
        };
    }
}
