package dev.ungrant.projects;

import dev.ungrant.rbac.Caller;
import dev.ungrant.web.ApiResponse;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.util.Map;

/** Tells a backend which project its credentials are for (contract §4.8). */
@Controller("/v1/debug/whoami")
final class ProjectApi {
    private final Projects projects;

    ProjectApi(Projects projects) {
        this.projects = projects;
    }

    @Get
    Map<String, Object> whoami(Caller caller, HttpRequest<?> request) {
        Project project = projects.get(caller.projectId());
        return ApiResponse.to(request)
                .with("project_id", project.wireId())
                .with("name", project.name())
                .body();
    }
}
