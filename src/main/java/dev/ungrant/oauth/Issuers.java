package dev.ungrant.oauth;

import dev.ungrant.projects.Project;
import dev.ungrant.projects.Projects;
import io.micronaut.context.annotation.Property;
import jakarta.inject.Singleton;

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

    String ofPath(String projectWireId) {
        return baseUrl + "/v1/public/" + projectWireId;
    }
}
