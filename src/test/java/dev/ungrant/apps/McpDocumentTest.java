package dev.ungrant.apps;

import com.sun.net.httpserver.HttpExchange;
import dev.ungrant.JarEnvironment;
import dev.ungrant.fetching.TlsServer;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Via;
import dev.ungrant.registration.Registration;
import dev.ungrant.registration.RegistrationSettings;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * An agent of the official MCP SDK that is known by the address of a document about it
 * (draft-ietf-oauth-client-id-metadata-document). The jar may fetch from this machine here, and trusts the one server that the
 * document is on; the project's backend takes the access away.
 */
@JarEnvironment(
        name = "JAVA_TOOL_OPTIONS",
        value = "-Dungrant.fetching.loopback=true -Djavax.net.ssl.trustStore=" + McpDocumentTest.TRUST
                + " -Djavax.net.ssl.trustStoreType=PKCS12 -Djavax.net.ssl.trustStorePassword="
                + McpDocumentTest.PASSWORD)
class McpDocumentTest extends AppStoryTest {
    static final String TRUST = "target/jar/document-server.p12";
    static final String PASSWORD = "public";

    @Inject
    Registration registration;

    private String address;

    @Test
    void agentThatIsADocument() throws Exception {
        ProjectCaller operator =
                new ProjectCaller(backend.project().projectId(), new Via(Via.Door.COMMAND, "request-id-test", ""));
        registration.change(operator, new RegistrationSettings(false, true, false, false));
        try (TlsServer site = new TlsServer("localhost", this::answer)) {
            Files.deleteIfExists(Path.of(TRUST));
            site.writeTrust(Path.of(TRUST), PASSWORD);
            address = "https://localhost:" + site.port() + "/agents/scribe.json";
            run("mcp.mjs", Map.of("document", address, "way", "document"));
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = json.write(Map.of(
                        "client_id",
                        address,
                        "client_name",
                        "Scribe",
                        "redirect_uris",
                        List.of("http://127.0.0.1/callback"),
                        "grant_types",
                        List.of("authorization_code", "refresh_token"),
                        "token_endpoint_auth_method",
                        "none"))
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
