package dev.ungrant.connectedapps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ungrant.projects.Projects;
import dev.ungrant.projects.TokenFormat;
import dev.ungrant.projects.Vertical;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Via;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@MicronautTest(transactional = false)
final class ConnectedAppsTest {
    @Inject
    Projects projects;

    @Inject
    ConnectedApps apps;

    private ProjectCaller project;

    @BeforeEach
    void project() {
        UUID id = projects.create(Vertical.B2B, "Test", null, TokenFormat.OPAQUE)
                .project()
                .projectId();
        project = new ProjectCaller(id, new Via(Via.Door.API, "request", "127.0.0.1"));
    }

    @Test
    void confidentialAppHasASecretAndRotatesIt() {
        ConnectedApps.WithSecret created = apps.create(project, app(ClientType.THIRD_PARTY));
        ConnectedApp app = created.app();
        assertThat(apps.authenticate(app.wireId(), created.secret())).isPresent();
        assertThat(apps.authenticate(app.wireId(), created.secret() + "x")).isEmpty();

        String next = apps.startRotation(project, app).secret();
        assertThat(apps.authenticate(app.wireId(), created.secret())).isPresent();
        assertThat(apps.authenticate(app.wireId(), next)).isPresent();
        assertProblem(() -> apps.startRotation(project, app), ErrorType.CONNECTED_APP_ALREADY_ROTATING_SECRET);

        apps.rotate(project, app);
        assertThat(apps.authenticate(app.wireId(), created.secret())).isEmpty();
        assertThat(apps.authenticate(app.wireId(), next)).isPresent();
        assertProblem(() -> apps.rotate(project, app), ErrorType.CONNECTED_APP_NOT_ROTATING_SECRET);
        assertThat(apps.authenticate(app.wireId(), next)).isPresent();
    }

    @Test
    void pagesFollowEachOther() {
        for (int i = 0; i < 5; i++) {
            apps.create(project, app(ClientType.THIRD_PARTY_PUBLIC));
        }
        ConnectedApps.Page first = apps.search(project, null, 3);
        ConnectedApps.Page second = apps.search(project, first.next(), 3);
        assertThat(first.apps()).hasSize(3);
        assertThat(first.total()).isEqualTo(5);
        assertThat(second.apps()).hasSize(2).doesNotContainAnyElementsOf(first.apps());
        assertThat(second.next()).isNull();
    }

    @Test
    void deletedAppIsNotFound() {
        ConnectedApp app = apps.create(project, app(ClientType.FIRST_PARTY)).app();
        apps.delete(project, app);
        assertProblem(() -> apps.find(project.projectId(), app.wireId()), ErrorType.CONNECTED_APP_NOT_FOUND);
    }

    private ConnectedApp app(ClientType type) {
        AppDraft draft = AppDraft.blank(project.projectId(), type, TokenFormat.OPAQUE);
        draft.name = "Calendar";
        draft.redirectUrls = "[\"https://calendar.example/callback\"]";
        return draft.app();
    }

    private static void assertProblem(Runnable act, ErrorType type) {
        assertThatThrownBy(act::run)
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.type()).isEqualTo(type));
    }
}
