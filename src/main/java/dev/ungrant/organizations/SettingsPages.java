package dev.ungrant.organizations;

import dev.ungrant.logos.Logos;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.secrets.Pepper;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Pages;
import dev.ungrant.web.Problem;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the organization is called, looks like, and whose addresses it invites. */
@Controller("/organization/settings")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
final class SettingsPages {
    private final Organizations organizations;
    private final Logos logos;
    private final SettingsMenu menu;
    private final RecentChanges changes;
    private final Policies policies;
    private final Pepper pepper;
    private final Pages pages;

    SettingsPages(
            Organizations organizations,
            Logos logos,
            SettingsMenu menu,
            RecentChanges changes,
            Policies policies,
            Pepper pepper,
            Pages pages) {
        this.organizations = organizations;
        this.logos = logos;
        this.menu = menu;
        this.changes = changes;
        this.policies = policies;
        this.pepper = pepper;
        this.pages = pages;
    }

    /** The form was drawn from what is not there any more. */
    private static final class Outdated extends RuntimeException {
        Outdated() {
            super(null, null, false, false);
        }
    }

    @Get
    HttpResponse<?> show(SessionCaller caller, HttpRequest<?> request, @Nullable @QueryValue("saved") String saved) {
        List<String> open = menu.of(caller);
        if (!open.isEmpty() && !open.contains(SettingsMenu.GENERAL)) {
            return HttpResponse.seeOther(URI.create("/organization/settings/" + open.getFirst()));
        }
        menu.requirePage(caller, SettingsMenu.GENERAL);
        Organization organization = own(caller);
        return page(
                caller,
                request,
                HttpStatus.OK,
                organization,
                SettingsForm.of(organization),
                Map.of(),
                Map.of("saved", saved != null));
    }

    @Post
    HttpResponse<?> save(SessionCaller caller, HttpRequest<?> request, @Body Map<String, String> sent) {
        menu.requirePage(caller, SettingsMenu.GENERAL);
        Organization organization = own(caller);
        SettingsForm form = SettingsForm.of(sent, organization);
        String shown = sent.getOrDefault("shown", "");
        if (!shown.equals(shown(organization))) {
            return outdated(caller, request, organization, form);
        }
        Map<String, String> mistakes = form.mistakes();
        if (!mistakes.isEmpty()) {
            return page(caller, request, HttpStatus.UNPROCESSABLE_ENTITY, organization, form, mistakes, Map.of());
        }
        Map<String, Object> wanted = form.changes(organization);
        try {
            if (!wanted.isEmpty()) {
                organizations.update(caller, organization, new JsonBody(wanted), present -> {
                    if (!shown.equals(shown(present))) {
                        throw new Outdated();
                    }
                    return present;
                });
            }
        } catch (Outdated e) {
            return outdated(caller, request, own(caller), form);
        } catch (Problem e) {
            if (e.type() != ErrorType.ORGANIZATION_SLUG_ALREADY_USED) {
                throw e;
            }
            return page(
                    caller,
                    request,
                    HttpStatus.UNPROCESSABLE_ENTITY,
                    organization,
                    form,
                    Map.of("slug", "slug.taken"),
                    Map.of());
        }
        return HttpResponse.seeOther(URI.create("/organization/settings?saved=yes"));
    }

    private HttpResponse<?> outdated(
            SessionCaller caller, HttpRequest<?> request, Organization present, SettingsForm form) {
        return page(
                caller,
                request,
                HttpStatus.CONFLICT,
                present,
                form,
                Map.of(),
                Map.of(
                        "outdated",
                        changes.said(request, present.organizationId(), "organization.updated"),
                        "now",
                        SettingsForm.of(present)));
    }

    private HttpResponse<?> page(
            SessionCaller caller,
            HttpRequest<?> request,
            HttpStatus status,
            Organization organization,
            SettingsForm form,
            Map<String, String> mistakes,
            Map<String, Object> more) {
        Map<String, Object> model = new HashMap<>();
        model.put("outdated", "");
        model.put("now", form);
        model.put("saved", false);
        model.putAll(more);
        model.put("pages", menu.of(caller));
        model.put("page", SettingsMenu.GENERAL);
        model.put("form", form);
        model.put("wrongDomains", form.wrongDomains());
        model.put("mistakes", mistakes);
        model.put("shown", shown(organization));
        model.put(
                "logoProblem",
                logos.problem(organization.projectId(), organization.organizationId())
                        .orElse(""));
        model.put("may", may(caller));
        return pages.page(request, status, "organizations/settings", model);
    }

    private Map<String, Boolean> may(SessionCaller caller) {
        return SettingsForm.ACTIONS.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        field -> policies.permits(
                                caller,
                                Permission.onOrganization(field.getValue()),
                                caller.subject().tenantId())));
    }

    private Organization own(SessionCaller caller) {
        return organizations.get(caller, caller.subject().tenantId());
    }

    private String shown(Organization organization) {
        return pepper.shown("settings " + organization.organizationId() + SettingsForm.of(organization));
    }
}
