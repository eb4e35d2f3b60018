package dev.ungrant;

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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A node as production runs it: {@code java -jar target/ungrant.jar} in a process of its own, told by environment variables
 * alone, on the database, mailbox and key of the tests. So what a test makes with beans of its own is known there too.
 */
public final class RunningJar implements AutoCloseable {
    private static final Path JAR = Path.of("target/ungrant.jar");
    private static final Path LOGS = Path.of("target/jar");
    private static final int START_SECONDS = 90;
    private static final int STOP_SECONDS = 30;
    private static final int START_TRIES = 3;
    private static final int TAIL_LINES = 40;
    private static final ConcurrentLinkedQueue<Process> STARTED = new ConcurrentLinkedQueue<>();

    static {
        // Also when the test run is stopped by a signal.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> STARTED.forEach(Process::destroyForcibly)));
    }

    private final Path log;
    private final int port;
    private final Process process;

    private RunningJar(Path log, int port, Process process) {
        this.log = log;
        this.port = port;
        this.process = process;
    }

    /**
     * Starts a node and waits until it is healthy. One that does not become so fails the test, with the end of its log.
     *
     * @param name of the log in {@code target/jar}; a second start under the same name writes on
     * @param settings environment variables beside those it needs
     */
    public static RunningJar start(String name, Map<String, String> settings) {
        isOfTheseSources();
        Path log = logOf(name);
        try {
            Files.createDirectories(LOGS);
            for (int attempt = 1; ; attempt++) {
                RunningJar jar = launch(log, settings);
                if (jar.isHealthy()) {
                    return jar;
                }
                jar.process.destroyForcibly().waitFor();
                if (attempt == START_TRIES || !jar.tail().contains("cannot be listened on")) {
                    throw new AssertionError("The jar did not start, exit code " + jar.process.exitValue() + "; " + log
                            + " ends with\n" + jar.tail());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Where a jar of that name writes. */
    public static Path logOf(String name) {
        return LOGS.resolve(name + ".log");
    }

    private static RunningJar launch(Path log, Map<String, String> settings) throws IOException {
        int port = freePort();
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-jar",
                        JAR.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment(port));
        builder.environment().putAll(settings);
        Process process = builder.start();
        STARTED.add(process);
        process.getOutputStream().close();
        return new RunningJar(log, port, process);
    }

    private static Map<String, String> environment(int port) {
        Map<String, String> environment = new HashMap<>();
        environment.put("DB_URL", System.getProperty("ungrant.db.url"));
        environment.put("DB_USER", System.getProperty("ungrant.db.user"));
        environment.put("DB_PASSWORD", System.getProperty("ungrant.db.password"));
        environment.put("UNGRANT_KEY", System.getProperty("ungrant.key"));
        environment.put("SMTP_HOST", System.getProperty("ungrant.mail.host"));
        environment.put("SMTP_PORT", System.getProperty("ungrant.mail.port"));
        environment.put("SMTP_STARTTLS", System.getProperty("ungrant.mail.starttls"));
        environment.put("MAIL_FROM", System.getProperty("ungrant.mail.from"));
        environment.put("ENVIRONMENT", "test");
        environment.put("BASE_URL", "http://127.0.0.1:" + port);
        environment.put("PORT", Integer.toString(port));
        // As for the nodes in the test JVM: tests are quicker than backends.
        environment.put("LIMIT_API_PER_SECOND", "1000");
        environment.put("LIMIT_CLIENT_PER_SECOND", "1000");
        environment.put("LIMIT_SDK_PER_SECOND", "1000");
        environment.put("LIMIT_HAND_OVERS_PER_MINUTE", "100000");
        return environment;
    }

    /** The address it is reached at, which is its issuer too. */
    public String baseUrl() {
        return "http://127.0.0.1:" + port;
    }

    public URI uri(String path) {
        return URI.create(baseUrl() + path);
    }

    public int port() {
        return port;
    }

    /** Whatever it has said, the starts before under the same name included. */
    public Path log() {
        return log;
    }

    /** Ends it as a power cut does: nothing of it gets to run any more. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Tells it to stop, as an operator does, and waits until it has. */
    public int stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(
                    "The jar did not stop within " + STOP_SECONDS + " s; " + log + " ends with\n" + tail());
        }
        STARTED.remove(process);
        return process.exitValue();
    }

    /** For those who do not care how it ends. */
    @Override
    public void close() {
        process.destroyForcibly();
        STARTED.remove(process);
    }

    private boolean isHealthy() throws InterruptedException {
        HttpRequest health = HttpRequest.newBuilder(uri("/health")).build();
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (process.isAlive() && System.nanoTime() < limit) {
                try {
                    if (client.send(health, HttpResponse.BodyHandlers.discarding())
                                    .statusCode()
                            == 200) {
                        // A port that somebody else took a moment earlier answers too, but then ours has ended.
                        return process.isAlive();
                    }
                } catch (ConnectException e) {
                    // Not yet.
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                Thread.sleep(20);
            }
        }
        return false;
    }

    private String tail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Maven makes the jar before the tests. An editor that runs them does not, and would test what was there before. */
    private static void isOfTheseSources() {
        String remedy = "; bin/test makes it, as does mvn process-test-classes.";
        if (!Files.isRegularFile(JAR)) {
            throw new AssertionError(JAR + " is missing" + remedy);
        }
        try (Stream<Path> classes = Files.walk(Path.of("target/classes"))) {
            long made = Files.getLastModifiedTime(JAR).toMillis();
            for (Path file : classes.filter(Files::isRegularFile).toList()) {
                if (Files.getLastModifiedTime(file).toMillis() > made) {
                    throw new AssertionError(JAR + " is older than " + file + remedy);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Below the range from which the kernel takes ports for outgoing connections. */
    private static int freePort() throws IOException {
        List<Integer> tried = new ArrayList<>();
        while (tried.size() < 20) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (IOException e) {
                tried.add(port);
            }
        }
        throw new IOException("none of these ports is free: " + tried);
    }
}
