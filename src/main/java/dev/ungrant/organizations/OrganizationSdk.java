package dev.ungrant.organizations;

import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.sessions.SdkClient;
import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.Json;
import dev.ungrant.web.MemberAction;
import dev.ungrant.web.Open;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import java.util.Map;

/** The caller's own organization in a page: {@code sdk.b2b.org.*} and {@code sdk.b2b.admin_portal_config} (contract §5.10). */
@Controller("/sdk/v1/b2b")
final class OrganizationSdk {
    private final Organizations organizations;
    private final OrganizationFaces faces;
    private final Json json;

    OrganizationSdk(Organizations organizations, OrganizationFaces faces, Json json) {
        this.organizations = organizations;
        this.faces = faces;
        this.json = json;
    }

    @Get("/organizations/me")
    Map<String, Object> get(SessionCaller caller, HttpRequest<?> request) {
        return answer(request, own(caller));
    }

    @MemberAction
    @Put("/organizations/me")
    Map<String, Object> update(SessionCaller caller, HttpRequest<?> request, @Body @Nullable String body) {
        return answer(request, organizations.update(caller, own(caller), json.body(body)));
    }

    @MemberAction
    @Delete("/organizations/me")
    Map<String, Object> delete(SessionCaller caller, HttpRequest<?> request) {
        Organization own = own(caller);
        organizations.delete(caller, own);
        return ApiResponse.to(request).with("organization_id", own.wireId()).body();
    }

    /** For sign-in pages; null when there is none. */
    @Open
    @Post("/organizations/search")
    Map<String, Object> bySlug(SdkClient client, HttpRequest<?> request, @Body @Nullable String text) {
        String slug = json.body(text).required("organization_slug", 128);
        return ApiResponse.to(request)
                .with(
                        "organization",
                        faces.find(client.projectId(), slug)
                                .map(OrganizationFaceJson::of)
                                .orElse(null))
                .body();
    }

    /** None of what it speaks of is to be had here. */
    @Get("/admin_portal_config")
    Map<String, Object> adminPortal(SessionCaller caller, HttpRequest<?> request) {
        return ApiResponse.to(request)
                .with(
                        "sso_config",
                        Map.of(
                                "sso_enabled",
                                false,
                                "can_create_saml_connection",
                                false,
                                "can_create_oidc_connection",
                                false))
                .with("organization_config", Map.of("mfa_controls_enabled", false))
                .with("scim_config", Map.of("scim_enabled", false))
                .body();
    }

    private Organization own(SessionCaller caller) {
        return organizations.get(caller, caller.subject().tenantId());
    }

    private static Map<String, Object> answer(HttpRequest<?> request, Organization organization) {
        return ApiResponse.to(request)
                .with("organization", OrganizationJson.of(organization))
                .body();
    }
}
