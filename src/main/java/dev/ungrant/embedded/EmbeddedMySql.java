package dev.ungrant.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One running MySQL server with one database, {@value #DATABASE}, and one user who may use only that database.
 * Every method that can fail does so with an {@link EmbeddedMySqlException} whose message is a sentence for a person.
 */
public final class EmbeddedMySql implements AutoCloseable {
    public static final String DATABASE = "ungrant";
    public static final String USER = "ungrant";

    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final int START_TRIES = 3;
    private static final long PAUSE_MILLIS = 20;

    /** Trades safety at a power cut for speed: only for data that nobody will miss. */
    private static final List<String> CARELESS =
            List.of("--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=OFF", "--innodb-flush-method=nosync");

    private final Installation installation;
    private final ServerFolder folder;
    private final boolean throwaway;
    private Process server;
    private int port;

    private EmbeddedMySql(Installation installation, ServerFolder folder, boolean throwaway) {
        this.installation = installation;
        this.folder = folder;
        this.throwaway = throwaway;
    }

    /**
     * Starts a server whose data stays in {@code folder}, which is made when it is missing.
     *
     * @param progress is told in a few words what is being done, when it takes time
     */
    public static EmbeddedMySql durable(Path folder, Consumer<String> progress) {
        return start(Installation.find(), folder, false, progress);
    }

    /** Starts a server whose data goes away with it. Clears up after runs that were killed. */
    public static EmbeddedMySql throwaway() {
        Installation installation = Installation.find();
        Path runs = installation.home().resolveSibling("run");
        ServerFolder.sweep(runs);
        return start(installation, ServerFolder.throwaway(runs), true, _ -> {});
    }

    private static EmbeddedMySql start(
            Installation installation, Path path, boolean throwaway, Consumer<String> progress) {
        ServerFolder folder = ServerFolder.take(path, progress);
        EmbeddedMySql mySql = new EmbeddedMySql(installation, folder, throwaway);
        try {
            if (!folder.isInitialized()) {
                progress.accept("Preparing a new database in " + path);
                mySql.initialize();
            }
            mySql.startServer();
            return mySql;
        } catch (IOException e) {
            mySql.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            mySql.close();
            throw e;
        }
    }

    public int port() {
        return port;
    }

    /** JDBC address. The server is reached over loopback only, so the connection is not encrypted. */
    public String url() {
        return "jdbc:mysql://127.0.0.1:" + port + "/" + DATABASE + "?sslMode=DISABLED&allowPublicKeyRetrieval=true";
    }

    public String user() {
        return USER;
    }

    public String password() {
        return folder.password();
    }

    /** The settings under which a node finds this server. */
    public Map<String, String> settings() {
        return Map.of("ungrant.db.url", url(), "ungrant.db.user", user(), "ungrant.db.password", password());
    }

    /** Whether the server's process is still there. */
    public boolean isRunning() {
        return server != null && server.isAlive();
    }

    /** Stops the server and waits until it has; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (server != null) {
            stop(server.toHandle());
            server = null;
        }
        folder.release(throwaway);
    }

    /** Prepares the data beside its final place: whoever interrupts this leaves nothing that looks finished. */
    private void initialize() throws IOException {
        Path fresh = folder.freshData();
        Path statements = folder.path().resolve("initialize.sql");
        String password = newPassword();
        writePrivately(statements, """
                CREATE DATABASE %1$s CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci;
                CREATE USER '%2$s'@'%%' IDENTIFIED BY '%3$s';
                GRANT ALL PRIVILEGES ON `%1$s`.* TO '%2$s'@'%%';
                ALTER USER 'root'@'localhost' IDENTIFIED BY '%3$s';
                """.formatted(DATABASE, USER, password));
        List<String> command = command(fresh);
        command.addAll(CARELESS);
        command.add("--initialize-insecure");
        command.add("--init-file=" + statements.toAbsolutePath());
        Process process = launch(command);
        try {
            if (!process.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new EmbeddedMySqlException("MySQL could not prepare its data within " + START_LIMIT.toSeconds()
                        + " seconds; its log is " + folder.log() + ".");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new EmbeddedMySqlException("Interrupted while MySQL prepared its data.");
        }
        if (process.exitValue() != 0) {
            throw new EmbeddedMySqlException("MySQL could not prepare its data: " + folder.lastError());
        }
        Files.delete(statements);
        writePrivately(folder.passwordFile(), password);
        folder.adopt(fresh);
    }

    private void startServer() throws IOException {
        for (int attempt = 1; ; attempt++) {
            port = freePort();
            List<String> command = command(folder.data());
            command.addAll(List.of(
                    "--bind-address=127.0.0.1",
                    "--port=" + port,
                    // Relative to the data folder, because the path of a socket must stay under 108 bytes.
                    "--socket=mysql.sock",
                    "--pid-file=mysqld.pid",
                    "--mysqlx=OFF",
                    "--performance-schema=OFF",
                    "--skip-name-resolve",
                    "--default-time-zone=+00:00",
                    "--max-connections=200",
                    "--innodb-buffer-pool-size=" + System.getProperty("ungrant.mysql.memory", "64M")));
            if (throwaway) {
                command.addAll(CARELESS);
            }
            long logStart = folder.logSize();
            server = launch(command);
            folder.remember(server.toHandle());
            if (isReady()) {
                return;
            }
            boolean portWasTaken = folder.logSince(logStart).contains("Bind on TCP/IP port");
            stop(server.toHandle());
            if (!portWasTaken || attempt == START_TRIES) {
                throw new EmbeddedMySqlException("MySQL did not start: " + folder.lastError());
            }
        }
    }

    private List<String> command(Path data) {
        List<String> command = new ArrayList<>(List.of(
                installation.server().toString(),
                // Whatever /etc/my.cnf says is about somebody else's server.
                "--no-defaults",
                "--basedir=" + installation.home(),
                "--datadir=" + data.toAbsolutePath(),
                "--log-error=" + folder.log().toAbsolutePath(),
                "--skip-log-bin",
                "--innodb-redo-log-capacity=16M",
                "--innodb-use-native-aio=0",
                // Nobody connects from elsewhere, and a key costs start-up time.
                "--auto-generate-certs=OFF"));
        if (isRoot()) {
            command.add("--user=root");
        }
        return command;
    }

    private Process launch(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .directory(installation.home().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.log().toFile()))
                .start();
    }

    /** Ready is when it greets: the port is open a while before anybody can sign in. */
    private boolean isReady() {
        long limit = System.nanoTime() + START_LIMIT.toNanos();
        while (server.isAlive() && System.nanoTime() < limit) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                socket.setSoTimeout(2000);
                if (socket.getInputStream().read() >= 0) {
                    // A port that somebody else took a moment earlier greets too, but then our server has ended.
                    return server.isAlive();
                }
            } catch (IOException e) {
                // Not yet.
            }
            pause();
        }
        return false;
    }

    /** Waits until it has ended, even when told to hurry: a server left behind would block the next run. */
    static void stop(ProcessHandle process) {
        process.destroy();
        long limit = System.nanoTime() + STOP_LIMIT.toNanos();
        boolean interrupted = false;
        while (process.isAlive()) {
            if (System.nanoTime() > limit) {
                process.destroyForcibly();
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedMySqlException("Interrupted while waiting for MySQL.");
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String newPassword() {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static void writePrivately(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }
}
