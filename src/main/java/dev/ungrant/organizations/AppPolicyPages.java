package dev.ungrant.organizations;

import dev.ungrant.connectedapps.AppPolicy;
import dev.ungrant.connectedapps.AppsAllowed;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.ConnectedApps;
import dev.ungrant.connectedapps.PolicyApps;
import dev.ungrant.connectedapps.PolicyLosses;
import dev.ungrant.jobs.Job;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.PageCursor;
import dev.ungrant.web.Paged;
import dev.ungrant.web.Pages;
import dev.ungrant.web.Problem;
import dev.ungrant.web.WireId;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which apps an organization allows: the rules, the apps that are decided by name, and what a change would end. */
@Controller("/organization/policy")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
final class AppPolicyPages {
    private static final int LONGEST_SEARCH = 100;

    private final Organizations organizations;
    private final AppPolicyChanges changes;
    private final PolicyApps policyApps;
    private final PolicyLosses losses;
    private final ConnectedApps apps;
    private final Pages pages;

    AppPolicyPages(
            Organizations organizations,
            AppPolicyChanges changes,
            PolicyApps policyApps,
            PolicyLosses losses,
            ConnectedApps apps,
            Pages pages) {
        this.organizations = organizations;
        this.changes = changes;
        this.policyApps = policyApps;
        this.losses = losses;
        this.apps = apps;
        this.pages = pages;
    }

    /**
     * A policy that is wished for.
     *
     * @param said what the form says about single apps, as far as it counts, by wire id
     * @param changed those of them that are not so already
     */
    record Draft(AppPolicy policy, Map<String, String> said, List<Decision> changed) {
        /** The word that the form has for the rule. */
        public String rule(boolean ofFirstParty) {
            return PolicyForm.word(policy.of(ofFirstParty));
        }
    }

    record Decision(ConnectedApp app, boolean allowed) {}

    @Get
    HttpResponse<?> edit(SessionCaller caller, HttpRequest<?> request) {
        return edit(caller, request, HttpStatus.OK, request.getParameters().contains("saved") ? "saved" : "");
    }

    private HttpResponse<?> edit(SessionCaller caller, HttpRequest<?> request, HttpStatus status, String notice) {
        Organization organization = organization(caller);
        AppPolicy policy = organization.appPolicy();
        Map<String, String> query = request.getParameters().asMap(String.class, String.class);
        String called = query.getOrDefault("q", "").strip();
        PolicyApps.Wanted wanted = new PolicyApps.Wanted(
                called.substring(0, Math.min(called.length(), LONGEST_SEARCH)),
                query.getOrDefault("show", "").equals("all"));
        Map<String, String> said = new LinkedHashMap<>();
        if (!wanted.called().isEmpty()) {
            said.put("q", wanted.called());
        }
        if (wanted.all()) {
            said.put("show", "all");
        }
        Paged<PolicyApps.Row> found = policyApps.page(
                organization.projectId(),
                organization.organizationId(),
                policy,
                wanted,
                PageCursor.of(query, 2).orElse(null));
        Map<String, Object> model = new HashMap<>();
        model.put("policy", policy);
        model.put("wanted", wanted);
        model.put("rows", found.rows());
        model.put("total", found.total());
        model.put("pager", found.pager("/organization/policy", said));
        model.put("ending", organization.policyUnsweptSince() != null);
        model.put("notice", notice);
        return pages.page(request, status, "organizations/policy", model);
    }

    /** What the change would end. Nothing is changed by looking, so that the address of a preview can be passed on. */
    @Get("/preview")
    HttpResponse<?> preview(SessionCaller caller, HttpRequest<?> request) {
        Organization organization = organization(caller);
        Map<String, String> form = request.getParameters().asMap(String.class, String.class);
        AppPolicy present = organization.appPolicy();
        if (form.containsKey("seen") && !present.version().equals(form.get("seen"))) {
            return edit(caller, request, HttpStatus.CONFLICT, "changed");
        }
        Draft draft = draft(organization, form);
        return pages.page(
                request,
                "organizations/policy-preview",
                Map.of(
                        "draft",
                        draft,
                        "present",
                        present,
                        "same",
                        draft.policy().equals(present),
                        "loss",
                        changes.preview(caller, organization, draft.policy())));
    }

    @Post
    HttpResponse<?> save(SessionCaller caller, HttpRequest<?> request, @Body Map<String, String> form) {
        Organization organization = organization(caller);
        Draft draft = draft(organization, form);
        return switch (changes.save(caller, organization, draft.policy(), form.getOrDefault("seen", ""))) {
            case AppPolicyChanges.Outcome.Saved saved ->
                HttpResponse.seeOther(URI.create(
                        saved.job() == null
                                ? "/organization/policy?saved=yes"
                                : "/organization/jobs/" + WireId.of(Job.ID_KIND, saved.job())));
            case AppPolicyChanges.Outcome.ChangedMeanwhile changed ->
                edit(caller, request, HttpStatus.CONFLICT, "changed");
            case AppPolicyChanges.Outcome.StillEnding ending -> edit(caller, request, HttpStatus.CONFLICT, "ending");
        };
    }

    /** The present policy with what the form says. Apps that the form names are loaded through the caller's project. */
    private Draft draft(Organization organization, Map<String, String> form) {
        AppPolicy present = organization.appPolicy();
        AppPolicy wanted = present.withRules(
                PolicyForm.rule(form, "first", present.firstParty()),
                PolicyForm.rule(form, "third", present.thirdParty()),
                losses.inUse(organization.projectId(), organization.organizationId()));
        Map<String, Boolean> decisions = PolicyForm.decisions(form);
        Map<String, String> said = new LinkedHashMap<>();
        List<Decision> changed = new ArrayList<>();
        for (ConnectedApp app : apps.findAll(organization.projectId(), List.copyOf(decisions.keySet()))) {
            boolean allowed = decisions.get(app.wireId());
            if (wanted.allows(app.appId(), app.clientType()) != allowed
                    && wanted.of(app.clientType().isFirstParty()) != AppsAllowed.NOT_ALLOWED) {
                wanted = wanted.deciding(app.appId(), app.clientType(), allowed);
                said.put(app.wireId(), allowed ? PolicyForm.ALLOWED : PolicyForm.BLOCKED);
                if (present.allows(app.appId(), app.clientType()) != allowed) {
                    changed.add(new Decision(app, allowed));
                }
            }
        }
        return new Draft(wanted, said, changed);
    }

    private Organization organization(SessionCaller caller) {
        if (!caller.subject().isMember()) {
            throw new Problem(ErrorType.ROUTE_NOT_FOUND);
        }
        Organization organization = organizations.get(caller, caller.subject().tenantId());
        changes.requireMayChange(caller, organization);
        return organization;
    }
}
