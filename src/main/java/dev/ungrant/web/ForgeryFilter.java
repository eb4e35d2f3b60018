package dev.ungrant.web;

import io.micronaut.context.annotation.Property;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Refuses what another site makes a browser send (CSRF): a changing request must come from a page of ours, as the
 * browser says, and when a session acts it must carry the session's form token. The content type makes no difference.
 * The API is left alone: it knows no cookies. Nor does the browser SDK's door need it, where a cookie counts only beside a
 * header that no form can send.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
public final class ForgeryFilter {
    static final String FIELD = "form_token";
    static final String HEADER = "X-Form-Token";

    private static final Set<HttpMethod> HARMLESS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    /**
     * Where apps send browsers by POST as well as by GET (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2). Such a post
     * does no more than a link: it leads to a page that asks, and only the form of that page acts.
     */
    private static final Pattern OF_APPS = Pattern.compile("/oauth2/(projects/[^/]+/)?(authorize|logout)");

    /** Where hosts hand a person over: the one-time token in the body says whose page may do that, and is checked against it. */
    private static final Set<String> OF_HOSTS = Set.of(Frame.ROOT, "/link");

    private final String origin;

    ForgeryFilter(@Property(name = "ungrant.base-url") String baseUrl) {
        this.origin = baseUrl;
    }

    // The page that a refusal becomes must not be drawn on the event loop.
    @RequestFilter
    @ExecuteOn(TaskExecutors.BLOCKING)
    void checkOrigin(HttpRequest<?> request) {
        if (isHarmless(request)
                || Problems.isApi(request.getPath())
                || request.getPath().equals(CspReports.PATH)
                || OF_APPS.matcher(request.getPath()).matches()
                || OF_HOSTS.contains(request.getPath())) {
            return;
        }
        if (!comesFromUs(request)) {
            throw new Problem(ErrorType.FORGED_REQUEST);
        }
    }

    /**
     * The other half, called by whoever finds that a session acts, so that it cannot run before that is known. Reads the
     * body, so it must not be called on the event loop.
     */
    public static void requireToken(HttpRequest<?> request, Visitor visitor) {
        if (!isHarmless(request) && !visitor.made(token(request))) {
            throw new Problem(ErrorType.FORGED_REQUEST);
        }
    }

    private static boolean isHarmless(HttpRequest<?> request) {
        return HARMLESS.contains(request.getMethod());
    }

    private boolean comesFromUs(HttpRequest<?> request) {
        String site = request.getHeaders().get("Sec-Fetch-Site");
        if (site != null) {
            return site.equals("same-origin");
        }
        String from = request.getHeaders().get(HttpHeaders.ORIGIN);
        if (from != null) {
            return from.equals(origin)
                    || from.equals(scheme() + request.getHeaders().get(HttpHeaders.HOST));
        }
        // Every browser sends one of the two with a post. What has neither, and no cookie, is no browser of a person.
        return request.getHeaders().get(HttpHeaders.COOKIE) == null;
    }

    private String scheme() {
        return origin.substring(0, origin.indexOf("//") + 2);
    }

    @Nullable
    private static String token(HttpRequest<?> request) {
        String header = request.getHeaders().get(HEADER);
        if (header != null) {
            return header;
        }
        return FormBody.field(request, FIELD);
    }
}
