package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** L04: whoever takes for ever over a request does not get for ever. */
final class SlowRequestTest extends OAuthTest {
    private static final int LIMIT_SECONDS = 2;
    /** What a busy machine may be late by; the server's own idle limit is 300 s. */
    private static final int LATE_SECONDS = 10;

    private static final long DRIP_MILLIS = 100;
    private static final String LONG = "x".repeat(100_000);

    private static RunningJar jar;

    private Backend backend;

    @BeforeAll
    static void startJar() {
        jar = RunningJar.start("SlowRequestTest", Map.of("LIMIT_REQUEST_SECONDS", Integer.toString(LIMIT_SECONDS)));
    }

    @AfterAll
    static void stopJar() {
        jar.close();
    }

    @BeforeEach
    void cast() {
        backend = b2b();
    }

    @Override
    protected URI uri(String path) {
        return jar.uri(path);
    }

    @Test
    void requestsThatDripAreEndedWhileOthersAreAnswered() throws Exception {
        String authorization = "Authorization: " + basic(backend.project().wireId(), backend.secret()) + "\r\n";
        List<Callable<Duration>> slow = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            // Never a whole first line; never the end of the headers; never the end of a body, with a length and
            // without.
            slow.add(() -> drip("", LONG));
            slow.add(() -> drip("GET /v1/debug/whoami HTTP/1.1\r\nHost: x\r\n" + authorization, "X-Long: " + LONG));
            slow.add(() -> drip(
                    "POST /v1/b2b/organizations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                            + authorization + "Content-Length: 90000\r\n\r\n{\"organization_name\":\"",
                    LONG));
            slow.add(() -> drip(
                    "POST /v1/oauth2/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n",
                    "1\r\na\r\n".repeat(10_000)));
            // A second request on a connection whose first one was quick.
            slow.add(() -> drip("GET /health HTTP/1.1\r\nHost: x\r\n\r\n", "GET /" + LONG));
            slow.add(() -> drip("", ""));
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Duration>> ends = slow.stream().map(threads::submit).toList();
            int answered = 0;
            while (ends.stream().anyMatch(end -> !end.isDone())) {
                backend.get("/v1/debug/whoami").ok();
                answered++;
            }
            assertThat(answered).isGreaterThan(10);
            for (Future<Duration> end : ends) {
                assertThat(end.get())
                        .isBetween(
                                Duration.ofSeconds(LIMIT_SECONDS).minusMillis(200),
                                Duration.ofSeconds(LIMIT_SECONDS + LATE_SECONDS));
            }
        }
        backend.get("/v1/debug/whoami").ok();
    }

    @Test
    void requestThatIsSlowWithinTheLimitAndConnectionThatRestsAreLeftAlone() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", jar.port())) {
            socket.setSoTimeout(20_000);
            for (int i = 0; i < 2; i++) {
                for (String part : List.of("GET /hea", "lth HTTP/1.1\r\nHo", "st: x\r\n\r\n")) {
                    Thread.sleep(200);
                    write(socket.getOutputStream(), part);
                }
                assertThat(answer(socket.getInputStream())).startsWith("HTTP/1.1 200 ");
                // Longer than a request may take.
                Thread.sleep(LIMIT_SECONDS * 1000 + 500);
            }
        }
    }

    /** How long the server put up with somebody who sends the start at once and the rest a few bytes at a time. */
    private static Duration drip(String start, String rest) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        try (Socket socket = new Socket("127.0.0.1", jar.port())) {
            socket.setSoTimeout((int) DRIP_MILLIS);
            OutputStream out = socket.getOutputStream();
            write(out, start);
            for (int sent = 0; System.nanoTime() - begun < Duration.ofMinutes(1).toNanos(); sent += 6) {
                try {
                    if (sent + 6 <= rest.length()) {
                        write(out, rest.substring(sent, sent + 6));
                    }
                    while (true) {
                        if (socket.getInputStream().read() < 0) {
                            return Duration.ofNanos(System.nanoTime() - begun);
                        }
                    }
                } catch (SocketTimeoutException e) {
                    // Still open.
                } catch (IOException e) {
                    return Duration.ofNanos(System.nanoTime() - begun);
                }
            }
        }
        throw new AssertionError("still open after a minute: " + start);
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** As much of an answer as says its status; the rest of it is read too. */
    private static String answer(InputStream in) throws IOException, InterruptedException {
        StringBuilder text = new StringBuilder();
        text.append((char) in.read());
        Thread.sleep(200);
        text.append(new String(in.readNBytes(in.available()), StandardCharsets.ISO_8859_1));
        return text.toString();
    }
}
