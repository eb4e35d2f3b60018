package dev.ungrant.connectedapps;

import dev.ungrant.embed.Confirmations;
import dev.ungrant.members.Administrators;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.Frame;
import dev.ungrant.web.Htmx;
import dev.ungrant.web.Pages;
import dev.ungrant.web.Problem;
import dev.ungrant.web.RateLimits;
import dev.ungrant.web.RequestId;
import dev.ungrant.web.Words;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** The apps of the person who is signed in: the list, the question, and the end of access. */
@Controller
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
final class GrantPages {
    private final Grants grants;
    private final ConnectedApps apps;
    private final AppModels models;
    private final AppViews views;
    private final Administrators administrators;
    private final Confirmations confirmations;
    private final Policies policies;
    private final RateLimits limits;
    private final Pages pages;
    private final Words words;

    GrantPages(
            Grants grants,
            ConnectedApps apps,
            AppModels models,
            AppViews views,
            Administrators administrators,
            Confirmations confirmations,
            Policies policies,
            RateLimits limits,
            Pages pages,
            Words words) {
        this.grants = grants;
        this.apps = apps;
        this.models = models;
        this.views = views;
        this.administrators = administrators;
        this.confirmations = confirmations;
        this.policies = policies;
        this.limits = limits;
        this.pages = pages;
        this.words = words;
    }

    /** Where a host hands a person over, the answer is the list itself: nothing leads on, and nothing stands in an address. */
    @Post("/embed")
    HttpResponse<?> handedOver(SessionCaller caller, HttpRequest<?> request) {
        return list(caller, request);
    }

    @Get(uris = {"/", "/embed/apps"})
    HttpResponse<?> list(SessionCaller caller, HttpRequest<?> request) {
        Map<String, String> query = request.getParameters().asMap(String.class, String.class);
        Map<String, Object> model;
        try {
            model = models.list(caller, caller.subject(), query, words.locale(request), Instant.now());
        } catch (Problem problem) {
            if (problem.type().status() == HttpStatus.FORBIDDEN) {
                return pages.page(
                        request,
                        HttpStatus.FORBIDDEN,
                        "connectedapps/hidden",
                        Map.of("administrators", administrators.whoMay(caller, Permission.GET_CONNECTED_APPS)));
            }
            throw problem;
        }
        model.put("mayRevoke", mayRevoke(caller));
        return Htmx.vary(
                Htmx.wantsFragment(request)
                        ? pages.fragment(request, "connectedapps/list", "apps", model)
                                .header("HX-Replace-Url", Frame.link(request, "/" + models.said(query)))
                        : pages.page(request, "connectedapps/list", model));
    }

    private boolean mayRevoke(SessionCaller caller) {
        return policies.permits(caller, Permission.REVOKE_CONNECTED_APP, caller.subject());
    }

    @Get(uris = {"/apps/{app}/revoke", "/embed/apps/{app}/revoke"})
    HttpResponse<?> question(
            SessionCaller caller, HttpRequest<?> request, String app, @Nullable @QueryValue String from) {
        ConnectedApp found = apps.find(caller.projectId(), app);
        Map<String, Object> model = new HashMap<>();
        model.put("question", views.of(caller, caller.subject(), found, words.locale(request), Instant.now()));
        // On the app's own page there is no row to put the receipt into: the list is shown next.
        model.put("inRow", !"app".equals(from));
        model.put("from", "line".equals(from) ? "line" : null);
        model.put("confirmation", confirmations.issue(request, caller, found.appId()));
        return Htmx.vary(
                Htmx.wantsFragment(request)
                        ? pages.fragment(request, "connectedapps/confirm", "question", model)
                        : pages.page(request, "connectedapps/confirm", model));
    }

    @Post(uris = {"/apps/{app}/revoke", "/embed/apps/{app}/revoke"})
    HttpResponse<?> revoke(
            SessionCaller caller,
            HttpRequest<?> request,
            String app,
            @Nullable @QueryValue String from,
            @Nullable @Body Map<String, String> form) {
        limits.countRevoke(caller.sessionId());
        ConnectedApp found = apps.find(caller.projectId(), app);
        confirmations.require(request, caller, found.appId(), form == null ? null : form.get("confirmation"));
        Receipt receipt = grants.revoke(caller, caller.subject(), found);
        if (!Htmx.wantsFragment(request)) {
            return HttpResponse.seeOther(URI.create(Frame.link(request, "/?removed=" + found.wireId())));
        }
        ReceiptView view =
                ReceiptView.of(found, receipt, RequestId.of(request), words, words.locale(request), Instant.now());
        // One of several registrations in a line goes from within the line.
        String place = "line".equals(from) ? "item" : "row";
        return Htmx.vary(pages.fragment(request, "connectedapps/receipt", place, Map.of("receipt", view)));
    }

    @Get(uris = {"/apps/{app}", "/embed/apps/{app}"})
    HttpResponse<?> app(SessionCaller caller, HttpRequest<?> request, String app) {
        ConnectedApp found = apps.find(caller.projectId(), app);
        Map<String, Object> model = models.app(caller, caller.subject(), found, words.locale(request), Instant.now());
        model.put("mayRevoke", mayRevoke(caller));
        return pages.page(request, "connectedapps/app", model);
    }
}
