package dev.ungrant.oauth;

import dev.ungrant.projects.Project;
import dev.ungrant.projects.Projects;
import dev.ungrant.web.WireId;
import io.micronaut.context.annotation.Property;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.util.UUID;

/**
 * Who says so: the {@code iss} of tokens and answers. The default project is the installation itself; another project is
 * an issuer of its own under its path, so that its metadata names itself (RFC 8414 §3.3).
 */
@Singleton
final class Issuers {
    private final Projects projects;
    private final String baseUrl;

    Issuers(Projects projects, @Property(name = "ungrant.base-url") String baseUrl) {
        this.projects = projects;
        this.baseUrl = baseUrl;
    }

    String baseUrl() {
        return baseUrl;
    }

    String of(Project project) {
        return projects.defaultProject().projectId().equals(project.projectId()) ? baseUrl : ofPath(project.wireId());
    }

    /**
     * The issuer that a path speaks for, without asking whether there is such a project.
     *
     * @param projectId null on the paths without one
     */
    String at(@Nullable UUID projectId) {
        return projectId == null || projects.defaultProject().projectId().equals(projectId)
                ? baseUrl
                : ofPath(WireId.of("project", projectId));
    }

    /** The same, with the address of the token endpoint that it is asked at. */
    Named named(@Nullable UUID projectId) {
        String path = projectId == null ? baseUrl + "/v1" : ofPath(WireId.of("project", projectId));
        return new Named(at(projectId), path + "/oauth2/token");
    }

    record Named(String issuer, String tokenEndpoint) {}

    String ofPath(String projectWireId) {
        return baseUrl + "/v1/public/" + projectWireId;
    }
}
