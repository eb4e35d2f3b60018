package dev.ungrant.connectedapps;

import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.ApiResponse;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The Connected Apps of the caller's organization in a page: {@code sdk.b2b.org.apps.*} (contract §5.7). */
@Controller("/sdk/v1/b2b/organizations/connected_apps")
final class OrganizationAppSdk {
    private final ConnectedApps apps;
    private final Grants grants;

    OrganizationAppSdk(ConnectedApps apps, Grants grants) {
        this.apps = apps;
        this.grants = grants;
    }

    @Get
    Map<String, Object> list(SessionCaller caller, HttpRequest<?> request) {
        List<InstalledAppJson> installed = grants
                .installed(caller, caller.subject().tenantId())
                .stream()
                .map(InstalledAppJson::of)
                .toList();
        return ApiResponse.to(request).with("connected_apps", installed).body();
    }

    @Get("/{connected_app_id}")
    Map<String, Object> get(SessionCaller caller, HttpRequest<?> request, String connected_app_id) {
        ConnectedApp app = apps.find(caller.projectId(), connected_app_id);
        UUID organizationId = caller.subject().tenantId();
        return InstalledAppJson.answer(request, app, grants.membersOf(caller, organizationId, app));
    }
}
