package dev.ungrant.commands;

import dev.ungrant.projects.Project;
import dev.ungrant.projects.Projects;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Via;
import dev.ungrant.registration.Registration;
import dev.ungrant.registration.RegistrationSettings;
import dev.ungrant.web.WireId;
import io.micronaut.context.ApplicationContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** Says how apps may come into a project by themselves. */
final class RegistrationCommands {
    private final ApplicationContext context;

    RegistrationCommands(ApplicationContext context) {
        this.context = context;
    }

    Map<String, Object> show(Arguments arguments) {
        arguments.allow("project");
        return describe(project(arguments));
    }

    /** What is left out stays as it is. */
    Map<String, Object> set(Arguments arguments) {
        arguments.allow("project", "dynamic", "documents", "pkce", "assertion-audience");
        Project project = project(arguments);
        Registration registration = context.getBean(Registration.class);
        RegistrationSettings now = registration.of(project.projectId());
        registration.change(
                new ProjectCaller(
                        project.projectId(), new Via(Via.Door.COMMAND, WireId.of("request-id", UUID.randomUUID()), "")),
                new RegistrationSettings(
                        choice(arguments, "dynamic", "on", "off", now.dynamicRegistration()),
                        choice(arguments, "documents", "on", "off", now.clientDocuments()),
                        choice(arguments, "pkce", "optional", "required", now.pkceOptional()),
                        choice(arguments, "assertion-audience", "endpoint", "issuer", now.endpointAudience())));
        return describe(project);
    }

    private static boolean choice(Arguments arguments, String option, String yes, String no, boolean otherwise) {
        String value = arguments.options().get(option);
        if (value == null) {
            return otherwise;
        }
        if (!value.equals(yes) && !value.equals(no)) {
            throw new UsageException("--" + option + " is " + yes + " or " + no + ".");
        }
        return value.equals(yes);
    }

    private Map<String, Object> describe(Project project) {
        RegistrationSettings settings = context.getBean(Registration.class).of(project.projectId());
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("project_id", project.wireId());
        answer.put("dynamic", settings.dynamicRegistration() ? "on" : "off");
        answer.put("documents", settings.clientDocuments() ? "on" : "off");
        answer.put("pkce", settings.pkceOptional() ? "optional" : "required");
        answer.put("assertion_audience", settings.endpointAudience() ? "endpoint" : "issuer");
        return answer;
    }

    private Project project(Arguments arguments) {
        return context.getBean(Projects.class).find(arguments.required("project"));
    }
}
