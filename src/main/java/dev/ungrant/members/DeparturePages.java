package dev.ungrant.members;

import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.EmailAddress;
import dev.ungrant.web.Form;
import dev.ungrant.web.Htmx;
import dev.ungrant.web.Pages;
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
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Members who leave, come back or are forgotten: the question, and then the act. */
@Controller(MemberFilter.PATH + "/{member}")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
final class DeparturePages {
    private final MemberAccess access;
    private final Departures departures;
    private final Invitations invitations;
    private final Questions questions;
    private final Pages pages;
    private final Words words;

    DeparturePages(
            MemberAccess access,
            Departures departures,
            Invitations invitations,
            Questions questions,
            Pages pages,
            Words words) {
        this.access = access;
        this.departures = departures;
        this.invitations = invitations;
        this.questions = questions;
        this.pages = pages;
        this.words = words;
    }

    @Get("/deactivate")
    HttpResponse<?> askDeactivate(SessionCaller caller, HttpRequest<?> request, String member) {
        Member found = access.member(caller, member);
        return ask(
                request,
                questions.deactivate(caller, access.organization(caller), found, words.locale(request), Instant.now()));
    }

    @Post("/deactivate")
    HttpResponse<?> deactivate(SessionCaller caller, HttpRequest<?> request, String member) {
        Member found = access.member(caller, member);
        departures.deactivate(caller, found);
        return caller.is(found.subject()) ? HttpResponse.seeOther(URI.create("/sign-in")) : done(request, found);
    }

    @Get("/reactivate")
    HttpResponse<?> askReactivate(SessionCaller caller, HttpRequest<?> request, String member) {
        // Whoever may not look at them learns no more than that nobody is there.
        Member found = access.member(caller, member);
        access.requireCreate(caller);
        return ask(request, questions.reactivate(access.organization(caller), found, words.locale(request)));
    }

    @Post("/reactivate")
    HttpResponse<?> reactivate(SessionCaller caller, HttpRequest<?> request, String member) {
        return done(request, departures.reactivate(caller, access.member(caller, member)));
    }

    @Get("/erase")
    HttpResponse<?> askErase(SessionCaller caller, HttpRequest<?> request, String member) {
        return ask(request, questions.erase(access.removable(caller, member), words.locale(request)));
    }

    @Post("/erase")
    HttpResponse<?> erase(SessionCaller caller, HttpRequest<?> request, String member, @Body @Nullable String body) {
        Member found = access.removable(caller, member);
        if (!EmailAddress.normal(Form.of(body).text("typed")).equals(found.emailAddress())) {
            Locale locale = words.locale(request);
            return ask(request, HttpStatus.UNPROCESSABLE_ENTITY, questions.erase(found, locale), true);
        }
        departures.erase(caller, found);
        return gone(found, request);
    }

    @Get("/withdraw")
    HttpResponse<?> askWithdraw(SessionCaller caller, HttpRequest<?> request, String member) {
        return ask(request, questions.withdraw(access.removable(caller, member), words.locale(request)));
    }

    @Post("/withdraw")
    HttpResponse<?> withdraw(SessionCaller caller, HttpRequest<?> request, String member) {
        Member found = access.removable(caller, member);
        invitations.withdraw(caller, found);
        return gone(found, request);
    }

    private HttpResponse<?> ask(HttpRequest<?> request, Question question) {
        return ask(request, HttpStatus.OK, question, false);
    }

    private HttpResponse<?> ask(HttpRequest<?> request, HttpStatus status, Question question, boolean mistyped) {
        Map<String, Object> model = new HashMap<>();
        model.put("question", question);
        model.put("mistyped", mistyped);
        return Htmx.vary(
                Htmx.wantsFragment(request)
                        ? pages.fragment(request, status, "members/confirm", "question", model)
                        : pages.page(request, status, "members/confirm", model));
    }

    private static HttpResponse<?> done(HttpRequest<?> request, Member member) {
        return HttpResponse.seeOther(
                URI.create(MemberFilter.PATH + '/' + member.wireId() + "?did=" + RequestId.of(request)));
    }

    /** There is no page of a member who is not there any more. */
    private static HttpResponse<?> gone(Member member, HttpRequest<?> request) {
        return HttpResponse.seeOther(
                URI.create(MemberFilter.PATH + "?gone=" + member.wireId() + "&did=" + RequestId.of(request)));
    }
}
