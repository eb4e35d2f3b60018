package dev.ungrant.apps;

import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Via;
import dev.ungrant.registration.Registration;
import dev.ungrant.registration.RegistrationSettings;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Agents built with the official MCP SDK, and tools that are protected by it; {@code mcp.mjs} has the story. */
class McpClientTest extends AppStoryTest {
    private static final List<String> AGENT = List.of("http://127.0.0.1/callback");

    @Inject
    Registration registration;

    @Test
    void agentThatIsRegistered() {
        story("registered");
    }

    /** Nobody has heard of this agent before: it registers itself (RFC 7591), and the member takes its access away on the portal. */
    @Test
    void agentThatRegistersItself() {
        ProjectCaller operator =
                new ProjectCaller(backend.project().projectId(), new Via(Via.Door.COMMAND, "request-id-test", ""));
        registration.change(operator, new RegistrationSettings(true, false, false, false));
        story("dynamic");
    }

    private void story(String way) {
        Map<String, Object> agent = registered("third_party_public", "Scribe", Map.of("redirect_urls", AGENT));
        run("mcp.mjs", Map.of("agent", agent, "way", way));
    }
}
