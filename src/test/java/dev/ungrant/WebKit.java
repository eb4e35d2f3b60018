package dev.ungrant;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** WebKitGTK's small browser on a screen that nobody sees, by its own WebDriver. Debian has all three. */
final class WebKit extends RemoteBrowser {
    private static final Path DRIVER = Path.of("/usr/bin/WebKitWebDriver");
    private static final Path BROWSER = Path.of(
            "/usr/lib",
            (System.getProperty("os.arch").equals("amd64") ? "x86_64" : System.getProperty("os.arch")) + "-linux-gnu",
            "webkit2gtk-4.1/MiniBrowser");
    private static final Path SCREEN = Path.of("/usr/bin/Xvfb");
    private static final int START_SECONDS = 30;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Process> processes = new ArrayList<>();
    private final URI driver;
    private final String session;

    /** @param folder for what the two programs have to say */
    WebKit(Path folder, ConnectProxy proxy) throws IOException {
        Browser.debian(DRIVER, "webkit2gtk-driver");
        Browser.debian(SCREEN, "xvfb");
        Files.createDirectories(folder);
        try {
            Process screen = new ProcessBuilder(
                            SCREEN.toString(), "-displayfd", "1", "-screen", "0", "1280x1000x24", "-nolisten", "tcp")
                    .redirectError(folder.resolve("screen.log").toFile())
                    .start();
            processes.add(screen);
            String display = ":" + screen.inputReader().readLine();
            int port = freePort();
            ProcessBuilder builder = new ProcessBuilder(DRIVER.toString(), "--port=" + port)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("driver.log").toFile());
            builder.environment()
                    .putAll(Map.of(
                            "DISPLAY", display,
                            "GDK_BACKEND", "x11",
                            "HOME", folder.toString(),
                            "WEBKIT_DISABLE_DMABUF_RENDERER", "1",
                            "LIBGL_ALWAYS_SOFTWARE", "1"));
            processes.add(builder.start());
            driver = URI.create("http://127.0.0.1:" + port);
            session = begin(proxy);
        } catch (IOException | RuntimeException | AssertionError e) {
            close();
            throw e;
        }
    }

    private String begin(ConnectProxy proxy) {
        String address = "127.0.0.1:" + proxy.port();
        // It takes the proxy that WebDriver names for none (2.50.6), so the browser itself is told.
        Map<String, Object> wanted = Map.of(
                "acceptInsecureCerts",
                true,
                "webkitgtk:browserOptions",
                Map.of(
                        "binary",
                        BROWSER.toString(),
                        "args",
                        List.of("--automation", "--ignore-tls-errors", "--proxy=http://" + address)));
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try {
                Object answer = call("POST", "/session", Map.of("capabilities", Map.of("alwaysMatch", wanted)));
                return (String) ((Map<?, ?>) answer).get("sessionId");
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof ConnectException) || System.nanoTime() > limit) {
                    throw e;
                }
                pause(100);
            }
        }
    }

    @Override
    protected Object tell(Order order, Map<String, Object> parameters) {
        String path = "/session/" + session + order.path.replace("{id}", String.valueOf(parameters.get("id")));
        return call(order == Order.SCREENSHOT ? "GET" : "POST", path, parameters);
    }

    private Object call(String method, String path, Map<String, Object> parameters) {
        HttpRequest request = HttpRequest.newBuilder(driver.resolve(path))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        method.equals("POST")
                                ? HttpRequest.BodyPublishers.ofString(json(parameters))
                                : HttpRequest.BodyPublishers.noBody())
                .build();
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new AssertionError(path + ": " + response.body());
            }
            return JSONObjectUtils.parse(response.body()).get("value");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ParseException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** None: on a screen that nobody sees, this browser never answers when it is asked for a picture. */
    @Override
    void shoot(String name) {}

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    @Override
    public void close() {
        for (Process process : processes.reversed()) {
            List<ProcessHandle> all = process.descendants().toList();
            process.destroyForcibly();
            all.forEach(ProcessHandle::destroyForcibly);
        }
        client.close();
    }
}
