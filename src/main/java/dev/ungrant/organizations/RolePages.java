package dev.ungrant.organizations;

import dev.ungrant.rbac.Role;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.secrets.Pepper;
import dev.ungrant.web.ErrorType;
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
import io.micronaut.http.annotation.QueryValue;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The roles of an organization: which there are, who made them, and those of its own to be written, changed and deleted. */
@Controller("/organization/settings/roles")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
final class RolePages {
    private static final Role BLANK = new Role("", "", List.of());
    private static final URI LIST = URI.create("/organization/settings/roles");

    private final Organizations organizations;
    private final CustomRoles roles;
    private final RoleViews views;
    private final SettingsMenu menu;
    private final RecentChanges changes;
    private final Pepper pepper;
    private final Pages pages;
    private final Words words;

    RolePages(
            Organizations organizations,
            CustomRoles roles,
            RoleViews views,
            SettingsMenu menu,
            RecentChanges changes,
            Pepper pepper,
            Pages pages,
            Words words) {
        this.organizations = organizations;
        this.roles = roles;
        this.views = views;
        this.menu = menu;
        this.changes = changes;
        this.pepper = pepper;
        this.pages = pages;
        this.words = words;
    }

    @Get
    HttpResponse<?> list(SessionCaller caller, HttpRequest<?> request) {
        Map<String, Object> model = model(caller);
        Organization organization = own(caller);
        Locale locale = words.locale(request);
        Map<String, Long> holders = roles.holders(organization);
        model.put("own", views.own(organization, locale, holders));
        model.put("ofProject", views.ofProject(organization, locale, holders));
        model.put("builtIn", views.builtIn(organization, locale, holders));
        return pages.page(request, "organizations/roles", model);
    }

    @Get("/edit")
    HttpResponse<?> form(SessionCaller caller, HttpRequest<?> request, @Nullable @QueryValue("role") String id) {
        Organization organization = own(caller);
        Role role = id == null ? BLANK : find(organization, id);
        requireMay(caller, id == null ? CustomRoles.CREATE : CustomRoles.UPDATE);
        return form(caller, request, HttpStatus.OK, role, shown(organization, role), id == null, Map.of());
    }

    @Post
    HttpResponse<?> save(SessionCaller caller, HttpRequest<?> request, @Body @Nullable String body) {
        RoleForm form = RoleForm.of(body);
        boolean fresh = !form.isOfAnother();
        requireMay(caller, fresh ? CustomRoles.CREATE : CustomRoles.UPDATE);
        Organization organization = own(caller);
        Role present = fresh ? new Role(form.name(), "", List.of()) : find(organization, form.was());
        Role wanted = views.ticked(caller, present, form.description(), form.permissions());
        String shown = shown(organization, fresh ? BLANK : present);
        Map<String, Object> mistakes = form.mistakes(fresh, wanted);
        if (!mistakes.isEmpty()) {
            return form(caller, request, HttpStatus.UNPROCESSABLE_ENTITY, wanted, form.shown(), fresh, mistakes);
        }
        try {
            if (!fresh && !shown.equals(form.shown())) {
                throw new CustomRoles.Changed();
            }
            if (fresh) {
                roles.create(caller, organization, wanted);
            } else {
                roles.change(caller, organization, present, wanted);
            }
        } catch (CustomRoles.Changed e) {
            String by = changes.said(request, organization.organizationId(), "organization.roles_changed");
            Role now = find(own(caller), form.was());
            return form(
                    caller,
                    request,
                    HttpStatus.CONFLICT,
                    wanted,
                    shown(organization, now),
                    false,
                    Map.of("outdated", by));
        } catch (Problem e) {
            if (e.type() != ErrorType.INVALID_RBAC_CUSTOM_ROLE) {
                throw e;
            }
            return form(
                    caller,
                    request,
                    HttpStatus.UNPROCESSABLE_ENTITY,
                    wanted,
                    form.shown(),
                    fresh,
                    Map.of("name", fresh ? "taken" : "gone"));
        }
        return HttpResponse.seeOther(LIST);
    }

    @Get("/delete")
    HttpResponse<?> question(SessionCaller caller, HttpRequest<?> request, @QueryValue("role") String id) {
        requireMay(caller, CustomRoles.DELETE);
        Organization organization = own(caller);
        Map<String, Object> model = model(caller);
        Role role = find(organization, id);
        model.put("role", role);
        model.put("holders", roles.holders(organization).getOrDefault(role.roleId(), 0L));
        return pages.page(request, "organizations/role-delete", model);
    }

    @Post("/delete")
    HttpResponse<?> delete(SessionCaller caller, HttpRequest<?> request, @Body Map<String, String> form) {
        requireMay(caller, CustomRoles.DELETE);
        roles.delete(caller, own(caller), form.getOrDefault("role", ""));
        return HttpResponse.seeOther(LIST);
    }

    private HttpResponse<?> form(
            SessionCaller caller,
            HttpRequest<?> request,
            HttpStatus status,
            Role role,
            String shown,
            boolean fresh,
            Map<String, Object> mistakes) {
        Map<String, Object> model = model(caller);
        model.put("role", role);
        model.put("fresh", fresh);
        model.put("shown", shown);
        model.put("groups", views.groups(caller, role, words.locale(request)));
        model.put("mistakes", mistakes);
        return pages.page(request, status, "organizations/role", model);
    }

    private Map<String, Object> model(SessionCaller caller) {
        Map<String, Object> model = new HashMap<>();
        model.put("pages", menu.requirePage(caller, SettingsMenu.ROLES));
        model.put("page", SettingsMenu.ROLES);
        model.put("mayCreate", views.may(caller, CustomRoles.CREATE));
        model.put("mayChange", views.may(caller, CustomRoles.UPDATE));
        model.put("mayDelete", views.may(caller, CustomRoles.DELETE));
        return model;
    }

    private static Role find(Organization organization, String id) {
        return CustomRoles.find(organization.customRoles(), id)
                .orElseThrow(() -> new Problem(ErrorType.ROUTE_NOT_FOUND));
    }

    private void requireMay(SessionCaller caller, String action) {
        menu.requirePage(caller, SettingsMenu.ROLES);
        if (!views.may(caller, action)) {
            throw new Problem(ErrorType.SESSION_AUTHORIZATION_ERROR);
        }
    }

    private Organization own(SessionCaller caller) {
        return organizations.get(caller, caller.subject().tenantId());
    }

    private String shown(Organization organization, Role role) {
        return pepper.shown("role " + organization.organizationId() + role);
    }
}
