package dev.ungrant.apps;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Agents built with the official MCP SDK, and tools that are protected by it; {@code mcp.mjs} has the story. */
class McpClientTest extends AppStoryTest {
    private static final List<String> AGENT = List.of("http://127.0.0.1/callback");

    @Test
    void agentThatIsRegistered() {
        story("registered");
    }

    private void story(String way) {
        Map<String, Object> agent = registered("third_party_public", "Scribe", Map.of("redirect_urls", AGENT));
        run("mcp.mjs", Map.of("agent", agent, "way", way));
    }
}
