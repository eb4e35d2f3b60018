package dev.ungrant.commands;

import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.ConnectedApps;
import dev.ungrant.connectedapps.SafeUrl;
import dev.ungrant.projects.Project;
import dev.ungrant.projects.Projects;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Via;
import dev.ungrant.web.WireId;
import io.micronaut.context.ApplicationContext;
import io.micronaut.core.annotation.Nullable;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * Says that the operator has seen proof of who publishes an app, or takes that back. People then see the domain with a seal
 * beside the app, and its logo; so the operator names the domain that was proved, and it must be the one that the app names.
 */
final class PublisherCommands {
    private final ApplicationContext context;

    PublisherCommands(ApplicationContext context) {
        this.context = context;
    }

    Map<String, Object> verify(Arguments arguments) {
        arguments.allow("project", "app", "domain");
        String domain = arguments.required("domain").toLowerCase(Locale.ROOT);
        ProjectCaller caller = caller(arguments);
        ConnectedApp app = app(caller, arguments);
        String host = host(app);
        if (!domain.equals(host)) {
            throw new UsageException(
                    host == null
                            ? "The app names no web site of its publisher (client_uri), so there is nothing to verify."
                            : "The app names " + host + " as its publisher's web site (client_uri), not " + domain
                                    + ".");
        }
        return set(caller, app, Instant.now());
    }

    Map<String, Object> unverify(Arguments arguments) {
        arguments.allow("project", "app");
        ProjectCaller caller = caller(arguments);
        return set(caller, app(caller, arguments), null);
    }

    private Map<String, Object> set(ProjectCaller caller, ConnectedApp app, @Nullable Instant verifiedAt) {
        context.getBean(ConnectedApps.class).setPublisherVerified(caller, app, verifiedAt);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("client_id", app.wireId());
        answer.put("client_name", app.name());
        answer.put("publisher", host(app));
        answer.put("publisher_verified_at", verifiedAt == null ? null : verifiedAt.toString());
        return answer;
    }

    @Nullable
    private static String host(ConnectedApp app) {
        return SafeUrl.of(app.publisherUrl()).map(SafeUrl::host).orElse(null);
    }

    private ConnectedApp app(ProjectCaller caller, Arguments arguments) {
        return context.getBean(ConnectedApps.class).find(caller.projectId(), arguments.required("app"));
    }

    private ProjectCaller caller(Arguments arguments) {
        Project project = context.getBean(Projects.class).find(arguments.required("project"));
        return new ProjectCaller(
                project.projectId(), new Via(Via.Door.COMMAND, WireId.of("request-id", UUID.randomUUID()), ""));
    }
}
