package dev.ungrant.inventory;

import dev.ungrant.connectedapps.EndNote;
import dev.ungrant.jobs.Job;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Form;
import dev.ungrant.web.Pages;
import dev.ungrant.web.Problem;
import dev.ungrant.web.RateLimits;
import dev.ungrant.web.WireId;
import dev.ungrant.web.Words;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** The end of access for one person or many, and the wish for a new approval: the question, and then the act. */
@Controller(InventoryFilter.PATH)
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
final class RemovalPages {
    private final Removals removals;
    private final RemovalQuestions questions;
    private final Selection selection;
    private final RateLimits limits;
    private final Pages pages;
    private final Words words;

    RemovalPages(
            Removals removals,
            RemovalQuestions questions,
            Selection selection,
            RateLimits limits,
            Pages pages,
            Words words) {
        this.removals = removals;
        this.questions = questions;
        this.selection = selection;
        this.limits = limits;
        this.pages = pages;
        this.words = words;
    }

    /** Changes nothing; a post only because a selection can be longer than an address. */
    @Post("/selected")
    HttpResponse<?> ask(SessionCaller caller, HttpRequest<?> request, @Body @Nullable String body) {
        Form form = Form.of(body);
        boolean remove = !form.text("act").equals("ask");
        return ask(caller, request, form, remove, HttpStatus.OK);
    }

    @Post("/revoke")
    HttpResponse<?> remove(SessionCaller caller, HttpRequest<?> request, @Body @Nullable String body) {
        limits.countRevoke(caller.sessionId());
        Form form = Form.of(body);
        GrantSet set = set(caller, form);
        return questions.isAnswered(caller, set, form)
                ? done(removals.remove(caller, set, note(form)), "removed", set)
                : ask(caller, request, form, true, HttpStatus.UNPROCESSABLE_ENTITY);
    }

    @Post("/ask-again")
    HttpResponse<?> askAgain(SessionCaller caller, HttpRequest<?> request, @Body @Nullable String body) {
        limits.countRevoke(caller.sessionId());
        Form form = Form.of(body);
        GrantSet set = set(caller, form);
        return questions.isAnswered(caller, set, form)
                ? done(removals.askAgain(caller, set, note(form)), "asked", set)
                : ask(caller, request, form, false, HttpStatus.UNPROCESSABLE_ENTITY);
    }

    private GrantSet set(SessionCaller caller, Form form) {
        if (!caller.subject().isMember()) {
            throw new Problem(ErrorType.ROUTE_NOT_FOUND);
        }
        return selection.of(caller, form, Instant.now());
    }

    private HttpResponse<?> ask(
            SessionCaller caller, HttpRequest<?> request, Form form, boolean remove, HttpStatus status) {
        Map<String, Object> model = new HashMap<>();
        model.put("question", questions.of(caller, set(caller, form), form, remove, words.locale(request)));
        return pages.page(request, status, "inventory/confirm", model);
    }

    private static EndNote note(Form form) {
        return new EndNote(RemovalQuestions.reason(form), form.has("tell"));
    }

    private static HttpResponse<?> done(Removals.Outcome outcome, String what, GrantSet set) {
        if (outcome.job() != null) {
            return HttpResponse.seeOther(URI.create("/organization/jobs/" + WireId.of(Job.ID_KIND, outcome.job())));
        }
        String back = RemovalQuestions.back(set);
        return HttpResponse.seeOther(
                URI.create(back + (back.contains("?") ? "&" : "?") + "done=" + (outcome.nothing() ? "nothing" : what)));
    }
}
