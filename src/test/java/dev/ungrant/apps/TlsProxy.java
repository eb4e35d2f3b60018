package dev.ungrant.apps;

import com.sun.net.httpserver.HttpExchange;
import dev.ungrant.fetching.TlsServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The proxy of docs/operations.md: speaks TLS, passes on what it gets, and says in {@code X-Forwarded-For} whom it got it from.
 * Its port is known before there is a node behind it. What is under {@code /suite/} is an app's own: pages that it publishes,
 * and its callback.
 */
final class TlsProxy implements AutoCloseable {
    static final String PERSON = "203.0.113.7";

    /** Between two neighbours only (RFC 9110 §7.6.1), or written by the client that passes it on. */
    private static final Set<String> NOT_PASSED_ON =
            Set.of("connection", "host", "content-length", "transfer-encoding", "upgrade", "http2-settings");

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final TlsServer server;
    private final Map<String, String> published = new ConcurrentHashMap<>();
    private volatile URI node;
    private volatile String cameBack;

    TlsProxy() throws IOException, GeneralSecurityException {
        server = new TlsServer("localhost", this::pass);
    }

    String address() {
        return "https://localhost:" + server.port();
    }

    TlsServer server() {
        return server;
    }

    void leadTo(URI node) {
        this.node = node;
    }

    void publish(String path, String json) {
        published.put(path, json);
    }

    /** The query or the form that the last browser brought to the callback, which it takes with it. */
    String cameBack() {
        String last = cameBack;
        cameBack = null;
        return last;
    }

    private void pass(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (path.startsWith("/suite/")) {
            beTheApp(exchange, path);
        } else {
            passOn(exchange);
        }
    }

    private void beTheApp(HttpExchange exchange, String path) throws IOException {
        byte[] page = published.getOrDefault(path, "{}").getBytes(StandardCharsets.UTF_8);
        if (path.equals("/suite/callback")) {
            byte[] form = exchange.getRequestBody().readAllBytes();
            cameBack = form.length == 0
                    ? exchange.getRequestURI().getRawQuery()
                    : new String(form, StandardCharsets.UTF_8);
        }
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, page.length);
        exchange.getResponseBody().write(page);
        exchange.close();
    }

    private void passOn(HttpExchange exchange) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        node.resolve(exchange.getRequestURI().toString()))
                .method(
                        exchange.getRequestMethod(),
                        HttpRequest.BodyPublishers.ofByteArray(
                                exchange.getRequestBody().readAllBytes()));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!NOT_PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        request.setHeader("X-Forwarded-For", PERSON);
        try {
            HttpResponse<byte[]> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            answer.headers().map().forEach((name, values) -> {
                if (!NOT_PASSED_ON.contains(name)) {
                    values.forEach(value -> exchange.getResponseHeaders().add(name, value));
                }
            });
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            exchange.close();
        }
    }

    @Override
    public void close() {
        server.close();
        http.close();
    }
}
