package dev.ungrant;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.ungrant.fetching.TlsServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * Two sites with TLS, as browsers know them: a host's at {@code https://host.example} and the portal at {@code
 * https://portal.example}, which hands on to the jar and remembers what it was asked.
 */
final class EmbedSites implements AutoCloseable {
    static final String HOST = "https://host.example";
    static final String PORTAL = "https://portal.example";
    private static final Set<String> OF_THE_PROXY =
            Set.of("host", "connection", "content-length", "upgrade", "http2-settings", "transfer-encoding", ":status");

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI jar;
    private final TlsServer host;
    private final TlsServer portal;

    /** What a host's backend answers with a token, or null to refuse. */
    volatile Supplier<String> backend;

    /** The host's page, but for what is the same in all of them. */
    volatile String body;

    volatile String hostPolicy;

    /** As in a browser that keeps no cookie of a frame at all. */
    volatile boolean dropsCookies;

    /** Method, address and the headers that could tell something. */
    record Asked(String address, Map<String, List<String>> headers) {}

    final List<Asked> asked = new CopyOnWriteArrayList<>();

    EmbedSites(URI jar) throws IOException, GeneralSecurityException {
        this.jar = jar;
        this.host = new TlsServer("host.example", this::host);
        this.portal = new TlsServer("portal.example", safely(this::portal));
        forget();
    }

    /** As at the beginning, for the next test. */
    void forget() {
        backend = () -> null;
        body = "<connected-apps token-url=\"/token\"></connected-apps>";
        hostPolicy = "default-src 'self'; script-src 'self' 'unsafe-inline' " + PORTAL
                + "; style-src 'self' 'unsafe-inline'; frame-src " + PORTAL + "; form-action " + PORTAL;
        dropsCookies = false;
        asked.clear();
    }

    /** For browsers that cannot be told where names lead: this proxy knows these sites and no other. */
    ConnectProxy proxy() throws IOException {
        return new ConnectProxy(Map.of(
                "host.example:443", host.port(), "evil.example:443", host.port(), "portal.example:443", portal.port()));
    }

    /** Names without an address of their own, and a certificate that nobody vouches for. */
    List<String> arguments() {
        return List.of(
                "--host-resolver-rules=MAP host.example:443 127.0.0.1:" + host.port()
                        + ", MAP portal.example:443 127.0.0.1:" + portal.port() + ", MAP evil.example:443 127.0.0.1:"
                        + host.port(),
                "--ignore-certificate-errors");
    }

    private void host(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/token")) {
                exchange.getRequestBody().readAllBytes();
                String granted = backend.get();
                answer(exchange, granted == null ? 401 : 200, "application/json", granted == null ? "{}" : granted);
            } else if (path.equals("/")) {
                exchange.getResponseHeaders().set("Content-Security-Policy", hostPolicy);
                answer(exchange, 200, "text/html; charset=utf-8", """
                        <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title>
                        <meta name="viewport" content="width=device-width, initial-scale=1">
                        <style>body { font: 16px sans-serif; margin: 0 auto; max-width: 70rem; padding: 1rem }</style>
                        <script type="module" src="%s/embed.js"></script>
                        <script>window.seen = []; window.heard = []; addEventListener('message', e => seen.push([e.origin, e.data]));
                          for (const type of ['ready', 'resize', 'navigate', 'app-revoked', 'session-expiring', 'session-expired', 'error'])
                            addEventListener(type, e => { if (e instanceof CustomEvent) heard.push([type, e.detail]); });
                        </script></head>
                        <body><main><h1>Host</h1><p><a href="#before">Before</a></p>%s<p><a href="#after">After</a></p></main></body></html>
                        """.formatted(PORTAL, body));
            } else {
                answer(exchange, 404, "text/plain", "");
            }
        }
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private static HttpHandler safely(HttpHandler handler) {
        return exchange -> {
            try (exchange) {
                handler.handle(exchange);
            }
        };
    }

    private void portal(HttpExchange exchange) throws IOException {
        String address = exchange.getRequestURI().toString();
        asked.add(new Asked(exchange.getRequestMethod() + ' ' + address, Map.copyOf(exchange.getRequestHeaders())));
        HttpRequest.Builder request = HttpRequest.newBuilder(jar.resolve(address));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!OF_THE_PROXY.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        byte[] sent = exchange.getRequestBody().readAllBytes();
        request.method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(sent));
        try {
            HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            response.headers().map().forEach((name, values) -> {
                if (!OF_THE_PROXY.contains(name) && !(dropsCookies && name.equals("set-cookie"))) {
                    exchange.getResponseHeaders().put(name, values);
                }
            });
            exchange.sendResponseHeaders(
                    response.statusCode(), response.body().length == 0 ? -1 : response.body().length);
            exchange.getResponseBody().write(response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        host.close();
        portal.close();
    }
}
