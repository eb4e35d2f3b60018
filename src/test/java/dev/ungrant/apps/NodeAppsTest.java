package dev.ungrant.apps;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Apps built with what npm has for relying parties, whose stories stand in {@code src/test/node}. */
class NodeAppsTest extends AppStoryTest {
    /** The client that many apps use, with everything it checks. */
    @Test
    void openidClient() {
        run(
                "openid-client.mjs",
                Map.of(
                        "calendar", registered("third_party", "Calendar", Map.of()),
                        "vault", signing("Vault", Map.of("dpop_bound_access_tokens", true)),
                        "pocket", registered("third_party_public", "Pocket", Map.of())));
    }

    /** The library below it, which checks each answer against the specifications and leaves every request to the app. */
    @Test
    void oauth4webapi() {
        run(
                "oauth4webapi.mjs",
                Map.of(
                        "notes", registered("third_party", "Notes", Map.of()),
                        "pocket", registered("third_party_public", "Pocket", Map.of())));
    }
}
