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
    void pagesThatMayShowAppsAreLetInAndLockedOut() {
        Backend backend = b2b();
        String project = backend.project().wireId();
        String organization = (String) backend.organization("Acme").get("organization_id");
        String origin = "https://app.acme.example";
        String[] add = {"embed-origins", "add", "--project", project, "--organization", organization, "--origin", origin
        };
        assertThat(run(add)).isZero();
        assertThat(answer().get("embed_origins")).isEqualTo(java.util.List.of(origin));
        assertThat(run("embed-origins", "list", "--project", project)).isEqualTo(2);
        add[1] = "remove";
        assertThat(run(add)).isZero();
        assertThat(answer().get("embed_origins")).isEqualTo(java.util.List.of());
        String shop = consumer().project().wireId();
        assertThat(run("embed-origins", "add", "--project", shop, "--origin", origin))
                .isZero();
        assertThat(answer().get("embed_origins")).isEqualTo(java.util.List.of(origin));
        assertThat(run("embed-origins", "add", "--project", shop, "--origin", "*"))
                .isEqualTo(1);
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

    @Test
    void issuerIsTrustedAndNoMore(@TempDir Path folder) throws IOException {
        String project = b2b().project().wireId();
        Path keys = Files.writeString(folder.resolve("jwks.json"), """
                {"keys": [{"kty": "EC", "crv": "P-256", "kid": "k1", "alg": "ES256", "use": "sig",
                  "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}
                """);
        assertThat(run(
                        "issuers",
                        "add",
                        "--project",
                        project,
                        "--issuer",
                        "https://host.example",
                        "--audience",
                        "ungrant",
                        "--organization-claim",
                        "org_id",
                        "--jwks",
                        keys.toString()))
                .isZero();
        String profile = (String) answer().get("profile_id");
        assertThat(answer()).containsEntry("person_claim", "sub").containsEntry("organization_claim", "org_id");
        assertThat(run("issuers", "list", "--project", project)).isZero();
        assertThat((java.util.List<?>) answer().get("issuers")).hasSize(1);
        assertThat(run("issuers", "remove", "--project", project, "--profile", profile))
                .isZero();
        assertThat((java.util.List<?>) answer().get("issuers")).isEmpty();
        assertThat(run("issuers", "add", "--project", project, "--issuer", "x", "--audience", "y"))
                .isEqualTo(1);
    }

    /** What the last command said. */
    private Map<String, Object> answer() {
        String[] lines = out.toString(StandardCharsets.UTF_8).strip().split("\n");
        return json.object(lines[lines.length - 1]);
    }

    @Test
    void operatorMakesChangesListsAndDeletesApps(@TempDir Path folder) throws Exception {
        String project = b2b().project().wireId();
        var key = new com.nimbusds.jose.jwk.gen.ECKeyGenerator(com.nimbusds.jose.jwk.Curve.P_256).generate();
        Path keys = Files.writeString(
                folder.resolve("keys.json"), new com.nimbusds.jose.jwk.JWKSet(key.toPublicJWK()).toString(true));
        Map<String, Object> signing = answer(
                "apps",
                "create",
                "--project",
                project,
                "--type",
                "third_party",
                "--name",
                "Calendar",
                "--redirect-urls",
                "https://app.example/one https://app.example/two",
                "--auth-method",
                "private_key_jwt",
                "--jwks",
                keys.toString(),
                "--id-token-alg",
                "ES256",
                "--userinfo-alg",
                "RS256",
                "--request-object-alg",
                "ES256",
                "--request-uris",
                "https://app.example/request#1",
                "--default-max-age",
                "3600",
                "--backchannel-logout-uri",
                "https://app.example/logout",
                "--backchannel-logout-session",
                "true");
        assertThat(signing)
                .containsEntry("token_endpoint_auth_method", "private_key_jwt")
                .containsEntry("id_token_signed_response_alg", "ES256")
                .containsEntry("userinfo_signed_response_alg", "RS256")
                .containsEntry("request_object_signing_alg", "ES256")
                .containsEntry("request_uris", java.util.List.of("https://app.example/request#1"))
                .containsEntry("default_max_age", 3600)
                .containsEntry("backchannel_logout_uri", "https://app.example/logout")
                .containsEntry("backchannel_logout_session_required", true)
                .containsEntry("client_secret", null)
                .containsEntry(
                        "redirect_urls", java.util.List.of("https://app.example/one", "https://app.example/two"));
        assertThat(answer(
                        "apps",
                        "update",
                        "--project",
                        project,
                        "--app",
                        (String) signing.get("client_id"),
                        "--userinfo-alg",
                        "",
                        "--request-object-alg",
                        "",
                        "--request-uris",
                        "",
                        "--default-max-age",
                        "-1",
                        "--backchannel-logout-uri",
                        ""))
                .containsEntry("userinfo_signed_response_alg", null)
                .containsEntry("request_object_signing_alg", null)
                .containsEntry("request_uris", java.util.List.of())
                .containsEntry("default_max_age", null)
                .containsEntry("backchannel_logout_uri", null);
        Map<String, Object> worker = answer(
                "apps",
                "create",
                "--project",
                project,
                "--type",
                "first_party",
                "--name",
                "Worker",
                "--client-credentials",
                "true",
                "--token-format",
                "jwt",
                "--token-minutes",
                "10");
        assertThat((String) worker.get("client_secret")).startsWith("cpcs_");
        String id = (String) worker.get("client_id");

        Answer token = token(id, (String) worker.get("client_secret"));
        assertThat(token.ok().body()).containsEntry("expires_in", 600);
        Map<String, Object> rotating = answer("apps", "rotate-secret", "--project", project, "--app", id);
        String next = (String) rotating.get("next_client_secret");
        assertThat(run("apps", "rotate-secret", "--project", project, "--app", id))
                .isEqualTo(1);
        token(id, (String) worker.get("client_secret")).ok();
        answer("apps", "finish-rotation", "--project", project, "--app", id);
        assertThat(token(id, (String) worker.get("client_secret")).status()).isEqualTo(401);
        token(id, next).ok();

        assertThat(answer("apps", "update", "--project", project, "--app", id, "--client-credentials", "false"))
                .containsEntry("client_credentials_allowed", false)
                .containsEntry("client_name", "Worker");
        assertThat(token(id, next).body()).containsEntry("error", "unauthorized_client");
        assertThat(answer("apps", "show", "--project", project, "--app", id))
                .doesNotContainEntry("client_secret", next);

        out.reset();
        assertThat(run("apps", "list", "--project", project)).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("Calendar").contains("Worker");
        run("apps", "verify-publisher", "--project", project, "--app", id, "--domain", "app.example");
        assertThat(errors.toString(StandardCharsets.UTF_8)).doesNotContain("There is no command");
        answer("apps", "delete", "--project", project, "--app", id);
        assertThat(token(id, next).status()).isEqualTo(401);
        assertThat(auditEvents(uuid("project", project), "app.deleted")).isEqualTo(1);
    }

    @Test
    void appThatBreaksARuleIsRefusedAndNotMade() {
        String project = b2b().project().wireId();
        String[] start = {"apps", "create", "--project", project, "--type", "third_party", "--name", "X"};
        for (String[] wrong : new String[][] {
            {"--redirect-urls", "http://app.example/x"},
            {"--auth-method", "private_key_jwt"},
            {"--auth-method", "none"},
            {"--id-token-alg", "none"},
            {"--full-access", "true"}
        }) {
            assertThat(run(joined(start, wrong))).as(wrong[0]).isEqualTo(1);
        }
        for (String[] wrong : new String[][] {
            {"--pkce-optional", "yes"},
            {"--jwks", "/nowhere"},
            {"--token-minutes", "ten"},
            {"--unknown", "x"},
            {"--app", "x"}
        }) {
            assertThat(run(joined(start, wrong))).as(wrong[0]).isEqualTo(2);
        }
        assertThat(run("apps", "show", "--project", b2b().project().wireId(), "--app", "connected-app-test-0"))
                .isEqualTo(1);
        assertThat(out.size()).isZero();
        assertThat(run("apps", "list", "--project", project)).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8).strip()).isEqualTo("[]");
    }

    private static String[] joined(String[] start, String... more) {
        String[] all = java.util.Arrays.copyOf(start, start.length + more.length);
        System.arraycopy(more, 0, all, start.length, more.length);
        return all;
    }

    private Map<String, Object> answer(String... arguments) {
        out.reset();
        assertThat(run(arguments)).as("%s", errors).isZero();
        return json.object(out.toString(StandardCharsets.UTF_8));
    }

    private Answer token(String id, String secret) {
        return send(java.net.http.HttpRequest.newBuilder(uri("/v1/oauth2/token"))
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("grant_type=client_credentials"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Authorization", basic(id, secret)));
    }

    @Test
    void operatorErasesADeactivatedMember() {
        Backend backend = b2b();
        Map<String, Object> acme = backend.organization("Acme");
        Map<String, Object> ben = backend.member(acme, "ben@acme.example");
        String member = "/v1/b2b/organizations/acme/members/" + ben.get("member_id");
        String[] erase = {
            "members",
            "erase",
            "--project",
            backend.project().wireId(),
            "--organization",
            "acme",
            "--member",
            (String) ben.get("member_id")
        };
        assertThat(run(erase)).isEqualTo(1);
        assertThat(errors.toString(StandardCharsets.UTF_8)).contains("deactivated");
        backend.delete(member).ok();
        assertThat(run(erase)).isZero();
        assertThat(json.object(out.toString(StandardCharsets.UTF_8)))
                .containsEntry("member_id", ben.get("member_id"))
                .containsEntry("erased", true);
        assertThat(backend.post(
                                "/v1/b2b/organizations/members/search",
                                Map.of("organization_ids", java.util.List.of("acme")))
                        .body()
                        .toString())
                .doesNotContain("ben@acme.example");
        assertThat(run(erase)).isEqualTo(1);
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
