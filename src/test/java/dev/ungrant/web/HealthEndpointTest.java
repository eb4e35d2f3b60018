package dev.ungrant.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.embedded.EmbeddedMySql;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

@MicronautTest(transactional = false)
class HealthEndpointTest {
    @Test
    void nodeWithADatabaseIsHealthyAndKnowsItsAddress(EmbeddedServer server) throws IOException, InterruptedException {
        URI base = URI.create(server.getApplicationContext().getRequiredProperty("ungrant.base-url", String.class));
        assertThat(base.getPort()).isEqualTo(server.getPort()).isGreaterThan(0);

        HttpResponse<String> answer = ask(base.resolve("/health"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"status\":\"ok\",\"reason\":null}");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    }

    @Test
    void nodeWhoseDatabaseIsGoneSaysSo() throws IOException, InterruptedException {
        EmbeddedMySql mySql = EmbeddedMySql.throwaway();
        try (EmbeddedServer node = ApplicationContext.run(EmbeddedServer.class, Map.copyOf(mySql.settings()), "test")) {
            assertThat(ask(node.getURI().resolve("/health")).statusCode()).isEqualTo(200);

            mySql.close();

            HttpResponse<String> answer = ask(node.getURI().resolve("/health"));
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body())
                    .isEqualTo("{\"status\":\"unavailable\",\"reason\":\"The database does not answer.\"}");
        } finally {
            mySql.close();
        }
    }

    private static HttpResponse<String> ask(URI address) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
