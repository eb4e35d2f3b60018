package dev.ungrant.jobs;

import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Htmx;
import dev.ungrant.web.Pages;
import dev.ungrant.web.Problem;
import dev.ungrant.web.Words;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import java.util.Map;

/** How far a job is, and what came of it. */
@Controller("/organization/jobs")
@Produces(MediaType.TEXT_HTML)
final class JobPages {
    private final Jobs jobs;
    private final JobViews views;
    private final Pages pages;
    private final Words words;

    JobPages(Jobs jobs, JobViews views, Pages pages, Words words) {
        this.jobs = jobs;
        this.views = views;
        this.pages = pages;
        this.words = words;
    }

    @Get("/{job}")
    HttpResponse<?> job(SessionCaller caller, HttpRequest<?> request, String job) {
        if (!caller.subject().isMember()) {
            throw new Problem(ErrorType.ROUTE_NOT_FOUND);
        }
        Job found = jobs.find(caller, caller.subject().tenantId(), job);
        Map<String, Object> model = Map.of("job", views.of(found, words.locale(request)));
        return Htmx.vary(
                Htmx.wantsFragment(request)
                        ? pages.fragment(request, "jobs/job", "progress", model)
                        : pages.page(request, "jobs/job", model));
    }
}
