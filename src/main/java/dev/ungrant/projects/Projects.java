package dev.ungrant.projects;

import dev.ungrant.database.Transactions;
import dev.ungrant.secrets.MachineSecret;
import dev.ungrant.secrets.Pepper;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import dev.ungrant.web.WireId;
import io.micronaut.context.annotation.Property;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

@Singleton
public final class Projects {
    private final ProjectRepository repository;
    private final Transactions transactions;
    private final Pepper pepper;
    private final String defaultProject;

    Projects(
            ProjectRepository repository,
            Transactions transactions,
            Pepper pepper,
            @Nullable @Property(name = "ungrant.default-project") String defaultProject) {
        this.repository = repository;
        this.transactions = transactions;
        this.pepper = pepper;
        this.defaultProject = defaultProject;
    }

    /** A new project and its secret, which is shown this once. */
    public record Created(Project project, String secret) {}

    public Created create(
            Vertical vertical, String name, @Nullable String authorizationUrl, TokenFormat accessTokenFormat) {
        UUID id = UUID.randomUUID();
        String publicToken = WireId.of("public-token", UUID.randomUUID());
        String secret = MachineSecret.mint(WireId.prefix("secret"));
        transactions.write(() -> {
            repository.insert(id, vertical.name(), name, publicToken, authorizationUrl, accessTokenFormat.name());
            return repository.insertSecret(id, UUID.randomUUID(), pepper.hash(secret), MachineSecret.lastFour(secret));
        });
        return new Created(
                new Project(id, vertical, name, publicToken, authorizationUrl, accessTokenFormat, null), secret);
    }

    /** @param resources the resource servers that tokens may be for, as a JSON array; null: any */
    public Project setResources(Project project, @Nullable String resources) {
        transactions.write(() -> repository.setResources(project.projectId(), resources));
        return get(project.projectId());
    }

    /** One more secret for the project, beside those it has; shown this once. */
    public String addSecret(Project project) {
        String secret = MachineSecret.mint(WireId.prefix("secret"));
        transactions.write(() -> repository.insertSecret(
                project.projectId(), UUID.randomUUID(), pepper.hash(secret), MachineSecret.lastFour(secret)));
        return secret;
    }

    /** @throws Problem {@code unauthorized_credentials}, for an unknown project exactly as for a wrong secret */
    public Project authenticate(String wireId, String secret) {
        // An id that is none gets the same query as one that might be, so that both take the same time.
        UUID id = WireId.parse("project", wireId).orElseGet(UUID::randomUUID);
        return repository
                .findBySecret(id, pepper.hash(secret))
                .orElseThrow(() -> new Problem(ErrorType.UNAUTHORIZED_CREDENTIALS));
    }

    /** @throws Problem {@code project_not_found} */
    public Project find(String wireId) {
        return WireId.parse("project", wireId)
                .flatMap(repository::find)
                .orElseThrow(() -> new Problem(ErrorType.PROJECT_NOT_FOUND));
    }

    public Project get(UUID projectId) {
        return repository.find(projectId).orElseThrow(() -> new Problem(ErrorType.PROJECT_NOT_FOUND));
    }

    /** The project that the paths without a project speak of: DEFAULT_PROJECT, or else the oldest one. */
    public Project defaultProject() {
        return findDefault().orElseThrow(() -> new Problem(ErrorType.PROJECT_NOT_FOUND));
    }

    /** The same; empty while there is none. */
    Optional<Project> findDefault() {
        return defaultProject == null || defaultProject.isBlank()
                ? repository.oldest()
                : WireId.parse("project", defaultProject).flatMap(repository::find);
    }
}
