package dev.ungrant.projects;

import dev.ungrant.rbac.Caller;
import dev.ungrant.web.ApiResponse;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.util.Map;

@Controller("/v1/debug")
final class ProjectApi {
    private final Projects projects;

    ProjectApi(Projects projects) {
        this.projects = projects;
    }

    /** Whose secret this is. */
    @Get("/whoami")
    Map<String, Object> whoAmI(Caller caller, HttpRequest<?> request) {
        Project project = projects.get(caller.projectId());
        return ApiResponse.to(request)
                .with("project_id", project.wireId())
                .with("name", project.name())
                .body();
    }
}
