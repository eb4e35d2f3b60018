package dev.ungrant.oauth;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** A connected app's own address, where real browsers come back to. */
final class LoopbackApp implements AutoCloseable {
    private final HttpServer server;
    private final Deque<Map<String, String>> answers = new ArrayDeque<>();

    LoopbackApp() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/callback", this::callback);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/callback";
    }

    /** The last answer that a browser brought, with {@code method} as one more entry. */
    synchronized Map<String, String> answer() {
        if (answers.isEmpty()) {
            throw new AssertionError("no browser has come back to the app");
        }
        return answers.removeLast();
    }

    private void callback(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestMethod().equals("POST")
                ? new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
                : exchange.getRequestURI().getRawQuery();
        Map<String, String> answer = new HashMap<>();
        answer.put("method", exchange.getRequestMethod());
        for (String pair : (query == null ? "" : query).split("&")) {
            int at = pair.indexOf('=');
            if (at > 0) {
                answer.put(pair.substring(0, at), URLDecoder.decode(pair.substring(at + 1), StandardCharsets.UTF_8));
            }
        }
        synchronized (this) {
            answers.add(answer);
        }
        byte[] page = "<!doctype html><html lang=en><title>App</title><h1>Back in the app</h1>"
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
        exchange.sendResponseHeaders(200, page.length);
        exchange.getResponseBody().write(page);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
