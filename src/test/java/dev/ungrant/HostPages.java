package dev.ungrant;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host application's pages, at an origin and a site of their own: {@code http://localhost}, while nodes are at {@code
 * http://127.0.0.1}. {@code /<entry>} loads the official browser package of that entry, bundled from {@code
 * src/test/browser-sdk} and otherwise unmodified.
 */
final class HostPages implements AutoCloseable {
    private static final Path PACKAGE = Path.of("src/test/browser-sdk");
    private static final Path BUNDLES = Path.of("target/browser-sdk");
    private static final Pattern PATH = Pattern.compile("/(b2b|consumer|react)(\\.js)?(/.*)?");

    private final HttpServer server;

    private HostPages(HttpServer server) {
        this.server = server;
    }

    static HostPages open() {
        Node.install(PACKAGE);
        Node.execute(PACKAGE, java.util.Map.of(), List.of("npm", "run", "--silent", "bundle"))
                .orFail();
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", HostPages::answer);
            server.setExecutor(Thread::startVirtualThread);
            server.start();
            return new HostPages(server);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    String origin() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
            if (!path.matches()) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            boolean script = path.group(2) != null;
            byte[] body = script
                    ? Files.readAllBytes(BUNDLES.resolve(path.group(1) + ".js"))
                    : """
                    <!doctype html><html lang="en"><meta charset="utf-8"><title>Host</title>
                    <div id="root"></div><script src="/%s.js"></script></html>
                    """.formatted(path.group(1)).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders()
                    .add("Content-Type", (script ? "text/javascript" : "text/html") + "; charset=utf-8");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
