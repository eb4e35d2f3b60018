package dev.ungrant;

import io.micronaut.context.annotation.Property;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The official client for Node.js, as npm has it, against the running node. The calls and what they must answer stand in {@code
 * src/test/node}; here is whom they are about, and the sessions, which that client cannot begin.
 */
class NodeClientTest extends ApiTest {
    @Property(name = "ungrant.base-url")
    String baseUrl;

    @Test
    void backendManagesItsApps() {
        Backend backend = b2b();
        run("apps.mjs", backend, Map.of("project_name", backend.project().name(), "foreign_app", app(b2b())));
    }

    private static Object app(Backend backend) {
        return backend.post("/v1/connected_apps/clients", Map.of("client_type", "third_party"))
                .ok()
                .object("connected_app")
                .get("client_id");
    }

    private void run(String script, Backend backend, Map<String, Object> cast) {
        Map<String, String> environment = new HashMap<>();
        environment.put("BASE_URL", baseUrl);
        environment.put("PROJECT_ID", backend.project().wireId());
        environment.put("SECRET", backend.secret());
        environment.put("CAST", json.write(cast));
        Node.run(script, environment).orFail();
    }
}
