package dev.ungrant.connectedapps;

import dev.ungrant.embed.Confirmations;
import dev.ungrant.members.Administrators;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Frame;
import dev.ungrant.web.Htmx;
import dev.ungrant.web.Pages;
import dev.ungrant.web.Problem;
import dev.ungrant.web.RateLimits;
import dev.ungrant.web.RequestId;
import dev.ungrant.web.Series;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The apps of the person who is signed in: the list, the question, and the end of access. */
@Controller
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
final class GrantPages {
    private final Grants grants;
    private final ConnectedApps apps;
    private final AppRows rows;
    private final AppViews views;
    private final AppHistory history;
    private final Administrators administrators;
    private final Confirmations confirmations;
    private final Policies policies;
    private final RateLimits limits;
    private final Pages pages;
    private final Words words;

    GrantPages(
            Grants grants,
            ConnectedApps apps,
            AppRows rows,
            AppViews views,
            AppHistory history,
            Administrators administrators,
            Confirmations confirmations,
            Policies policies,
            RateLimits limits,
            Pages pages,
            Words words) {
        this.grants = grants;
        this.apps = apps;
        this.rows = rows;
        this.views = views;
        this.history = history;
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
        AppFilter filter = AppFilter.of(query);
        Locale locale = words.locale(request);
        Instant now = Instant.now();
        List<AppRow> all;
        try {
            all = rows.of(grants.history(caller, caller.subject()), caller.projectId(), locale, now);
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
        AppList list = AppList.of(all, filter, now);
        list = list.with(views.connections(caller, list.grants(), locale, now));
        Map<String, Object> model = new HashMap<>();
        model.put("list", list);
        model.put("filter", filter);
        model.put("asked", asked(filter, locale));
        model.put("mayRevoke", mayRevoke(caller));
        if (Htmx.wantsFragment(request)) {
            return Htmx.vary(pages.fragment(request, "connectedapps/list", "apps", model))
                    .header("HX-Replace-Url", Frame.link(request, filter.address(list.page())));
        }
        String removed = query.get("removed");
        model.put(
                "receipt",
                removed == null ? null : receiptOf(caller, removed, locale, now).orElse(null));
        return Htmx.vary(pages.page(request, "connectedapps/list", model));
    }

    private boolean mayRevoke(SessionCaller caller) {
        return policies.permits(caller, Permission.REVOKE_CONNECTED_APP, caller.subject());
    }

    private String asked(AppFilter filter, Locale locale) {
        List<String> named = new ArrayList<>();
        if (!filter.search().isEmpty()) {
            named.add(words.say(locale, "filter.search", filter.search()));
        }
        filter.named().forEach(key -> named.add(words.say(locale, key)));
        return Series.names(words, locale, named);
    }

    /** After a post without script: what was ended, read back. Any other app in the address is passed over. */
    private Optional<ReceiptView> receiptOf(SessionCaller caller, String wireId, Locale locale, Instant now) {
        ConnectedApp app;
        try {
            app = apps.find(caller.projectId(), wireId);
        } catch (Problem problem) {
            return Optional.empty();
        }
        return grants.lastReceipt(caller, caller.subject(), app)
                .map(receipt ->
                        ReceiptView.of(app, receipt, history.lastRevoke(caller.subject(), app), words, locale, now));
    }

    @Get(uris = {"/apps/{app}/revoke", "/embed/apps/{app}/revoke"})
    HttpResponse<?> question(
            SessionCaller caller, HttpRequest<?> request, String app, @Nullable @QueryValue String from) {
        ConnectedApp found = apps.find(caller.projectId(), app);
        Map<String, Object> model = new HashMap<>();
        model.put("question", views.of(caller, found, words.locale(request), Instant.now()));
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
        Locale locale = words.locale(request);
        Instant now = Instant.now();
        GrantedApp grant = grants.history(caller, caller.subject()).stream()
                .filter(candidate -> candidate.appId().equals(found.appId()))
                .findFirst()
                .orElseThrow(() -> new Problem(ErrorType.CONNECTED_APP_NOT_FOUND));
        AppRow row = rows.of(List.of(grant), caller.projectId(), locale, now).getFirst();
        Map<String, Object> model = new HashMap<>();
        model.put("row", row);
        model.put("mayRevoke", mayRevoke(caller));
        model.put("detail", views.detail(caller, found, row, locale, now));
        return pages.page(request, "connectedapps/app", model);
    }
}
