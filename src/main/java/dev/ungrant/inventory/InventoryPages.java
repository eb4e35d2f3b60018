package dev.ungrant.inventory;

import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.ConnectedApps;
import dev.ungrant.connectedapps.SafeUrl;
import dev.ungrant.database.Keyset;
import dev.ungrant.jobs.JobViews;
import dev.ungrant.members.Administrators;
import dev.ungrant.organizations.Organization;
import dev.ungrant.organizations.Organizations;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Htmx;
import dev.ungrant.web.Paged;
import dev.ungrant.web.Pager;
import dev.ungrant.web.Pages;
import dev.ungrant.web.Problem;
import dev.ungrant.web.Series;
import dev.ungrant.web.Words;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** What can act for the people of an organization: the lists, and the page of one app. */
@Controller(InventoryFilter.PATH)
@Produces(MediaType.TEXT_HTML)
final class InventoryPages {
    private static final int RECENT = 3;

    private final Inventory inventory;
    private final Removals removals;
    private final RemoveAccess removeAccess;
    private final AskAgain askAgain;
    private final Organizations organizations;
    private final ConnectedApps apps;
    private final Administrators administrators;
    private final JobViews jobs;
    private final Pages pages;
    private final Words words;

    InventoryPages(
            Inventory inventory,
            Removals removals,
            RemoveAccess removeAccess,
            AskAgain askAgain,
            Organizations organizations,
            ConnectedApps apps,
            Administrators administrators,
            JobViews jobs,
            Pages pages,
            Words words) {
        this.inventory = inventory;
        this.removals = removals;
        this.removeAccess = removeAccess;
        this.askAgain = askAgain;
        this.organizations = organizations;
        this.apps = apps;
        this.administrators = administrators;
        this.jobs = jobs;
        this.pages = pages;
        this.words = words;
    }

    @Get
    HttpResponse<?> list(SessionCaller caller, HttpRequest<?> request) {
        if (!caller.subject().isMember()) {
            throw new Problem(ErrorType.ROUTE_NOT_FOUND);
        }
        UUID organizationId = caller.subject().tenantId();
        if (!inventory.permits(caller, organizationId)) {
            return pages.page(
                    request,
                    HttpStatus.FORBIDDEN,
                    "inventory/hidden",
                    Map.of(
                            "administrators",
                            administrators.whoMay(caller, Permission.GET_ORGANIZATION_CONNECTED_APPS)));
        }
        Map<String, String> query = request.getParameters().asMap(String.class, String.class);
        InventoryFilter filter = InventoryFilter.of(query);
        Locale locale = words.locale(request);
        GrantSet set = GrantSet.all(caller.projectId(), organizationId, filter, Instant.now());
        Paged<InventoryRow> page = inventory.page(
                caller,
                organizations.get(caller, organizationId),
                set,
                Keyset.cursor(query).orElse(null),
                locale);
        Map<String, Object> model = model(caller, page, page.pager(InventoryFilter.PATH, filter.said()), filter);
        model.put("view", filter.view().word());
        model.put("asked", asked(filter, locale));
        if (Htmx.wantsFragment(request)) {
            return Htmx.vary(pages.fragment(request, "inventory/list", "inventory", model))
                    .header("HX-Replace-Url", filter.address());
        }
        model.put("jobs", jobs.recent(caller, organizationId, List.of(removeAccess, askAgain), RECENT, locale));
        model.put("done", done(query));
        return Htmx.vary(pages.page(request, "inventory/list", model));
    }

    @Get("/{app}")
    HttpResponse<?> app(SessionCaller caller, HttpRequest<?> request, String app) {
        if (!caller.subject().isMember()) {
            throw new Problem(ErrorType.ROUTE_NOT_FOUND);
        }
        UUID organizationId = caller.subject().tenantId();
        inventory.require(caller, organizationId);
        ConnectedApp found = apps.find(caller.projectId(), app);
        Organization organization = organizations.get(caller, organizationId);
        Map<String, String> query = request.getParameters().asMap(String.class, String.class);
        InventoryFilter filter = InventoryFilter.of(query);
        Locale locale = words.locale(request);
        Instant now = Instant.now();
        GrantSet set =
                GrantSet.all(caller.projectId(), organizationId, filter, now).ofApp(found.appId());
        Paged<InventoryRow> page =
                inventory.people(caller, organization, set, Keyset.cursor(query).orElse(null), locale);
        String path = InventoryFilter.PATH + '/' + found.wireId();
        Map<String, String> said = new LinkedHashMap<>(filter.said());
        said.keySet().retainAll(List.of("q", "unused"));
        Map<String, Object> model = model(caller, page, page.pager(path, said), filter);
        model.put("row", inventory.app(caller, organization, found, locale, now));
        model.put("path", path);
        model.put("of", found.wireId());
        model.put("asked", asked(filter, locale));
        if (Htmx.wantsFragment(request)) {
            return Htmx.vary(pages.fragment(request, "inventory/app", "people", model))
                    .header("HX-Replace-Url", Pager.address(path, said));
        }
        model.put("links", links(found, locale));
        model.put("mayPolicy", inventory.mayChangePolicy(caller, organizationId));
        model.put("done", done(query));
        return Htmx.vary(pages.page(request, "inventory/app", model));
    }

    private Map<String, Object> model(
            SessionCaller caller, Paged<InventoryRow> page, Pager pager, InventoryFilter filter) {
        Map<String, Object> model = new HashMap<>();
        model.put("rows", page.rows());
        model.put("pager", pager);
        // Not counted to the end: said to be more than what was counted.
        boolean many = page.total() == Inventory.MANY;
        model.put("many", many);
        model.put("total", many ? AccessReader.MOST_COUNTED : page.total());
        model.put("filter", filter);
        model.put("mayRemove", removals.permits(caller, caller.subject().tenantId()));
        return model;
    }

    private static @Nullable String done(Map<String, String> query) {
        String done = query.getOrDefault("done", "");
        return List.of("removed", "asked", "nothing").contains(done) ? done : null;
    }

    private String asked(InventoryFilter filter, Locale locale) {
        List<String> named = new ArrayList<>();
        if (!filter.search().isEmpty()) {
            named.add(words.say(locale, "filter.search", filter.search()));
        }
        if (filter.unused() > 0) {
            named.add(words.say(locale, "inventory.unused.days", filter.unused()));
        }
        if (!filter.publisher().isEmpty()) {
            named.add(
                    words.find(locale, "filter.publisher." + filter.publisher()).orElseThrow());
        }
        return Series.names(words, locale, named);
    }

    record Link(String label, SafeUrl url) {}

    private List<Link> links(ConnectedApp app, Locale locale) {
        Map<String, String> kinds = new LinkedHashMap<>();
        kinds.put("app.website", app.publisherUrl());
        kinds.put("app.privacy", app.privacyUrl());
        kinds.put("app.terms", app.termsUrl());
        kinds.put("app.support", app.supportUrl());
        List<Link> links = new ArrayList<>();
        kinds.forEach((key, url) -> SafeUrl.of(url)
                .ifPresent(safe -> links.add(new Link(words.find(locale, key).orElseThrow(), safe))));
        return links;
    }
}
