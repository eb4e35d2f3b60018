package dev.ungrant.connectedapps;

import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Htmx;
import dev.ungrant.web.Moments;
import dev.ungrant.web.Pages;
import dev.ungrant.web.Problem;
import dev.ungrant.web.RateLimits;
import dev.ungrant.web.RequestId;
import dev.ungrant.web.WireId;
import dev.ungrant.web.Words;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The end of one place where an app is signed in. The app keeps its access, and the pages say so. */
@Controller("/apps/{app}/connections/{connection}/end")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
final class ConnectionPages {
    private final Connections connections;
    private final Grants grants;
    private final ConnectedApps apps;
    private final RateLimits limits;
    private final Pages pages;
    private final Words words;

    ConnectionPages(
            Connections connections, Grants grants, ConnectedApps apps, RateLimits limits, Pages pages, Words words) {
        this.connections = connections;
        this.grants = grants;
        this.apps = apps;
        this.limits = limits;
        this.pages = pages;
        this.words = words;
    }

    @Get
    HttpResponse<?> question(SessionCaller caller, HttpRequest<?> request, String app, String connection) {
        ConnectedApp found = apps.find(caller.projectId(), app);
        Locale locale = words.locale(request);
        Instant now = Instant.now();
        Optional<Connection> alive = connections.find(caller, caller.subject(), found, id(connection));
        Map<String, Object> model = new HashMap<>();
        model.put("app", found);
        model.put(
                "connection",
                alive.map(one -> ConnectionView.of(one, found.wireId(), words, locale, new Moments(words, locale, now)))
                        .orElse(null));
        model.put(
                "until",
                alive.isEmpty()
                        ? null
                        : grants.latestJwtExpiry(caller, caller.subject(), found)
                                .map(new Moments(words, locale, now)::until)
                                .orElse(null));
        return Htmx.vary(
                Htmx.wantsFragment(request)
                        ? pages.fragment(request, "connectedapps/end-connection", "question", model)
                        : pages.page(request, "connectedapps/end-connection", model));
    }

    /** Without script the app's page is shown again, where the connection is missing now and the activity says why. */
    @Post
    HttpResponse<?> end(SessionCaller caller, HttpRequest<?> request, String app, String connection) {
        limits.countRevoke(caller.sessionId());
        ConnectedApp found = apps.find(caller.projectId(), app);
        connections.end(caller, caller.subject(), found, id(connection));
        return Htmx.wantsFragment(request)
                ? Htmx.vary(pages.fragment(
                        request,
                        "connectedapps/end-connection",
                        "ended",
                        Map.of("app", found, "id", connection, "requestId", RequestId.of(request))))
                : HttpResponse.seeOther(
                        URI.create("/apps/" + found.wireId() + "?ended=" + connection + "#connections"));
    }

    private static UUID id(String wireId) {
        return WireId.parse(Connection.ID_KIND, wireId).orElseThrow(() -> new Problem(ErrorType.CONNECTION_NOT_FOUND));
    }
}
