package dev.ungrant.connectedapps;

import dev.ungrant.organizations.Organization;
import dev.ungrant.organizations.Organizations;
import dev.ungrant.rbac.Caller;
import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.WireId;
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
        List<Map<String, Object>> members = grants.membersOf(caller, organization.organizationId(), app).stream()
                .map(OrganizationAppApi::member)
                .toList();
        return ApiResponse.to(request)
                .with("connected_app_id", app.wireId())
                .with("name", app.name())
                .with("description", app.description())
                .with("client_type", app.clientType().wireName())
                .with("logo_url", app.logoUrl())
                .with("active_members", members)
                .body();
    }

    private static Map<String, Object> member(ActiveMember member) {
        return Map.of(
                "member_id",
                WireId.of("member", member.memberId()),
                "granted_scopes",
                Scopes.parse(member.scopes()).toList());
    }
}
