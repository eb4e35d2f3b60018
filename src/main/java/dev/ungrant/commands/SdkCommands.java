package dev.ungrant.commands;

import dev.ungrant.projects.Origin;
import dev.ungrant.projects.Project;
import dev.ungrant.projects.Projects;
import dev.ungrant.projects.SdkAccess;
import dev.ungrant.projects.SdkAccesses;
import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Via;
import dev.ungrant.sessions.TrustedIssuer;
import dev.ungrant.sessions.TrustedIssuers;
import dev.ungrant.web.WireId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** {@code origins}, {@code sdk} and {@code issuers}: which pages may use the browser SDK, what for, and whose sign-in counts there. */
final class SdkCommands {
    private final Projects projects;
    private final SdkAccesses accesses;
    private final TrustedIssuers issuers;

    SdkCommands(Projects projects, SdkAccesses accesses, TrustedIssuers issuers) {
        this.projects = projects;
        this.accesses = accesses;
        this.issuers = issuers;
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

    Map<String, Object> listIssuers(Arguments arguments) {
        arguments.allow("project");
        return issuers(project(arguments));
    }

    Map<String, Object> addIssuer(Arguments arguments) {
        arguments.allow("project", "issuer", "audience", "person-claim", "organization-claim", "jwks", "jwks-url");
        String file = arguments.options().get("jwks");
        return described(issuers.add(
                caller(project(arguments)),
                arguments.required("issuer"),
                arguments.required("audience"),
                arguments.options().getOrDefault("person-claim", "sub"),
                arguments.options().get("organization-claim"),
                file == null ? null : read(Path.of(file)),
                arguments.options().get("jwks-url")));
    }

    Map<String, Object> removeIssuer(Arguments arguments) {
        arguments.allow("project", "profile");
        Project project = project(arguments);
        issuers.remove(caller(project), issuers.find(project.projectId(), arguments.required("profile")));
        return issuers(project);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UsageException(file + " cannot be read.");
        }
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

    private Map<String, Object> issuers(Project project) {
        return Map.of(
                "project_id",
                project.wireId(),
                "issuers",
                issuers.all(project.projectId()).stream()
                        .map(SdkCommands::described)
                        .toList());
    }

    private static Map<String, Object> described(TrustedIssuer issuer) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("profile_id", issuer.wireId());
        answer.put("issuer", issuer.issuer());
        answer.put("audience", issuer.audience());
        answer.put("person_claim", issuer.personClaim());
        answer.put("organization_claim", issuer.organizationClaim());
        answer.put("jwks_url", issuer.jwksUrl());
        return answer;
    }

    private static Map<String, Object> described(SdkAccess access) {
        return Map.of(
                "project_id", access.wireId(),
                "public_token", access.publicToken(),
                "member_actions", access.memberActions(),
                "cookies", access.cookies());
    }
}
