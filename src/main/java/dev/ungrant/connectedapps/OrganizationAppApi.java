package dev.ungrant.connectedapps;

import dev.ungrant.organizations.Organization;
import dev.ungrant.organizations.Organizations;
import dev.ungrant.rbac.Caller;
import dev.ungrant.web.ApiResponse;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.util.List;
import java.util.Map;

/** An organization's Connected Apps: {@code b2b.org.apps.list} and {@code .get} (contract §4.1). */
@Controller("/v1/b2b/organizations/{organization_id}/connected_apps")
final class OrganizationAppApi {
    private final Organizations organizations;
    private final ConnectedApps apps;
    private final Grants grants;

    OrganizationAppApi(Organizations organizations, ConnectedApps apps, Grants grants) {
        this.organizations = organizations;
        this.apps = apps;
        this.grants = grants;
    }

    @Get
    Map<String, Object> list(Caller caller, HttpRequest<?> request, String organization_id) {
        Organization organization = organizations.find(caller, organization_id);
        List<InstalledAppJson> installed = grants.installed(caller, organization.organizationId()).stream()
                .map(InstalledAppJson::of)
                .toList();
        return ApiResponse.to(request).with("connected_apps", installed).body();
    }

    @Get("/{connected_app_id}")
    Map<String, Object> get(Caller caller, HttpRequest<?> request, String organization_id, String connected_app_id) {
        Organization organization = organizations.find(caller, organization_id);
        ConnectedApp app = apps.find(caller.projectId(), connected_app_id);
        return InstalledAppJson.answer(request, app, grants.membersOf(caller, organization.organizationId(), app));
    }
}
