package dev.ungrant.commands;

import dev.ungrant.projects.Origin;
import dev.ungrant.projects.Project;
import dev.ungrant.projects.Projects;
import dev.ungrant.projects.SdkAccess;
import dev.ungrant.projects.SdkAccesses;
import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Via;
import dev.ungrant.web.WireId;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** {@code origins} and {@code sdk}: which pages may use the browser SDK of a project, and what for. */
final class SdkCommands {
    private final Projects projects;
    private final SdkAccesses accesses;

    SdkCommands(Projects projects, SdkAccesses accesses) {
        this.projects = projects;
        this.accesses = accesses;
    }

    Map<String, Object> listOrigins(Arguments arguments) {
        arguments.allow("project");
        return origins(project(arguments));
    }

    Map<String, Object> addOrigin(Arguments arguments) {
        arguments.allow("project", "origin");
        Project project = project(arguments);
        accesses.addOrigin(caller(project), Origin.require(arguments.required("origin")));
        return origins(project);
    }

    Map<String, Object> removeOrigin(Arguments arguments) {
        arguments.allow("project", "origin");
        Project project = project(arguments);
        accesses.removeOrigin(caller(project), Origin.require(arguments.required("origin")));
        return origins(project);
    }

    Map<String, Object> show(Arguments arguments) {
        arguments.allow("project");
        return described(accesses.get(project(arguments).projectId()));
    }

    Map<String, Object> set(Arguments arguments) {
        arguments.allow("project", "member-actions", "cookies");
        String cookies = arguments.options().get("cookies");
        return described(accesses.change(
                caller(project(arguments)),
                onOrOff(arguments),
                cookies == null ? null : CommandLine.oneOf(SdkAccess.Cookies.class, cookies, "--cookies")));
    }

    /** @return null when nothing is said */
    private static Boolean onOrOff(Arguments arguments) {
        String value = arguments.options().get("member-actions");
        if (value != null && !List.of("on", "off").contains(value)) {
            throw new UsageException("--member-actions is on or off.");
        }
        return value == null ? null : Boolean.valueOf(value.equals("on"));
    }

    private Project project(Arguments arguments) {
        return projects.find(arguments.required("project"));
    }

    private static Caller caller(Project project) {
        return new ProjectCaller(
                project.projectId(), new Via(Via.Door.COMMAND, WireId.of("request-id", UUID.randomUUID()), ""));
    }

    private Map<String, Object> origins(Project project) {
        return Map.of("project_id", project.wireId(), "origins", accesses.origins(project.projectId()));
    }

    private static Map<String, Object> described(SdkAccess access) {
        return Map.of(
                "project_id", access.wireId(),
                "public_token", access.publicToken(),
                "member_actions", access.memberActions(),
                "cookies", access.cookies());
    }
}
