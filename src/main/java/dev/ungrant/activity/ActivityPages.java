package dev.ungrant.activity;

import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.Download;
import dev.ungrant.web.Htmx;
import dev.ungrant.web.Languages;
import dev.ungrant.web.Moments;
import dev.ungrant.web.Pager;
import dev.ungrant.web.Pages;
import dev.ungrant.web.RateLimits;
import dev.ungrant.web.Words;
import io.micronaut.context.annotation.Property;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.server.types.files.StreamedFile;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** What happened: in the organization, and about oneself. */
@Controller
@Produces(MediaType.TEXT_HTML)
final class ActivityPages {
    private static final String ORGANIZATION = "/organization/activity";
    private static final String OWN = "/activity";

    private final Activities activities;
    private final ActivityViews views;
    private final ActivityFile files;
    private final RateLimits limits;
    private final Pages pages;
    private final Words words;
    private final String baseUrl;

    ActivityPages(
            Activities activities,
            ActivityViews views,
            ActivityFile files,
            RateLimits limits,
            Pages pages,
            Words words,
            @Property(name = "ungrant.base-url") String baseUrl) {
        this.activities = activities;
        this.views = views;
        this.files = files;
        this.limits = limits;
        this.pages = pages;
        this.words = words;
        this.baseUrl = baseUrl;
    }

    @Get(ORGANIZATION)
    HttpResponse<?> ofOrganization(SessionCaller caller, HttpRequest<?> request) {
        return page(caller, request, false);
    }

    @Get(OWN)
    HttpResponse<?> ofSelf(SessionCaller caller, HttpRequest<?> request) {
        return page(caller, request, true);
    }

    private HttpResponse<?> page(SessionCaller caller, HttpRequest<?> request, boolean own) {
        Map<String, String> query = query(request);
        Locale locale = words.locale(request);
        ZoneId zone = Languages.zone(locale);
        ActivityFilter filter = own ? ActivityFilter.ofSelf(query) : ActivityFilter.of(query);
        Activities.Found found = own
                ? activities.ofSelf(caller, filter, zone, query)
                : activities.inOrganization(caller, filter, zone, query);
        String path = own ? OWN : ORGANIZATION;
        ActivityViews.Reader reader = new ActivityViews.Reader(caller.subject().id(), path, own, locale);
        Map<String, Object> model = new HashMap<>();
        model.put("page", views.page(found, filter, reader, found.previous() == null));
        model.put("filter", filter);
        model.put("own", own);
        model.put("path", path);
        model.put("groups", Actions.offered(own));
        model.put("csv", export(filter, "csv"));
        model.put("jsonLines", export(filter, "jsonl"));
        model.put("today", LocalDate.now(zone));
        model.put("printed", new Moments(words, locale, Instant.now()).exact(Instant.now()));
        model.put("url", baseUrl + Pager.address(path, filter.said()));
        if (Htmx.wantsFragment(request)) {
            return Htmx.vary(pages.fragment(request, "activity/list", "events", model))
                    .header("HX-Replace-Url", Pager.address(path, filter.said()));
        }
        return Htmx.vary(pages.page(request, "activity/list", model));
    }

    private static String export(ActivityFilter filter, String format) {
        Map<String, String> said = new LinkedHashMap<>(filter.said());
        said.put("format", format);
        return Pager.address(ORGANIZATION + "/export", said);
    }

    /** Exactly what the page shows under the same filters, on all its pages. */
    @Get(ORGANIZATION + "/export")
    StreamedFile export(SessionCaller caller, HttpRequest<?> request) {
        Map<String, String> query = query(request);
        boolean csv = !"jsonl".equals(query.get("format"));
        ZoneId zone = Languages.zone(words.locale(request));
        limits.countExport(caller.sessionId());
        Supplier<Activities.Batch> batches =
                activities.export(caller, ActivityFilter.of(query), zone, csv ? "csv" : "jsonl");
        String name = "activity-" + LocalDate.now(zone);
        return csv
                ? Download.of(name + ".csv", MediaType.of("text/csv; charset=utf-8"), files.csv(batches))
                : Download.of(
                        name + ".jsonl", MediaType.of("application/jsonl; charset=utf-8"), files.jsonLines(batches));
    }

    private static Map<String, String> query(HttpRequest<?> request) {
        return request.getParameters().asMap(String.class, String.class);
    }
}
