package dev.ungrant.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Three MySQL servers that replicate as a group with one primary, as InnoDB Cluster does. Needs the plugin that the build
 * unpacks with {@code -Dcluster=true}.
 */
public final class MySqlGroup implements AutoCloseable {
    private static final int MEMBERS = 3;
    private static final String ADMIN = "admin";
    private static final String PASSWORD = "a password of tests";
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final Installation installation = Installation.find();
    private final List<Member> members = new CopyOnWriteArrayList<>();
    private final Path folder;

    private record Member(Process process, Path log, int port) {
        String url(String database) {
            return "jdbc:mysql://127.0.0.1:" + port + "/" + database + "?sslMode=DISABLED&allowPublicKeyRetrieval=true";
        }

        Connection connect() throws SQLException {
            return DriverManager.getConnection(url(""), ADMIN, PASSWORD);
        }
    }

    private MySqlGroup() throws IOException {
        folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "group");
        // Also when the test run is stopped by a signal.
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> members.forEach(member -> member.process.destroyForcibly())));
    }

    public static MySqlGroup start() throws Exception {
        MySqlGroup group = new MySqlGroup();
        try {
            group.startAll();
            return group;
        } catch (Exception | AssertionError e) {
            group.close();
            throw e;
        }
    }

    /** Of the primary; which one that is changes. */
    public String url() throws SQLException, InterruptedException {
        return awaitPrimary().url(EmbeddedMySql.DATABASE);
    }

    public String user() {
        return ADMIN;
    }

    public String password() {
        return PASSWORD;
    }

    /** Ends the primary as a power cut does. */
    public void killPrimary() throws SQLException, InterruptedException {
        Member primary = awaitPrimary();
        primary.process.destroyForcibly().waitFor();
    }

    /** How many of the servers still run. */
    public long alive() {
        return members.stream().filter(member -> member.process.isAlive()).count();
    }

    @Override
    public void close() throws IOException {
        for (Member member : members) {
            member.process.destroyForcibly().onExit().join();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void startAll() throws Exception {
        int[] ports = IntStream.range(0, 2 * MEMBERS).map(i -> freePort()).toArray();
        String seeds = String.join(
                ",",
                Arrays.stream(ports, MEMBERS, 2 * MEMBERS)
                        .mapToObj(port -> "127.0.0.1:" + port)
                        .toList());
        String name = UUID.randomUUID().toString();
        for (int i = 0; i < MEMBERS; i++) {
            members.add(launch(i + 1, ports[i], ports[MEMBERS + i], seeds, name));
        }
        for (Member member : members) {
            boolean first = member == members.getFirst();
            try (Connection connection = awaitConnection(member);
                    Statement statement = connection.createStatement()) {
                statement.execute("CHANGE REPLICATION SOURCE TO SOURCE_USER='" + ADMIN + "', SOURCE_PASSWORD='"
                        + PASSWORD + "' FOR CHANNEL 'group_replication_recovery'");
                statement.execute("SET GLOBAL group_replication_bootstrap_group = " + (first ? "ON" : "OFF"));
                statement.execute("START GROUP_REPLICATION");
                statement.execute("SET GLOBAL group_replication_bootstrap_group = OFF");
                if (first) {
                    awaitPrimary();
                    statement.execute("CREATE DATABASE " + EmbeddedMySql.DATABASE
                            + " CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci");
                }
            }
        }
        await("all members online", () -> online(members.getFirst()) == MEMBERS);
    }

    private Member launch(int number, int port, int groupPort, String seeds, String name)
            throws IOException, InterruptedException {
        Path home = Files.createDirectory(folder.resolve("member" + number));
        Path data = home.resolve("data");
        Path log = home.resolve("log");
        Path statements = Files.writeString(home.resolve("initialize.sql"), """
                CREATE USER '%1$s'@'%%' IDENTIFIED BY '%2$s';
                GRANT ALL PRIVILEGES ON *.* TO '%1$s'@'%%' WITH GRANT OPTION;
                """.formatted(ADMIN, PASSWORD));
        List<String> common = new ArrayList<>(List.of(
                installation.server().toString(),
                "--no-defaults",
                "--basedir=" + installation.home(),
                "--datadir=" + data,
                "--log-error=" + log,
                "--innodb-use-native-aio=0",
                "--innodb-redo-log-capacity=16M",
                "--auto-generate-certs=OFF"));
        if ("root".equals(System.getProperty("user.name"))) {
            common.add("--user=root");
        }
        List<String> initialize = new ArrayList<>(common);
        initialize.addAll(List.of("--skip-log-bin", "--initialize-insecure", "--init-file=" + statements));
        if (process(initialize, log).start().waitFor() != 0) {
            throw new AssertionError(Files.readString(log));
        }
        List<String> serve = new ArrayList<>(common);
        serve.addAll(List.of(
                "--bind-address=127.0.0.1",
                "--port=" + port,
                "--socket=mysql.sock",
                "--mysqlx=OFF",
                "--skip-name-resolve",
                "--default-time-zone=+00:00",
                "--innodb-buffer-pool-size=64M",
                "--server-id=" + number,
                "--gtid-mode=ON",
                "--enforce-gtid-consistency=ON",
                "--report-host=127.0.0.1",
                "--report-port=" + port,
                "--plugin-dir=" + installation.home().resolve("lib/plugin"),
                "--plugin-load-add=group_replication.so",
                "--group-replication-group-name=" + name,
                "--group-replication-start-on-boot=OFF",
                "--group-replication-local-address=127.0.0.1:" + groupPort,
                "--group-replication-group-seeds=" + seeds,
                "--group-replication-ip-allowlist=127.0.0.1/32",
                "--group-replication-recovery-get-public-key=ON",
                "--group-replication-consistency=BEFORE_ON_PRIMARY_FAILOVER",
                "--group-replication-member-expel-timeout=0"));
        return new Member(process(serve, log).start(), log, port);
    }

    private ProcessBuilder process(List<String> command, Path log) {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    }

    private interface Condition {
        boolean holds() throws SQLException;
    }

    private Connection awaitConnection(Member member) throws InterruptedException {
        Connection[] connection = new Connection[1];
        await(member + " to answer", () -> {
            connection[0] = member.connect();
            return true;
        });
        return connection[0];
    }

    /** The living member that takes writes. */
    private Member awaitPrimary() throws InterruptedException {
        Member[] primary = new Member[1];
        await("a primary", () -> {
            for (Member member : members) {
                if (member.process.isAlive() && isPrimary(member)) {
                    primary[0] = member;
                }
            }
            return primary[0] != null;
        });
        return primary[0];
    }

    private static boolean isPrimary(Member member) throws SQLException {
        return number(member, """
                SELECT COUNT(*) FROM performance_schema.replication_group_members
                WHERE MEMBER_ID = @@server_uuid AND MEMBER_STATE = 'ONLINE' AND MEMBER_ROLE = 'PRIMARY'
                  AND NOT @@global.super_read_only""") == 1;
    }

    private static long online(Member member) throws SQLException {
        return number(
                member,
                "SELECT COUNT(*) FROM performance_schema.replication_group_members WHERE MEMBER_STATE = 'ONLINE'");
    }

    private static long number(Member member, String query) throws SQLException {
        try (Connection connection = member.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private void await(String what, Condition condition) throws InterruptedException {
        SQLException last = null;
        for (long limit = System.nanoTime() + LIMIT.toNanos(); System.nanoTime() < limit; ) {
            try {
                if (condition.holds()) {
                    return;
                }
            } catch (SQLException e) {
                last = e;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        throw new AssertionError("waited in vain for " + what + "; " + folder + "\n" + logs(), last);
    }

    private String logs() {
        StringBuilder all = new StringBuilder();
        for (Member member : members) {
            try {
                List<String> lines = Files.readAllLines(member.log);
                all.append(String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size())))
                        .append("\n\n");
            } catch (IOException e) {
                all.append(e).append('\n');
            }
        }
        return all.toString();
    }

    private static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (IOException e) {
                // Taken; another one.
            }
        }
    }
}
