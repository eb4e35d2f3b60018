package dev.ungrant.connectedapps;

import dev.ungrant.members.Member;
import dev.ungrant.members.Members;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Form;
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
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The apps of a member, and the end of their access on the member's behalf: with a reason, and the member is told. */
@Controller("/organization/members/{member}")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
final class MemberAppPages {
    private final Members members;
    private final Grants grants;
    private final ConnectedApps apps;
    private final AppModels models;
    private final AppViews views;
    private final Selections selections;
    private final Policies policies;
    private final RateLimits limits;
    private final Pages pages;
    private final Words words;

    MemberAppPages(
            Members members,
            Grants grants,
            ConnectedApps apps,
            AppModels models,
            AppViews views,
            Selections selections,
            Policies policies,
            RateLimits limits,
            Pages pages,
            Words words) {
        this.members = members;
        this.grants = grants;
        this.apps = apps;
        this.models = models;
        this.views = views;
        this.selections = selections;
        this.policies = policies;
        this.limits = limits;
        this.pages = pages;
        this.words = words;
    }

    /** Somebody whose apps the caller may see; everybody else does not exist. */
    private Member member(SessionCaller caller, String wireId) {
        Member member = members.findFellow(caller, wireId);
        grants.requireVisible(caller, member.subject());
        return member;
    }

    private Acting acting(SessionCaller caller, Member member) {
        return Acting.on(
                member.called(),
                "/organization/members/" + member.wireId(),
                policies.permits(caller, Permission.REVOKE_CONNECTED_APP, member.subject()));
    }

    @Get("/apps")
    HttpResponse<?> list(SessionCaller caller, HttpRequest<?> request, String member) {
        Member found = member(caller, member);
        if (caller.is(found.subject())) {
            // One's own are not acted on for anybody.
            return HttpResponse.seeOther(URI.create("/"));
        }
        Map<String, String> query = request.getParameters().asMap(String.class, String.class);
        Acting acting = acting(caller, found);
        Map<String, Object> model = models.list(caller, found.subject(), query, words.locale(request), Instant.now());
        model.put("acting", acting);
        model.put("mayRevoke", acting.mayRevoke());
        return Htmx.vary(
                Htmx.wantsFragment(request)
                        ? pages.fragment(request, "connectedapps/list", "apps", model)
                                .header("HX-Replace-Url", acting.base() + "/apps" + models.said(query))
                        : pages.page(request, "connectedapps/list", model));
    }

    @Get("/apps/{app}")
    HttpResponse<?> app(SessionCaller caller, HttpRequest<?> request, String member, String app) {
        Member found = member(caller, member);
        ConnectedApp of = apps.find(caller.projectId(), app);
        Acting acting = acting(caller, found);
        Map<String, Object> model = models.app(caller, found.subject(), of, words.locale(request), Instant.now());
        model.put("acting", acting);
        model.put("mayRevoke", acting.mayRevoke());
        return pages.page(request, "connectedapps/app", model);
    }

    @Get("/apps/{app}/revoke")
    HttpResponse<?> question(SessionCaller caller, HttpRequest<?> request, String member, String app) {
        Member found = member(caller, member);
        return ask(caller, request, HttpStatus.OK, found, mayAct(caller, found), app);
    }

    @Post("/apps/{app}/revoke")
    HttpResponse<?> revoke(
            SessionCaller caller, HttpRequest<?> request, String member, String app, @Body @Nullable String body) {
        Member found = member(caller, member);
        limits.countRevoke(caller.sessionId());
        ConnectedApp of = apps.find(caller.projectId(), app);
        Form form = Form.of(body);
        Acting acting = mayAct(caller, found);
        if (!Acting.isReason(form.text("reason"))) {
            Acting again = acting.again(form.text("reason"), form.has("tell"));
            return ask(caller, request, HttpStatus.UNPROCESSABLE_ENTITY, found, again, app);
        }
        grants.revoke(caller, found.subject(), of, note(form));
        return HttpResponse.seeOther(URI.create(acting.base() + "/apps?removed=" + of.wireId()));
    }

    private HttpResponse<?> ask(
            SessionCaller caller, HttpRequest<?> request, HttpStatus status, Member member, Acting acting, String app) {
        ConnectedApp found = apps.find(caller.projectId(), app);
        Map<String, Object> model = new HashMap<>();
        model.put("question", views.of(caller, member.subject(), found, words.locale(request), Instant.now()));
        model.put("acting", acting);
        model.put("inRow", false);
        return drawn(request, status, "connectedapps/confirm", model);
    }

    /** Changes nothing; a post only because a selection can be longer than an address. */
    @Post("/apps/selected")
    HttpResponse<?> selected(SessionCaller caller, HttpRequest<?> request, String member, @Body @Nullable String body) {
        Member found = member(caller, member);
        return askSelected(caller, request, HttpStatus.OK, found, mayAct(caller, found), Selections.Ticked.of(body));
    }

    @Post("/apps/revoke")
    HttpResponse<?> revokeSelected(
            SessionCaller caller, HttpRequest<?> request, String member, @Body @Nullable String body) {
        Member found = member(caller, member);
        limits.countRevoke(caller.sessionId());
        Selections.Ticked ticked = Selections.Ticked.of(body);
        List<ConnectedApp> chosen = selections.apps(caller, ticked);
        Form form = Form.of(body);
        Acting acting = mayAct(caller, found);
        if (!Acting.isReason(form.text("reason"))) {
            Acting again = acting.again(form.text("reason"), form.has("tell"));
            return askSelected(caller, request, HttpStatus.UNPROCESSABLE_ENTITY, found, again, ticked);
        }
        grants.revokeAll(caller, found.subject(), chosen, note(form));
        return HttpResponse.seeOther(URI.create(acting.base() + "/removed/" + RequestId.of(request)));
    }

    private HttpResponse<?> askSelected(
            SessionCaller caller,
            HttpRequest<?> request,
            HttpStatus status,
            Member member,
            Acting acting,
            Selections.Ticked ticked) {
        Locale locale = words.locale(request);
        Map<String, Object> model = new HashMap<>();
        model.put("question", selections.question(caller, member.subject(), ticked, locale, Instant.now()));
        model.put("acting", acting);
        return drawn(request, status, "connectedapps/confirm-selected", model);
    }

    /** After the removal of several: what that request ended, read back from the audit. */
    @Get("/removed/{requestId}")
    HttpResponse<?> receipts(SessionCaller caller, HttpRequest<?> request, String member, String requestId) {
        Member found = member(caller, member);
        Map<String, Object> model = new HashMap<>();
        model.put(
                "receipts", models.receipts(caller, found.subject(), requestId, words.locale(request), Instant.now()));
        model.put("acting", acting(caller, found));
        return pages.page(request, "connectedapps/removed", model);
    }

    /** The question is not put to whoever may only look; the verb would refuse them as well. */
    private Acting mayAct(SessionCaller caller, Member member) {
        Acting acting = acting(caller, member);
        if (!acting.mayRevoke()) {
            throw new Problem(ErrorType.SESSION_AUTHORIZATION_ERROR);
        }
        return acting;
    }

    private HttpResponse<?> drawn(HttpRequest<?> request, HttpStatus status, String view, Map<String, ?> model) {
        return Htmx.vary(
                Htmx.wantsFragment(request)
                        ? pages.fragment(request, status, view, "question", model)
                        : pages.page(request, status, view, model));
    }

    private static EndNote note(Form form) {
        return new EndNote(form.text("reason"), form.has("tell"));
    }
}
