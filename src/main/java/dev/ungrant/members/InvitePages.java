package dev.ungrant.members;

import dev.ungrant.organizations.Organization;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Form;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Pages;
import dev.ungrant.web.Problem;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The forms that invite, make and change members. */
@Controller(MemberFilter.PATH)
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
final class InvitePages {
    private final MemberAccess access;
    private final Members members;
    private final Invitations invitations;
    private final MemberForms forms;
    private final Pages pages;
    private final Words words;

    InvitePages(
            MemberAccess access,
            Members members,
            Invitations invitations,
            MemberForms forms,
            Pages pages,
            Words words) {
        this.access = access;
        this.members = members;
        this.invitations = invitations;
        this.forms = forms;
        this.pages = pages;
        this.words = words;
    }

    @Get("/new")
    HttpResponse<?> blank(SessionCaller caller, HttpRequest<?> request) {
        access.requireCreate(caller);
        return newForm(caller, request, HttpStatus.OK, MemberForms.Typed.NOTHING, Set.of());
    }

    @Post("/new")
    HttpResponse<?> create(SessionCaller caller, HttpRequest<?> request, @Body @Nullable String body) {
        access.requireCreate(caller);
        Organization organization = access.organization(caller);
        Form form = Form.of(body);
        JsonBody wanted = forms.toCreate(form);
        MemberForms.Typed typed = MemberForms.Typed.of(form, null);
        try {
            Member member = typed.invite()
                    ? invitations.invite(caller, organization, wanted, typed.days())
                    : members.create(caller, organization, wanted);
            return done(request, member);
        } catch (Problem problem) {
            String wrong = wrong(request, problem).orElseThrow(() -> problem);
            return newForm(
                    caller,
                    request,
                    HttpStatus.UNPROCESSABLE_ENTITY,
                    MemberForms.Typed.of(form, wrong),
                    new HashSet<>(form.all("role")));
        }
    }

    private HttpResponse<?> newForm(
            SessionCaller caller,
            HttpRequest<?> request,
            HttpStatus status,
            MemberForms.Typed typed,
            Set<String> ticked) {
        Organization organization = access.organization(caller);
        Map<String, Object> model = new HashMap<>();
        model.put("typed", typed);
        model.put("days", Invitations.DAYS);
        model.put("may", access.ofOrganization(caller));
        model.put("choices", forms.roles(caller, organization, null, ticked, words.locale(request)));
        return pages.page(request, status, "members/new", model);
    }

    @Get("/{member}/edit")
    HttpResponse<?> edit(SessionCaller caller, HttpRequest<?> request, String member) {
        Member found = access.editable(caller, member);
        return editForm(caller, request, HttpStatus.OK, found, found.name(), new HashSet<>(found.directRoles()), null);
    }

    @Post("/{member}/edit")
    HttpResponse<?> save(SessionCaller caller, HttpRequest<?> request, String member, @Body @Nullable String body) {
        Member found = access.editable(caller, member);
        Organization organization = access.organization(caller);
        Form form = Form.of(body);
        try {
            JsonBody changes = forms.toChange(caller, organization, found, form);
            return changes.fields().isEmpty()
                    ? HttpResponse.seeOther(URI.create(MemberFilter.PATH + '/' + found.wireId()))
                    : done(request, members.update(caller, organization, found, changes));
        } catch (Problem problem) {
            String wrong = wrong(request, problem).orElseThrow(() -> problem);
            return editForm(
                    caller,
                    request,
                    HttpStatus.UNPROCESSABLE_ENTITY,
                    found,
                    form.text("name"),
                    new HashSet<>(form.all("role")),
                    wrong);
        }
    }

    private HttpResponse<?> editForm(
            SessionCaller caller,
            HttpRequest<?> request,
            HttpStatus status,
            Member member,
            String name,
            Set<String> ticked,
            @Nullable String wrong) {
        Map<String, Object> model = new HashMap<>();
        model.put("member", member);
        model.put("name", name);
        model.put("wrong", wrong);
        model.put("may", access.of(caller, member));
        model.put("choices", forms.roles(caller, access.organization(caller), member, ticked, words.locale(request)));
        return pages.page(request, status, "members/edit", model);
    }

    @Post("/{member}/invite")
    HttpResponse<?> inviteAgain(
            SessionCaller caller, HttpRequest<?> request, String member, @Body @Nullable String body) {
        Member found = access.member(caller, member);
        invitations.sendAgain(caller, access.organization(caller), found, MemberForms.days(Form.of(body)));
        return done(request, found);
    }

    /** In the words of the form, if what was typed is to blame. */
    private Optional<String> wrong(HttpRequest<?> request, Problem problem) {
        return problem.type() == ErrorType.BAD_REQUEST
                ? words.find(words.locale(request), "member.wrong.bad_request")
                : words.find(
                        words.locale(request), "member.wrong." + problem.type().wireName());
    }

    private static HttpResponse<?> done(HttpRequest<?> request, Member member) {
        return HttpResponse.seeOther(
                URI.create(MemberFilter.PATH + '/' + member.wireId() + "?did=" + RequestId.of(request)));
    }
}
