package dev.ungrant.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.JsonMapper;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@MicronautTest(transactional = false)
class CastFileTest {
    private static final Cast CAST = new Cast(
            "http://127.0.0.1:8080",
            new Cast.B2b(
                    "project-test-1",
                    "secret-test-1",
                    "public-token-test-1",
                    Map.of("acme", new Cast.Organization("organization-test-1", "acme", "acme-1")),
                    Map.of(
                            "dan",
                            new Cast.Member(
                                    "acme",
                                    "member-test-1",
                                    null,
                                    "dan@acme.example",
                                    "Dan \"the {man}\"",
                                    List.of("stytch_member"),
                                    "deleted",
                                    null,
                                    null,
                                    null)),
                    Map.of(),
                    List.of(new Cast.Grant("dan", null, "calendar", List.of("openid"), "token", null))),
            new Cast.Consumer("project-test-2", "secret-test-2", "public-token-test-2", Map.of(), Map.of(), List.of()));

    @Test
    void namesAreTheOnesThatScriptsRelyOn(@TempDir Path folder, JsonMapper mapper) throws IOException {
        Path file = folder.resolve("cast.json");
        new CastFile(mapper).write(CAST, file);

        assertThat(file).hasContent("""
                {
                  "base_url": "http://127.0.0.1:8080",
                  "b2b": {
                    "project_id": "project-test-1",
                    "secret": "secret-test-1",
                    "public_token": "public-token-test-1",
                    "organizations": {
                      "acme": {
                        "organization_id": "organization-test-1",
                        "organization_slug": "acme",
                        "organization_external_id": "acme-1"
                      }
                    },
                    "members": {
                      "dan": {
                        "organization": "acme",
                        "member_id": "member-test-1",
                        "email_address": "dan@acme.example",
                        "name": "Dan \\"the {man}\\"",
                        "roles": [
                          "stytch_member"
                        ],
                        "status": "deleted"
                      }
                    },
                    "apps": {},
                    "grants": [
                      {
                        "member": "dan",
                        "app": "calendar",
                        "scopes": [
                          "openid"
                        ],
                        "access_token": "token"
                      }
                    ]
                  },
                  "consumer": {
                    "project_id": "project-test-2",
                    "secret": "secret-test-2",
                    "public_token": "public-token-test-2",
                    "users": {},
                    "apps": {},
                    "grants": []
                  }
                }
                """);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void whatWasWrittenIsReadAgain(@TempDir Path folder, JsonMapper mapper) throws IOException {
        CastFile file = new CastFile(mapper);
        assertThat(file.read(folder.resolve("cast.json"))).isEmpty();

        file.write(CAST, folder.resolve("cast.json"));

        assertThat(file.read(folder.resolve("cast.json"))).contains(CAST);
    }
}
