package dev.ungrant.members;

import dev.ungrant.database.Keyset;
import dev.ungrant.organizations.Organization;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.Htmx;
import dev.ungrant.web.Paged;
import dev.ungrant.web.Pager;
import dev.ungrant.web.Pages;
import dev.ungrant.web.Series;
import dev.ungrant.web.Words;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
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

/** The members of an organization: the list, and one of them. */
@Controller(MemberFilter.PATH)
@Produces(MediaType.TEXT_HTML)
final class MemberPages {
    private final MemberDirectory directory;
    private final MemberAccess access;
    private final MemberViews views;
    private final MemberDetails details;
    private final Pages pages;
    private final Words words;

    MemberPages(
            MemberDirectory directory,
            MemberAccess access,
            MemberViews views,
            MemberDetails details,
            Pages pages,
            Words words) {
        this.directory = directory;
        this.access = access;
        this.views = views;
        this.details = details;
        this.pages = pages;
        this.words = words;
    }

    @Get
    HttpResponse<?> list(SessionCaller caller, HttpRequest<?> request) {
        Map<String, String> query = request.getParameters().asMap(String.class, String.class);
        Organization organization = access.organization(caller);
        MemberFilter filter = MemberFilter.of(query);
        Locale locale = words.locale(request);
        Paged<Member> page = directory.page(
                caller, organization, filter, Keyset.cursor(query).orElse(null));
        Map<String, String> roles = new LinkedHashMap<>();
        views.roles(organization).keySet().forEach(role -> roles.put(role, views.name(role, locale)));
        Map<String, Object> model = new HashMap<>();
        model.put("members", views.of(caller, organization, page.rows(), locale, Instant.now()));
        model.put("filter", filter);
        model.put("roles", roles);
        model.put("total", page.total());
        model.put("pager", page.pager(MemberFilter.PATH, filter.said()));
        model.put("asked", asked(filter, roles, locale));
        model.put("may", access.ofOrganization(caller));
        model.put(
                "notice",
                details.gone(caller, query.get("gone"), query.get("did"), locale)
                        .orElse(null));
        return Htmx.vary(
                Htmx.wantsFragment(request)
                        ? pages.fragment(request, "members/list", "members", model)
                                .header("HX-Replace-Url", Pager.address(MemberFilter.PATH, filter.said()))
                        : pages.page(request, "members/list", model));
    }

    private String asked(MemberFilter filter, Map<String, String> roles, Locale locale) {
        List<String> named = new ArrayList<>();
        if (!filter.search().isEmpty()) {
            named.add(words.say(locale, "filter.search", filter.search()));
        }
        if (!filter.status().isEmpty()) {
            named.add(words.find(locale, "members.status." + filter.status()).orElseThrow());
        }
        if (!filter.role().isEmpty()) {
            named.add(roles.getOrDefault(filter.role(), filter.role()));
        }
        return Series.names(words, locale, named);
    }

    @Get("/{member}")
    HttpResponse<?> member(SessionCaller caller, HttpRequest<?> request, String member) {
        Map<String, Object> model = details.model(
                caller,
                access.member(caller, member),
                request.getParameters().get("did"),
                words.locale(request),
                Instant.now());
        return pages.page(request, "members/member", model);
    }
}
