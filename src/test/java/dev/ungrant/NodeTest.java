package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeTest {
    @Test
    void officialClientIsInstalledUnmodified() {
        assertThat(Node.run("clients.mjs", Map.of()).orFail())
                .isEqualToIgnoringNewLines("{\"version\":\"14.2.0\",\"clients\":[\"Client\",\"B2BClient\"]}");
    }
}
