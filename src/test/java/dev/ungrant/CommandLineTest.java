package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.commands.CommandLine;
import io.micronaut.context.ApplicationContext;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CommandLineTest extends ApiTest {
    @Inject
    ApplicationContext context;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    @Test
    void operatorMakesAProjectThatCanCallTheApi() {
        assertThat(run("projects", "create", "--vertical", "b2b", "--name", "Acme's product"))
                .isZero();
        Map<String, Object> project = json.object(out.toString(StandardCharsets.UTF_8));
        Answer answer = send(java.net.http.HttpRequest.newBuilder(uri("/v1/connected_apps/clients/search"))
                .POST(java.net.http.HttpRequest.BodyPublishers.noBody())
                .header("Content-Type", "application/json")
                .header("Authorization", basic((String) project.get("project_id"), (String) project.get("secret"))));
        answer.ok();
    }

    @Test
    void aSecondSecretWorksBesideTheFirst() {
        run("projects", "create", "--vertical", "consumer", "--name", "Shop");
        Map<String, Object> project = json.object(out.toString(StandardCharsets.UTF_8));
        out.reset();
        run("projects", "secret", "--project", (String) project.get("project_id"));
        Map<String, Object> again = json.object(out.toString(StandardCharsets.UTF_8));
        assertThat(again.get("secret")).isNotEqualTo(project.get("secret"));
        for (Map<String, Object> one : java.util.List.of(project, again)) {
            assertThat(projects.authenticate((String) one.get("project_id"), (String) one.get("secret"))
                            .name())
                    .isEqualTo("Shop");
        }
    }

    @Test
    void scopesOfAPolicyFileAreAddedToTheBuiltInPolicy(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("policy.json"), """
                {"roles": [], "resources": [], "scopes": [{"scope": "read:notes", "description": "Read notes", "permissions": []}]}
                """);
        String project = b2b().project().wireId();
        assertThat(run("policy", "set", "--project", project, "--file", file.toString()))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("read:notes").contains("stytch_admin");
    }

    @Test
    void pagesOfAnOriginAreLetInAndLockedOut() {
        String project = b2b().project().wireId();
        assertThat(run("origins", "add", "--project", project, "--origin", "HTTPS://App.Acme.example:443/"))
                .isZero();
        assertThat(run("origins", "add", "--project", project, "--origin", "http://localhost:3000"))
                .isZero();
        assertThat(answer().get("origins"))
                .isEqualTo(java.util.List.of("http://localhost:3000", "https://app.acme.example"));
        assertThat(run("origins", "remove", "--project", project, "--origin", "http://localhost:3000"))
                .isZero();
        assertThat(run("origins", "list", "--project", project)).isZero();
        assertThat(answer().get("origins")).isEqualTo(java.util.List.of("https://app.acme.example"));
        for (String wrong : java.util.List.of(
                "*",
                "null",
                "app.acme.example",
                "http://app.acme.example",
                "https://*.acme.example",
                "https://app.acme.example/page",
                "https://user@app.acme.example",
                "https://app.acme.example; https://evil.example")) {
            assertThat(run("origins", "add", "--project", project, "--origin", wrong))
                    .as(wrong)
                    .isEqualTo(1);
        }
        run("origins", "list", "--project", project);
        assertThat((java.util.List<?>) answer().get("origins")).hasSize(1);
    }

    @Test
    void projectSaysWhatTheBrowserSdkMayDo() {
        String project = b2b().project().wireId();
        assertThat(run("sdk", "show", "--project", project)).isZero();
        assertThat(answer()).containsEntry("member_actions", true).containsEntry("cookies", "READABLE");
        assertThat(run("sdk", "set", "--project", project, "--member-actions", "off"))
                .isZero();
        assertThat(run("sdk", "set", "--project", project, "--cookies", "http_only"))
                .isZero();
        assertThat(answer()).containsEntry("member_actions", false).containsEntry("cookies", "HTTP_ONLY");
        assertThat(run("sdk", "set", "--project", project, "--member-actions", "maybe"))
                .isEqualTo(2);
    }

    /** What the last command said. */
    private Map<String, Object> answer() {
        String[] lines = out.toString(StandardCharsets.UTF_8).strip().split("\n");
        return json.object(lines[lines.length - 1]);
    }

    @Test
    void whatIsNotUnderstoodIsSaidAndChangesNothing() {
        assertThat(run("projects", "destroy")).isEqualTo(2);
        assertThat(errors.toString(StandardCharsets.UTF_8)).contains("There is no command projects destroy.");
        assertThat(run("projects", "create", "--name", "x")).isEqualTo(2);
        assertThat(errors.toString(StandardCharsets.UTF_8)).contains("--vertical is missing.");
        assertThat(run("policy", "show", "--project", "project-test-0")).isEqualTo(1);
        assertThat(out.size()).isZero();
    }

    private int run(String... arguments) {
        return new CommandLine(context, new PrintStream(out, true, StandardCharsets.UTF_8))
                .run(arguments, new PrintStream(errors, true, StandardCharsets.UTF_8));
    }
}
