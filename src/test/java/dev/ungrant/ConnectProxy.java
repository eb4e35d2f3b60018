package dev.ungrant;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The proxy of a browser under test: the sites of the test are on loopback, and there is nothing else in the world. */
final class ConnectProxy implements AutoCloseable {
    private final ServerSocket listening;
    private final Map<String, Integer> ports;

    /** @param ports of loopback, by name and port as a browser asks for them */
    ConnectProxy(Map<String, Integer> ports) throws IOException {
        this.ports = ports;
        this.listening = new ServerSocket();
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread.startVirtualThread(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket browser = listening.accept();
                Thread.startVirtualThread(() -> serve(browser));
            } catch (IOException e) {
                // Closed, or a browser that went away.
            }
        }
    }

    private void serve(Socket browser) {
        try (browser) {
            String line = requestLine(browser.getInputStream());
            Integer port = line.startsWith("CONNECT ") ? ports.get(line.split(" ")[1]) : null;
            if (port == null) {
                say(
                        browser.getOutputStream(),
                        "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                return;
            }
            try (Socket site = new Socket(InetAddress.getLoopbackAddress(), port)) {
                say(browser.getOutputStream(), "HTTP/1.1 200 OK\r\n\r\n");
                Thread back = Thread.startVirtualThread(() -> pipe(site, browser));
                pipe(browser, site);
                back.join();
            }
        } catch (IOException e) {
            // What a browser breaks off is its own affair.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads the headers too, byte by byte: what follows them belongs to the site. */
    private static String requestLine(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            head.append((char) next);
            if (head.length() > 16_384
                    || head.length() > 3 && head.substring(head.length() - 4).equals("\r\n\r\n")) {
                break;
            }
        }
        return head.toString().lines().findFirst().orElse("");
    }

    private static void say(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static void pipe(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // One of the two has gone; the other learns of it by the end of its stream.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
