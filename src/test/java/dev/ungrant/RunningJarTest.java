package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ungrant.secrets.Secret;
import dev.ungrant.secrets.SecretKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the suites that use the jar rely on. */
final class RunningJarTest extends ApiTest {
    @Test
    void jarThatDoesNotStartSaysWhy() {
        assertThatThrownBy(() -> RunningJar.start("RunningJarTest", Map.of("DB_POOL_SIZE", "many")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("exit code 2")
                .hasMessageContaining("RunningJarTest.log")
                .hasMessageContaining("DB_POOL_SIZE must be a whole number");
    }

    @Test
    void everyKindOfSecretIsKnownByItsLooks() {
        Backend backend = b2b();
        Map<String, Object> ben = backend.member(backend.organization("Acme"), "ben@acme.example");
        List<String> secrets = new ArrayList<>(List.of(
                backend.secret(),
                (String) backend.app("third_party", "Calendar").get("client_secret"),
                sessions.jwt(begin(backend.project(), ben).session()),
                basic("somebody", "something long enough"),
                "client_secret=0123456789abcdefghij",
                "\"code_verifier\": \"" + OAuthTest.verifier() + "\""));
        for (SecretKind kind : SecretKind.values()) {
            secrets.add(Secret.mint(kind, UUID.randomUUID()).reveal());
        }
        assertThat(secrets).allSatisfy(secret -> {
            String line = "2026-01-01T00:00:00.000Z INFO  Something" + secret + " and went on";
            assertThat(LogSecrets.in(line)).hasSize(1);
            assertThatThrownBy(() -> LogSecrets.assertNone("first\n" + line + "\nlast"))
                    .isInstanceOf(AssertionError.class)
                    .satisfies(error -> assertThat(error.getMessage()).doesNotContain(secret));
        });
    }
}
