import dev.ungrant.embedded.EmbeddedMySql;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A node as in production, on a durable MySQL, and the floor beside it: plain JDBC on the same server in the same run. What is
 * said is the ratio; requests a second and CPU are of this machine, which load maker, node and server share.
 */
final class Bench {
    private static final String REDIRECT = "https://app.example/callback";
    private static final int AT_ONCE = 8;
    private static final int MEMBERS = 400;
    private static final int APPS = 5;

    private final int seconds;
    private int port;
    private String project;
    private long nodePid;
    private long serverPid;

    private record App(String id, String secret) {}

    private record Grant(String member, App app, String accessToken, String refreshToken) {}

    private Bench(int seconds) {
        this.seconds = seconds;
    }

    public static void main(String[] arguments) throws Exception {
        new Bench(Integer.parseInt(arguments[0])).run();
    }

    private void run() throws Exception {
        Path folder = Files.createTempDirectory("ungrant-bench");
        try (EmbeddedMySql mySql = EmbeddedMySql.durable(folder.resolve("mysql"), System.out::println)) {
            serverPid = ProcessHandle.current()
                    .descendants()
                    .filter(process -> process.info().command().orElse("").endsWith("mysqld"))
                    .findFirst()
                    .orElseThrow()
                    .pid();
            try (ServerSocket free = new ServerSocket(0)) {
                port = free.getLocalPort();
            }
            String created = command(mySql, "projects", "create", "--vertical", "b2b", "--name", "Bench");
            project = "Basic "
                    + Base64.getEncoder()
                            .encodeToString((text(created, "project_id") + ":" + text(created, "secret")).getBytes());
            long began = System.nanoTime();
            Process node = start(mySql, folder);
            try {
                awaitHealth(node);
                System.out.printf("start to the first 200: %.2f s%n", (System.nanoTime() - began) / 1e9);
                nodePid = node.pid();
                measure(mySql);
            } finally {
                node.destroy();
                node.waitFor(20, TimeUnit.SECONDS);
                node.destroyForcibly();
            }
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }

    private void measure(EmbeddedMySql mySql) throws Exception {
        String organization =
                text(post("/v1/b2b/organizations", "{\"organization_name\":\"Bench\"}"), "organization_id");
        List<App> apps = new ArrayList<>();
        for (int i = 0; i < APPS; i++) {
            String app = post(
                    "/v1/connected_apps/clients",
                    "{\"client_type\":\"third_party\",\"client_name\":\"App " + i + "\",\"redirect_urls\":[\""
                            + REDIRECT + "\"]}");
            apps.add(new App(text(app, "client_id"), text(app, "client_secret")));
        }
        System.out.println("connecting " + MEMBERS + " members with " + APPS + " apps each");
        ConcurrentLinkedQueue<Grant> grants = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Integer> todo = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < MEMBERS; i++) {
            todo.add(i);
        }
        inThreads(() -> {
            try (Wire wire = new Wire(port)) {
                for (Integer i = todo.poll(); i != null; i = todo.poll()) {
                    String member = text(
                            wire.ok(json(
                                    "POST",
                                    "/v1/b2b/organizations/" + organization + "/members",
                                    "{\"email_address\":\"m" + i + "@bench.example\"}")),
                            "member_id");
                    for (App app : apps) {
                        grants.add(connect(wire, organization, member, app));
                    }
                }
            }
            return 0L;
        });
        List<Grant> all = List.copyOf(grants);
        Grant one = all.getFirst();

        double selects = floorSelects(mySql);
        double commits = floorCommits(mySql);
        System.out.printf("floor: %,.0f selects/s, %,.0f durable commits/s%n%n", selects, commits);
        System.out.printf(
                "%-14s %10s %9s %9s %9s %13s %13s%n",
                "", "per second", "of floor", "p50 ms", "p99 ms", "node CPU ms", "server CPU ms");

        byte[] introspect = form(
                "/v1/oauth2/introspect",
                Map.of(
                        "token",
                        one.accessToken(),
                        "client_id",
                        one.app().id(),
                        "client_secret",
                        one.app().secret()));
        byte[] list = json(
                "GET", "/v1/b2b/organizations/" + organization + "/members/" + one.member() + "/connected_apps", null);
        for (int warm = 0; warm < 2; warm++) {
            repeat(introspect, seconds * 1000L);
            repeat(list, seconds * 1000L);
        }
        report("introspection", selects, () -> repeat(introspect, seconds * 1000L));
        report("list of 5", selects, () -> repeat(list, seconds * 1000L));

        List<byte[]> refreshes = all.stream()
                .limit(AT_ONCE * 20L)
                .map(grant -> form(
                        "/v1/oauth2/token",
                        Map.of(
                                "grant_type",
                                "refresh_token",
                                "refresh_token",
                                grant.refreshToken(),
                                "client_id",
                                grant.app().id(),
                                "client_secret",
                                grant.app().secret())))
                .toList();
        repeat(refreshes, 2000);
        report("refresh", commits, () -> repeat(refreshes, seconds * 1000L));

        List<byte[]> revokes = all.stream()
                .map(grant -> json(
                        "POST",
                        "/v1/b2b/organizations/" + organization + "/members/" + grant.member() + "/connected_apps/"
                                + grant.app().id() + "/revoke",
                        "{}"))
                .toList();
        once(revokes.subList(0, 400), AT_ONCE);
        report("revoke, " + AT_ONCE, commits, () -> once(revokes.subList(400, revokes.size() - 400), AT_ONCE));
        report("revoke, 1", commits, () -> once(revokes.subList(revokes.size() - 400, revokes.size()), 1));
        System.out.printf("%nmemory of the node: %,d MB%n", residentKilobytes(nodePid) / 1024);
    }

