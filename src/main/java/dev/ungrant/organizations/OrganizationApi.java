package dev.ungrant.organizations;

import dev.ungrant.database.Searches;
import dev.ungrant.rbac.Caller;
import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.Json;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import java.util.Map;

@Controller("/v1/b2b/organizations")
final class OrganizationApi {
    private final Organizations organizations;
    private final Json json;

    OrganizationApi(Organizations organizations, Json json) {
        this.organizations = organizations;
        this.json = json;
    }

    @Post
    Map<String, Object> create(Caller caller, HttpRequest<?> request, @Body @Nullable String body) {
        return answer(request, organizations.create(caller, json.body(body)));
    }

    @Get("/{organization}")
    Map<String, Object> get(Caller caller, HttpRequest<?> request, String organization) {
        return answer(request, organizations.find(caller, organization));
    }

    @Put("/{organization}")
    Map<String, Object> update(
            Caller caller, HttpRequest<?> request, String organization, @Body @Nullable String body) {
        Organization found = organizations.find(caller, organization);
        return answer(request, organizations.update(caller, found, json.body(body)));
    }

    @Delete("/{organization}")
    Map<String, Object> delete(Caller caller, HttpRequest<?> request, String organization) {
        Organization found = organizations.find(caller, organization);
        organizations.delete(caller, found);
        return ApiResponse.to(request).with("organization_id", found.wireId()).body();
    }

    @Post("/search")
    Map<String, Object> search(Caller caller, HttpRequest<?> request, @Body @Nullable String body) {
        Searches.Page<Organization> page = organizations.search(caller, json.body(body));
        return ApiResponse.to(request)
                .with(
                        "organizations",
                        page.results().stream().map(OrganizationJson::of).toList())
                .with("results_metadata", page.metadata())
                .body();
    }

    @Get("/{organization}/metrics")
    Map<String, Object> metrics(Caller caller, HttpRequest<?> request, String organization) {
        long members = organizations.memberCount(organizations.find(caller, organization));
        return ApiResponse.to(request).with("member_count", members).body();
    }

    @Delete("/{organization}/external_id")
    Map<String, Object> removeExternalId(Caller caller, HttpRequest<?> request, String organization) {
        Organization found = organizations.find(caller, organization);
        return answer(request, organizations.removeExternalId(caller, found));
    }

    private static Map<String, Object> answer(HttpRequest<?> request, Organization organization) {
        return ApiResponse.to(request)
                .with("organization", OrganizationJson.of(organization))
                .body();
    }
}
