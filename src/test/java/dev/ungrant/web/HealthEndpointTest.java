package dev.ungrant.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

@MicronautTest(transactional = false)
class HealthEndpointTest {
    @Test
    void nodeWithADatabaseIsHealthyAndKnowsItsAddress(EmbeddedServer server) throws IOException, InterruptedException {
        URI base = URI.create(server.getApplicationContext().getRequiredProperty("ungrant.base-url", String.class));
        assertThat(base.getPort()).isEqualTo(server.getPort()).isGreaterThan(0);

        HttpResponse<String> answer;
        try (HttpClient client = HttpClient.newHttpClient()) {
            answer = client.send(
                    HttpRequest.newBuilder(base.resolve("/health")).build(), HttpResponse.BodyHandlers.ofString());
        }
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"status\":\"ok\",\"reason\":null}");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    }
}
