package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.web.Open;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.runtime.server.EmbeddedServer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ShutdownTest {
    private static final CountDownLatch STARTED = new CountDownLatch(1);

    /** Answers when a second has passed. */
    @Controller("/slow")
    @Requires(property = "slow")
    static class Slow {
        @Open
        @Get
        String slow() throws InterruptedException {
            STARTED.countDown();
            Thread.sleep(1000);
            return "done";
        }
    }

    @Test
    void nodeThatIsToldToStopFinishesTheRequestsItHas() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            EmbeddedServer node = ApplicationContext.run(EmbeddedServer.class, Map.of("slow", "true"), "test");
            CompletableFuture<HttpResponse<String>> answer = client.sendAsync(
                    HttpRequest.newBuilder(node.getURI().resolve("/slow")).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(STARTED.await(10, TimeUnit.SECONDS)).isTrue();

            long before = System.nanoTime();
            node.getApplicationContext().close();

            assertThat(answer.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            assertThat(answer.get().body()).isEqualTo("done");
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
        }
    }
}