    private Grant connect(Wire wire, String organization, String member, App app) throws Exception {
        String verifier = UUID.randomUUID() + "-" + UUID.randomUUID();
        String challenge = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(verifier.getBytes()));
        String submitted = wire.ok(json(
                "POST",
                "/v1/b2b/idp/oauth/authorize",
                "{\"organization_id\":\"" + organization + "\",\"member_id\":\"" + member + "\",\"client_id\":\""
                        + app.id()
                        + "\",\"redirect_uri\":\"" + REDIRECT
                        + "\",\"response_type\":\"code\",\"scopes\":[\"email\",\"offline_access\"],\"consent_granted\":true,"
                        + "\"code_challenge\":\"" + challenge + "\"}"));
        String tokens = wire.ok(form(
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

    // The floor

    private double floorSelects(EmbeddedMySql mySql) throws Exception {
        return perSecond(seconds, () -> {
            long done = 0;
            try (Connection connection = connection(mySql);
                    PreparedStatement select =
                            connection.prepareStatement("SELECT name FROM projects WHERE project_id = ?")) {
                long end = System.nanoTime() + seconds * 1_000_000_000L;
                byte[] id = new byte[16];
                for (; System.nanoTime() < end; done++) {
                    select.setBytes(1, id);
                    try (ResultSet row = select.executeQuery()) {
                        row.next();
                    }
                }
            }
            return done;
        });
    }

    private double floorCommits(EmbeddedMySql mySql) throws Exception {
        try (Connection connection = connection(mySql);
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE bench (id INT PRIMARY KEY, n BIGINT NOT NULL)");
            for (int i = 0; i < AT_ONCE; i++) {
                statement.execute("INSERT INTO bench VALUES (" + i + ", 0)");
            }
        }
        ConcurrentLinkedQueue<Integer> ids = new ConcurrentLinkedQueue<>(List.of(0, 1, 2, 3, 4, 5, 6, 7));
        double rate = perSecond(seconds, () -> {
            long done = 0;
            try (Connection connection = connection(mySql);
                    PreparedStatement update = connection.prepareStatement("UPDATE bench SET n = n + 1 WHERE id = ?")) {
                update.setInt(1, ids.poll());
                for (long end = System.nanoTime() + seconds * 1_000_000_000L; System.nanoTime() < end; done++) {
                    update.executeUpdate();
                }
            }
            return done;
        });
        try (Connection connection = connection(mySql);
                var statement = connection.createStatement()) {
            statement.execute("DROP TABLE bench");
        }
        return rate;
    }

    private static Connection connection(EmbeddedMySql mySql) throws Exception {
        String separator = mySql.url().contains("?") ? "&" : "?";
        return DriverManager.getConnection(
                mySql.url() + separator + "useServerPrepStmts=true&cachePrepStmts=true&useLocalSessionState=true",
                mySql.user(),
                mySql.password());
    }

    // Load

    private interface Load {
        /** @return the nanoseconds that each request took */
        long[] run() throws Exception;
    }

    private interface Work {
        long run() throws Exception;
    }

    private void report(String name, double floor, Load load) throws Exception {
        long node = cpuMillis(nodePid);
        long server = cpuMillis(serverPid);
        long began = System.nanoTime();
        long[] took = load.run();
        double elapsed = (System.nanoTime() - began) / 1e9;
        Arrays.sort(took);
        System.out.printf(
                "%-14s %,10.0f %8.0f%% %9.2f %9.2f %13.3f %13.3f%n",
                name,
                took.length / elapsed,
                took.length / elapsed / floor * 100,
                took[took.length / 2] / 1e6,
                took[took.length * 99 / 100] / 1e6,
                (double) (cpuMillis(nodePid) - node) / took.length,
                (double) (cpuMillis(serverPid) - server) / took.length);
    }

    private long[] repeat(byte[] request, long millis) throws Exception {
        return repeat(List.of(request), millis);
    }

    private long[] repeat(List<byte[]> requests, long millis) throws Exception {
        ConcurrentLinkedQueue<long[]> results = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Integer> numbers = new ConcurrentLinkedQueue<>(List.of(0, 1, 2, 3, 4, 5, 6, 7));
        inThreads(() -> {
            int next = numbers.poll();
            long[] took = new long[4_000_000 / AT_ONCE];
            int done = 0;
            try (Wire wire = new Wire(port)) {
                for (long end = System.nanoTime() + millis * 1_000_000;
                        System.nanoTime() < end && done < took.length;
                        done++) {
                    long began = System.nanoTime();
                    wire.ok(requests.get(next % requests.size()));
                    took[done] = System.nanoTime() - began;
                    next += AT_ONCE;
                }
            }
            results.add(Arrays.copyOf(took, done));
            return done;
        });
        return results.stream().flatMapToLong(Arrays::stream).toArray();
    }

    private long[] once(List<byte[]> requests, int atOnce) throws Exception {
        ConcurrentLinkedQueue<byte[]> todo = new ConcurrentLinkedQueue<>(requests);
        ConcurrentLinkedQueue<Long> took = new ConcurrentLinkedQueue<>();
        inThreads(atOnce, () -> {
            try (Wire wire = new Wire(port)) {
                for (byte[] request = todo.poll(); request != null; request = todo.poll()) {
                    long began = System.nanoTime();
                    wire.ok(request);
                    took.add(System.nanoTime() - began);
                }
            }
            return 0;
        });
        return took.stream().mapToLong(Long::longValue).toArray();
    }

    private static double perSecond(int seconds, Work work) throws Exception {
        return (double) inThreads(work) / seconds;
    }

    private static long inThreads(Work work) throws Exception {
        return inThreads(AT_ONCE, work);
    }

    private static long inThreads(int count, Work work) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(count)) {
            List<Future<Long>> results = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                results.add(threads.submit(work::run));
            }
            long sum = 0;
            for (Future<Long> result : results) {
                sum += result.get();
            }
            return sum;
        }
    }

    // The wire: one connection kept open, so that the load maker costs little

    private static final class Wire implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;

        Wire(int port) throws IOException {
            socket = new Socket("127.0.0.1", port);
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        }

        String ok(byte[] request) throws IOException {
            out.write(request);
            String status = line();
            int length = 0;
            for (String header = line(); !header.isEmpty(); header = line()) {
                if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
                    length = Integer.parseInt(header.substring(15).strip());
                }
            }
            String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
            if (!status.contains(" 200 ")) {
                throw new IOException(status + " " + body);
            }
            return body;
        }

        private String line() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream(64);
            for (int b = in.read(); b != '\n'; b = in.read()) {
                if (b < 0) {
                    throw new IOException("The node closed the connection");
                }
                if (b != '\r') {
                    line.write(b);
                }
            }
            return line.toString(StandardCharsets.ISO_8859_1);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private String post(String path, String body) throws IOException {
        try (Wire wire = new Wire(port)) {
            return wire.ok(json("POST", path, body));
        }
    }

    private byte[] json(String method, String path, String body) {
        return request(
                method, path, "application/json", "Authorization: " + project + "\r\n", body == null ? "" : body);
    }

    private static byte[] form(String path, Map<String, String> fields) {
        StringBuilder body = new StringBuilder();
        fields.forEach((name, value) -> body.append(body.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return request("POST", path, "application/x-www-form-urlencoded", "", body.toString());
    }

    private static byte[] request(String method, String path, String type, String headers, String body) {
        return (method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: " + type + "\r\n" + headers
                        + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String text(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + name);
        }
        return matcher.group(1);
    }

    // Processes

    private Process start(EmbeddedMySql mySql, Path folder) throws IOException {
        ProcessBuilder builder = process(mySql, List.of());
        builder.redirectErrorStream(true)
                .redirectOutput(folder.resolve("node.log").toFile());
        return builder.start();
    }

    private String command(EmbeddedMySql mySql, String... arguments) throws Exception {
        Process process = process(mySql, List.of(arguments))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("The project could not be made");
        }
        return answer.substring(answer.indexOf('{'));
    }

    private ProcessBuilder process(EmbeddedMySql mySql, List<String> arguments) {
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

    private void awaitHealth(Process node) throws InterruptedException {
        for (int i = 0; i < 3000 && node.isAlive(); i++) {
            try (Wire wire = new Wire(port)) {
                wire.ok(request("GET", "/health", "text/plain", "", ""));
                return;
            } catch (IOException e) {
                Thread.sleep(20);
            }
        }
        throw new IllegalStateException("The node did not come up");
    }

    /** User and system time (Linux). */
    private static long cpuMillis(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10;
    }

    private static long residentKilobytes(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .sum();
    }
}
