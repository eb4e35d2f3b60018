import dev.ungrant.embedded.EmbeddedMySql;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A node as in production, on a durable MySQL of its own, until it is closed; and what every measurement asks it for. */
final class BenchNode implements AutoCloseable {
    private static final String REDIRECT = "https://app.example/callback";

    final EmbeddedMySql mySql;
    final long serverPid;
    final int port;
    private final Path folder;
    private Process node;

    record App(String id, String secret) {}

    record Grant(String member, App app, String accessToken, String refreshToken) {}

    BenchNode() throws IOException {
        folder = Files.createTempDirectory("ungrant-bench");
        mySql = EmbeddedMySql.durable(folder.resolve("mysql"), System.out::println);
        serverPid = ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().command().orElse("").endsWith("mysqld"))
                .findFirst()
                .orElseThrow()
                .pid();
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
    }

    /** Starts it and waits for the first 200. */
    void start() throws Exception {
        long began = System.nanoTime();
        node = process(List.of())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("node.log").toFile())
                .start();
        for (int i = 0; i < 3000 && node.isAlive(); i++) {
            try (Wire wire = new Wire(port)) {
                wire.ok(Wire.request("GET", "/health", "text/plain", "", ""));
                System.out.printf("start to the first 200: %.2f s%n", (System.nanoTime() - began) / 1e9);
                return;
            } catch (IOException e) {
                Thread.sleep(20);
            }
        }
        throw new IllegalStateException("The node did not come up:\n" + Files.readString(folder.resolve("node.log")));
    }

    long pid() {
        return node.pid();
    }

    /** A new project's Authorization header; before the start, since this runs a command. */
    String project() throws Exception {
        Process process = process(List.of("projects", "create", "--vertical", "b2b", "--name", "Bench"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IllegalStateException("The project could not be made");
        }
        String created = said.substring(said.indexOf('{'));
        return basic(text(created, "project_id"), text(created, "secret"));
    }

    static String basic(String name, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes());
    }

    String organization(Wire wire, String project) throws Exception {
        return text(
                wire.ok(Wire.json("POST", "/v1/b2b/organizations", project, "{\"organization_name\":\"Bench\"}")),
                "organization_id");
    }

    String member(Wire wire, String project, String organization, String emailAddress) throws Exception {
        return text(
                wire.ok(Wire.json(
                        "POST",
                        "/v1/b2b/organizations/" + organization + "/members",
                        project,
                        "{\"email_address\":\"" + emailAddress + "\"}")),
                "member_id");
    }

    App app(Wire wire, String project, String name) throws Exception {
        String app = wire.ok(Wire.json(
                "POST",
                "/v1/connected_apps/clients",
                project,
                "{\"client_type\":\"third_party\",\"client_name\":\"" + name + "\",\"redirect_urls\":[\"" + REDIRECT
                        + "\"]}"));
        return new App(text(app, "client_id"), text(app, "client_secret"));
    }

    /** Lets the app in, by consent and code. */
    Grant connect(Wire wire, String project, String organization, String member, App app) throws Exception {
        String verifier = UUID.randomUUID() + "-" + UUID.randomUUID();
        String challenge = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(verifier.getBytes()));
        String submitted = wire.ok(Wire.json(
                "POST",
                "/v1/b2b/idp/oauth/authorize",
                project,
                "{\"organization_id\":\"" + organization + "\",\"member_id\":\"" + member + "\",\"client_id\":\""
                        + app.id()
                        + "\",\"redirect_uri\":\"" + REDIRECT
                        + "\",\"response_type\":\"code\",\"scopes\":[\"email\",\"offline_access\"],\"consent_granted\":true,"
                        + "\"code_challenge\":\"" + challenge + "\"}"));
        String tokens = wire.ok(Wire.form(
                "/v1/oauth2/token",
                Map.of(
                        "grant_type",
                        "authorization_code",
                        "code",
                        text(submitted, "authorization_code"),
                        "redirect_uri",
                        REDIRECT,
                        "code_verifier",
                        verifier,
                        "client_id",
                        app.id(),
                        "client_secret",
                        app.secret())));
        return new Grant(member, app, text(tokens, "access_token"), text(tokens, "refresh_token"));
    }

    static String text(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + name);
        }
        return matcher.group(1);
    }

    private ProcessBuilder process(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-jar",
                Path.of(System.getProperty("ungrant.home"), "target", "ungrant.jar")
                        .toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment()
                .putAll(Map.of(
                        "DB_URL",
                        mySql.url(),
                        "DB_USER",
                        mySql.user(),
                        "DB_PASSWORD",
                        mySql.password(),
                        "BASE_URL",
                        "http://127.0.0.1:" + port,
                        "PORT",
                        String.valueOf(port),
                        "UNGRANT_KEY",
                        Base64.getEncoder().encodeToString(new byte[32]),
                        "ENVIRONMENT",
                        "test",
                        "LOG_LEVEL",
                        "WARN",
                        "LIMIT_API_PER_SECOND",
                        "1000000",
                        "LIMIT_CLIENT_PER_SECOND",
                        "1000000"));
        return builder;
    }

    /** Stops everything and removes its data. */
    @Override
    public void close() throws IOException {
        try {
            if (node != null) {
                node.destroy();
                node.onExit()
                        .orTimeout(20, TimeUnit.SECONDS)
                        .exceptionally(_ -> node.destroyForcibly())
                        .join();
            }
        } finally {
            mySql.close();
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }
}
