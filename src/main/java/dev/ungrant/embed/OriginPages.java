package dev.ungrant.embed;

import dev.ungrant.projects.Origin;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Moments;
import dev.ungrant.web.Pages;
import dev.ungrant.web.Problem;
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
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whose pages may show the organization's people their apps, for those who decide about that. */
@Controller("/organization/origins")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
final class OriginPages {
    private static final int LONGEST = 300;

    private final EmbedOrigins origins;
    private final Pages pages;
    private final Words words;

    OriginPages(EmbedOrigins origins, Pages pages, Words words) {
        this.origins = origins;
        this.pages = pages;
        this.words = words;
    }

    record Row(String origin, Moments.Moment added) {}

    @Get
    HttpResponse<?> list(SessionCaller caller, HttpRequest<?> request) {
        return page(caller, request, HttpStatus.OK, null);
    }

    @Post
    HttpResponse<?> add(SessionCaller caller, HttpRequest<?> request, @Body Map<String, String> form) {
        requireOrganization(caller);
        String said = form.getOrDefault("origin", "").strip();
        Origin origin;
        try {
            origin = Origin.require(said.length() <= LONGEST ? said : "");
        } catch (Problem problem) {
            return page(caller, request, HttpStatus.UNPROCESSABLE_ENTITY, said);
        }
        origins.add(caller, caller.subject().tenantId(), origin);
        return HttpResponse.seeOther(URI.create("/organization/origins"));
    }

    @Post("/remove")
    HttpResponse<?> remove(SessionCaller caller, @Body Map<String, String> form) {
        requireOrganization(caller);
        origins.remove(caller, caller.subject().tenantId(), Origin.require(form.getOrDefault("origin", "")));
        return HttpResponse.seeOther(URI.create("/organization/origins"));
    }

    private HttpResponse<?> page(
            SessionCaller caller, HttpRequest<?> request, HttpStatus status, @Nullable String wrong) {
        requireOrganization(caller);
        Moments moments = new Moments(words, words.locale(request), Instant.now());
        List<Row> rows = origins.all(caller, caller.subject().tenantId()).stream()
                .map(origin -> new Row(origin.origin(), moments.of(origin.addedAt())))
                .toList();
        Map<String, Object> model = new HashMap<>();
        model.put("rows", rows);
        model.put("wrong", wrong == null ? null : wrong.substring(0, Math.min(LONGEST, wrong.length())));
        return pages.page(request, status, "embed/origins", model);
    }

    /** A user of a consumer project has no organization to decide for. */
    private static void requireOrganization(SessionCaller caller) {
        if (!caller.subject().isMember()) {
            throw new Problem(ErrorType.ROUTE_NOT_FOUND);
        }
    }
}
