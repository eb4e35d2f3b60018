package dev.ungrant.federation;

import dev.ungrant.organizations.Organization;
import dev.ungrant.organizations.Organizations;
import dev.ungrant.organizations.RecentChanges;
import dev.ungrant.organizations.SettingsMenu;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Pages;
import dev.ungrant.web.Problem;
import io.micronaut.context.annotation.Property;
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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The sign-in of an organization's own: set up, tried, changed and removed. */
@Controller("/organization/settings/sign-in")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
final class ProviderSettingsPages {
    private static final String PATH = "/organization/settings/sign-in";

    private final SignInProviders providers;
    private final Organizations organizations;
    private final SettingsMenu menu;
    private final RecentChanges changes;
    private final Pages pages;
    private final String baseUrl;

    ProviderSettingsPages(
            SignInProviders providers,
            Organizations organizations,
            SettingsMenu menu,
            RecentChanges changes,
            Pages pages,
            @Property(name = "ungrant.base-url") String baseUrl) {
        this.providers = providers;
        this.organizations = organizations;
        this.menu = menu;
        this.changes = changes;
        this.pages = pages;
        this.baseUrl = baseUrl;
    }

    @Get
    HttpResponse<?> show(SessionCaller caller, HttpRequest<?> request, @Nullable @QueryValue("done") String done) {
        menu.requirePage(caller, SettingsMenu.SIGN_IN);
        Organization organization = own(caller);
        return page(
                caller,
                request,
                HttpStatus.OK,
                organization,
                form(organization),
                "saved".equals(done) || "unlinked".equals(done) ? Map.of("done", done) : Map.of());
    }

    @Post
    HttpResponse<?> save(SessionCaller caller, HttpRequest<?> request, @Body Map<String, String> sent) {
        menu.requirePage(caller, SettingsMenu.SIGN_IN);
        Organization organization = own(caller);
        boolean fresh = providers.find(organization).isEmpty();
        requireMay(caller, fresh ? SignInProviders.CREATE : SignInProviders.UPDATE);
        ProviderForm form = ProviderForm.of(sent);
        Map<String, String> mistakes = form.mistakes(fresh);
        if (!mistakes.isEmpty()) {
            return page(
                    caller, request, HttpStatus.UNPROCESSABLE_ENTITY, organization, form, Map.of("mistakes", mistakes));
        }
        try {
            providers.save(caller, organization, form.draft(), sent.getOrDefault("shown", ""));
        } catch (SignInProviders.Changed e) {
            String by = changes.said(
                    request, organization.organizationId(), "provider.added", "provider.changed", "provider.removed");
            return page(caller, request, HttpStatus.CONFLICT, own(caller), form, Map.of("outdated", by));
        }
        return HttpResponse.seeOther(URI.create(PATH + "?done=saved"));
    }

    @Post("/check")
    HttpResponse<?> check(SessionCaller caller, HttpRequest<?> request) {
        menu.requirePage(caller, SettingsMenu.SIGN_IN);
        Organization organization = own(caller);
        Map<String, Object> result = new HashMap<>();
        try {
            providers.check(caller, organization);
            result.put("checked", "good");
        } catch (ProviderTrouble e) {
            result.put("checked", e.what().name().toLowerCase(Locale.ROOT));
            result.put("checkedAddress", e.address());
            result.put("checkedDetail", e.detail());
        }
        return page(caller, request, HttpStatus.OK, organization, form(organization), result);
    }

    @Post("/unlink")
    HttpResponse<?> unlink(SessionCaller caller) {
        menu.requirePage(caller, SettingsMenu.SIGN_IN);
        providers.unlink(caller, own(caller));
        return HttpResponse.seeOther(URI.create(PATH + "?done=unlinked"));
    }

    @Get("/delete")
    HttpResponse<?> question(SessionCaller caller, HttpRequest<?> request) {
        menu.requirePage(caller, SettingsMenu.SIGN_IN);
        requireMay(caller, SignInProviders.DELETE);
        SignInProvider provider = providers.find(own(caller)).orElseThrow(() -> new Problem(ErrorType.ROUTE_NOT_FOUND));
        return pages.page(request, "federation/delete", Map.of("provider", provider));
    }

    @Post("/delete")
    HttpResponse<?> delete(SessionCaller caller) {
        menu.requirePage(caller, SettingsMenu.SIGN_IN);
        providers.remove(caller, own(caller));
        return HttpResponse.seeOther(URI.create(PATH));
    }

    private HttpResponse<?> page(
            SessionCaller caller,
            HttpRequest<?> request,
            HttpStatus status,
            Organization organization,
            ProviderForm form,
            Map<String, ?> more) {
        Optional<SignInProvider> provider = providers.find(organization);
        Map<String, Object> model = new HashMap<>();
        model.put("outdated", "");
        model.put("done", "");
        model.put("checked", "");
        model.put("checkedAddress", "");
        model.put("checkedDetail", "");
        model.put("mistakes", Map.of());
        model.putAll(more);
        model.put("pages", menu.of(caller));
        model.put("page", SettingsMenu.SIGN_IN);
        model.put("form", form);
        model.put("wrongDomains", form.wrongDomains());
        model.put("fresh", provider.isEmpty());
        model.put("linked", provider.isEmpty() ? 0 : providers.linked(organization));
        model.put("shown", providers.shown(provider));
        model.put("redirectUri", providers.redirectUri(organization));
        model.put("signInAddress", baseUrl + "/sign-in/" + organization.slug());
        model.put("organizationDomains", organization.settings().emailAllowedDomains());
        model.put("maySave", may(caller, provider.isEmpty() ? SignInProviders.CREATE : SignInProviders.UPDATE));
        model.put("mayChange", may(caller, SignInProviders.UPDATE));
        model.put("mayDelete", may(caller, SignInProviders.DELETE));
        model.put("mayNewcomers", providers.mayLetNewcomersIn(caller, organization.organizationId()));
        return pages.page(request, status, "federation/settings", model);
    }

    private ProviderForm form(Organization organization) {
        return ProviderForm.of(
                providers.find(organization),
                !organization.settings().ssoJitProvisioning().equals("NOT_ALLOWED"));
    }

    private void requireMay(SessionCaller caller, String action) {
        if (!may(caller, action)) {
            throw new Problem(ErrorType.SESSION_AUTHORIZATION_ERROR);
        }
    }

    private boolean may(SessionCaller caller, String action) {
        return providers.may(caller, action, caller.subject().tenantId());
    }

    private Organization own(SessionCaller caller) {
        return organizations.get(caller, caller.subject().tenantId());
    }
}
