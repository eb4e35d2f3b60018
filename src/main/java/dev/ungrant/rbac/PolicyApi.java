package dev.ungrant.rbac;

import dev.ungrant.organizations.CustomRoles;
import dev.ungrant.organizations.Organization;
import dev.ungrant.organizations.Organizations;
import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Put;
import java.util.List;
import java.util.Map;

@Controller
final class PolicyApi {
    private final Policies policies;
    private final Organizations organizations;
    private final CustomRoles customRoles;
    private final Json json;

    PolicyApi(Policies policies, Organizations organizations, CustomRoles customRoles, Json json) {
        this.policies = policies;
        this.organizations = organizations;
        this.customRoles = customRoles;
        this.json = json;
    }

    @Get(uris = {"/v1/b2b/rbac/policy", "/v1/rbac/policy"})
    Map<String, Object> policy(Caller caller, HttpRequest<?> request) {
        return ApiResponse.to(request)
                .with("policy", policies.of(caller.projectId()))
                .body();
    }

    @Get("/v1/b2b/rbac/organizations/{organization}")
    Map<String, Object> organizationRoles(Caller caller, HttpRequest<?> request, String organization) {
        return answer(request, organizations.find(caller, organization));
    }

    @Put("/v1/b2b/rbac/organizations/{organization}")
    Map<String, Object> setOrganizationRoles(
            Caller caller, HttpRequest<?> request, String organization, @Body @Nullable String text) {
        Organization found = organizations.find(caller, organization);
        return answer(request, customRoles.replace(caller, found, roles(json.body(text))));
    }

    private static Map<String, Object> answer(HttpRequest<?> request, Organization organization) {
        return ApiResponse.to(request)
                .with("org_policy", Map.of("roles", organization.customRoles()))
                .body();
    }

    private static List<Role> roles(JsonBody body) {
        List<JsonBody> roles = body.object("org_policy")
                .flatMap(policy -> policy.objects("roles"))
                .orElseThrow(() -> new Problem(ErrorType.BAD_REQUEST, "org_policy with roles is required."));
        return roles.stream().map(PolicyApi::role).toList();
    }

    private static Role role(JsonBody body) {
        return new Role(
                body.required("role_id", 128),
                body.string("description", 1024).orElse(""),
                body.objects("permissions").orElse(List.of()).stream()
                        .map(rule -> new Role.ResourceActions(
                                rule.required("resource_id"),
                                rule.strings("actions").orElse(List.of())))
                        .toList());
    }
}
