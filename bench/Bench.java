import dev.ungrant.embedded.EmbeddedMySql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A node as in production, on a durable MySQL, and the floor beside it: plain JDBC on the same server in the same run. What is
 * said is the ratio; requests a second and CPU are of this machine, which load maker, node and server share.
 */
final class Bench {
    private static final int AT_ONCE = 8;
    private static final int MEMBERS = 400;
    private static final int APPS = 5;

    private final int seconds;
    private BenchNode node;
    private String project;

    private Bench(int seconds) {
        this.seconds = seconds;
    }

    public static void main(String[] arguments) throws Exception {
        new Bench(Integer.parseInt(arguments[0])).run();
    }

    private void run() throws Exception {
        try (BenchNode started = new BenchNode()) {
            node = started;
            project = node.project();
            node.start();
            measure(node.mySql);
        }
    }

    private void measure(EmbeddedMySql mySql) throws Exception {
        String organization;
        List<BenchNode.App> apps = new ArrayList<>();
        try (Wire wire = new Wire(node.port)) {
            organization = node.organization(wire, project);
            for (int i = 0; i < APPS; i++) {
                apps.add(node.app(wire, project, "App " + i));
            }
        }
        System.out.println("connecting " + MEMBERS + " members with " + APPS + " apps each");
        ConcurrentLinkedQueue<BenchNode.Grant> grants = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Integer> todo = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < MEMBERS; i++) {
            todo.add(i);
        }
        inThreads(() -> {
            try (Wire wire = new Wire(node.port)) {
                for (Integer i = todo.poll(); i != null; i = todo.poll()) {
                    String member = node.member(wire, project, organization, "m" + i + "@bench.example");
                    for (BenchNode.App app : apps) {
                        grants.add(node.connect(wire, project, organization, member, app));
                    }
                }
            }
            return 0L;
        });
        List<BenchNode.Grant> all = List.copyOf(grants);
        BenchNode.Grant one = all.getFirst();

        double selects = floorSelects(mySql);
        double commits = floorCommits(mySql);
        System.out.printf("floor: %,.0f selects/s, %,.0f durable commits/s%n%n", selects, commits);
        System.out.printf(
                "%-14s %10s %9s %9s %9s %13s %13s%n",
                "", "per second", "of floor", "p50 ms", "p99 ms", "node CPU ms", "server CPU ms");

        byte[] introspect = Wire.form(
                "/v1/oauth2/introspect",
                Map.of(
                        "token",
                        one.accessToken(),
                        "client_id",
                        one.app().id(),
                        "client_secret",
                        one.app().secret()));
        byte[] list = Wire.json(
                "GET",
                "/v1/b2b/organizations/" + organization + "/members/" + one.member() + "/connected_apps",
                project,
                null);
        for (int warm = 0; warm < 2; warm++) {
            repeat(introspect, seconds * 1000L);
            repeat(list, seconds * 1000L);
        }
        report("introspection", selects, () -> repeat(introspect, seconds * 1000L));
        report("list of 5", selects, () -> repeat(list, seconds * 1000L));

        List<byte[]> refreshes = all.stream()
                .limit(AT_ONCE * 20L)
                .map(grant -> Wire.form(
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
                .map(grant -> Wire.json(
                        "POST",
                        "/v1/b2b/organizations/" + organization + "/members/" + grant.member() + "/connected_apps/"
                                + grant.app().id() + "/revoke",
                        project,
                        "{}"))
                .toList();
        once(revokes.subList(0, 400), AT_ONCE);
        report("revoke, " + AT_ONCE, commits, () -> once(revokes.subList(400, revokes.size() - 400), AT_ONCE));
        report("revoke, 1", commits, () -> once(revokes.subList(revokes.size() - 400, revokes.size()), 1));
        System.out.printf("%nmemory of the node: %,d MB%n", residentKilobytes(node.pid()) / 1024);
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
        long ofNode = cpuMillis(node.pid());
        long ofServer = cpuMillis(node.serverPid);
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
                (double) (cpuMillis(node.pid()) - ofNode) / took.length,
                (double) (cpuMillis(node.serverPid) - ofServer) / took.length);
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
            try (Wire wire = new Wire(node.port)) {
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
            try (Wire wire = new Wire(node.port)) {
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

    // Processes

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
