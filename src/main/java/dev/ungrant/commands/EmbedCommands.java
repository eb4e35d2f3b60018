package dev.ungrant.commands;

import dev.ungrant.embed.EmbedOrigin;
import dev.ungrant.embed.EmbedOrigins;
import dev.ungrant.organizations.Organizations;
import dev.ungrant.projects.Origin;
import dev.ungrant.projects.Project;
import dev.ungrant.projects.Projects;
import dev.ungrant.projects.Vertical;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Via;
import dev.ungrant.web.WireId;
import io.micronaut.context.ApplicationContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * {@code embed-origins}: whose pages may show people their apps. An organization's admins do the same in the portal; a consumer
 * project has nobody else to do it.
 */
final class EmbedCommands {
    static final String USAGE = """
              embed-origins list    --project PROJECT_ID [--organization ID]   whose pages may show people their apps
              embed-origins add     --project PROJECT_ID [--organization ID] --origin https://app.example.com
              embed-origins remove  --project PROJECT_ID [--organization ID] --origin https://app.example.com
            """;

    private final EmbedOrigins origins;
    private final Projects projects;
    private final Organizations organizations;

    EmbedCommands(ApplicationContext context) {
        this.origins = context.getBean(EmbedOrigins.class);
        this.projects = context.getBean(Projects.class);
        this.organizations = context.getBean(Organizations.class);
    }

    Map<String, Object> answer(String verb, Arguments arguments) {
        if (verb.equals("list")) {
            arguments.allow("project", "organization");
        } else {
            arguments.allow("project", "organization", "origin");
        }
        Project project = projects.find(arguments.required("project"));
        ProjectCaller caller = new ProjectCaller(
                project.projectId(), new Via(Via.Door.COMMAND, WireId.of("request-id", UUID.randomUUID()), ""));
        UUID tenantId = project.vertical() == Vertical.B2B
                ? organizations.find(caller, arguments.required("organization")).organizationId()
                : project.projectId();
        if (verb.equals("add")) {
            origins.add(caller, tenantId, Origin.require(arguments.required("origin")));
        } else if (verb.equals("remove")) {
            origins.remove(caller, tenantId, Origin.require(arguments.required("origin")));
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("project_id", project.wireId());
        answer.put(
                "embed_origins",
                origins.all(caller, tenantId).stream().map(EmbedOrigin::origin).toList());
        return answer;
    }
}
