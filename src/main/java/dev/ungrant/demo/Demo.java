package dev.ungrant.demo;

import dev.ungrant.embedded.EmbeddedMySql;
import dev.ungrant.embedded.EmbeddedMySqlException;
import io.micronaut.context.ApplicationContext;
import io.micronaut.json.JsonMapper;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.slf4j.LoggerFactory;

/** Starts the demo and stops all of it again on Ctrl-C or SIGTERM; {@code bin/demo} builds what is missing and calls this. */
public final class Demo {
    static final String ENVIRONMENT = "demo";
    private static final String HOST = "127.0.0.1";
    private static final int MACHINE_LIMIT = 100_000;

    private final DemoOptions options;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    private Demo(DemoOptions options) {
        this.options = options;
    }

    /** What the person who started the demo can do something about; the message is a sentence for them. */
    private static final class Refused extends RuntimeException {
        Refused(String message) {
            super(message);
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        try {
            Demo demo = new Demo(DemoOptions.parse(arguments));
            Runtime.getRuntime().addShutdownHook(new Thread(demo::stop, "stop"));
            demo.start();
            if (demo.options.crowd() != null) {
                System.exit(0);
            }
        } catch (IllegalArgumentException | EmbeddedMySqlException | Refused e) {
            System.err.println(e.getMessage());
            System.exit(2);
        } catch (IOException | SQLException | RuntimeException e) {
            LoggerFactory.getLogger(Demo.class).error("The demo could not start", e);
            System.exit(1);
        }
        // Until a signal ends the process.
        new CountDownLatch(1).await();
    }

    /** Not to be interrupted half way, so {@link #stop} waits for the same lock: that is how nothing is left running. */
    private synchronized void start() throws IOException, SQLException {
        // Before anything else is started: this is the likeliest thing to go wrong.
        int port = freePort(options.port());
        String baseUrl = "http://" + HOST + ":" + port;
        Path data = options.data();
        Files.createDirectories(data);
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
        // Scripts wait for this file, so an old one must not be there before the new one is true.
        Files.deleteIfExists(options.cast());

        say("Starting MySQL on the data in " + data);
        EmbeddedMySql mySql = keep(EmbeddedMySql.durable(data.resolve("mysql"), Demo::say));
        Path complete = data.resolve("complete");
        if (!Files.exists(complete)) {
            // An earlier first start may have been killed half way through the schema.
            empty(mySql);
        }
        DemoMailbox mailbox = keep(DemoMailbox.open());

        say("Bringing the database up to date");
        ApplicationContext context = keep(node(properties(port, baseUrl, mySql, mailbox), mailbox));
        Optional<Cast> cast = seed(context, baseUrl);
        if (!Files.exists(complete)) {
            Files.createFile(complete);
        }
        if (options.crowd() != null) {
            fill(context, options.crowd(), cast.orElseThrow());
            return;
        }
        context.getBean(EmbeddedServer.class).start();
        if (cast.isPresent()) {
            new CastFile(context.getBean(JsonMapper.class)).write(cast.get(), options.cast());
        }
        announce(baseUrl, cast);
    }

    private ApplicationContext node(Map<String, Object> properties, DemoMailbox mailbox) {
        ApplicationContext context = ApplicationContext.builder()
                .mainClass(Demo.class)
                .deduceEnvironment(false)
                .environments(ENVIRONMENT)
                // A setting meant for another node on this machine is not meant for the demo.
                .environmentPropertySource(false)
                .properties(properties)
                .singletons(mailbox)
                .banner(false)
                .build();
        try {
            return context.start();
        } catch (RuntimeException e) {
            context.close();
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof FlywayValidateException) {
                    throw new Refused("The data in " + options.data() + " is of another version of Ungrant;"
                            + " remove that folder or choose another one with --data.");
                }
            }
            throw e;
        }
    }

    private static void empty(EmbeddedMySql mySql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(mySql.url(), mySql.user(), mySql.password());
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE " + EmbeddedMySql.DATABASE);
            statement.execute(
                    "CREATE DATABASE " + EmbeddedMySql.DATABASE + " CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci");
        }
    }

    private Map<String, Object> properties(int port, String baseUrl, EmbeddedMySql mySql, DemoMailbox mailbox)
            throws IOException {
        Map<String, Object> properties = new HashMap<>(mySql.settings());
        properties.putAll(mailbox.settings());
        properties.put("ungrant.host", HOST);
        properties.put("ungrant.port", port);
        properties.put("ungrant.base-url", baseUrl);
        properties.put("ungrant.key", key());
        properties.put("ungrant.demo.enabled", true);
        // The apps of the demo have their web sites in the demo itself.
        properties.put("ungrant.fetching.loopback", true);
        // People try out how fast it is; the limits that people meet, at sign-in and revoke, stay as they are.
        properties.put("ungrant.limit.api-per-second", MACHINE_LIMIT);
        properties.put("ungrant.limit.client-per-second", MACHINE_LIMIT);
        return properties;
    }

    /** The same key on every run, or nothing that was kept would be worth anything. */
    private String key() throws IOException {
        Path file = options.data().resolve("key");
        if (!Files.exists(file)) {
            byte[] key = new byte[32];
            new SecureRandom().nextBytes(key);
            Path part = Files.createTempFile(
                    options.data(),
                    "key",
                    ".part",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(part, Base64.getEncoder().encodeToString(key));
            Files.move(part, file);
        }
        return Files.readString(file).strip();
    }

    private Optional<Cast> seed(ApplicationContext context, String baseUrl) throws IOException {
        Optional<World> world = context.findBean(World.class);
        if (world.isEmpty()) {
            return Optional.empty();
        }
        say("Bringing the cast on stage");
        CastFile file = new CastFile(context.getBean(JsonMapper.class));
        Path kept = options.data().resolve("cast-kept.json");
        Cast cast = world.get().seed(baseUrl, file.read(kept));
        file.write(cast, kept);
        return Optional.of(cast);
    }

    private void fill(ApplicationContext context, Crowd crowd, Cast cast) {
        CrowdStage.Made made =
                context.getBean(CrowdStage.class).make(crowd, cast.b2b().projectId());
        say("");
        say(made.organization().name() + " (" + made.organization().slug()
                + ") is made. Start bin/demo on the same data; its admin" + " signs in at /demo/sign-in/"
                + made.admin());
    }

    private void announce(String baseUrl, Optional<Cast> cast) {
        say("");
        say("Ungrant is at " + baseUrl);
        say("This is a demo: everybody on this machine can sign in as anybody below. Ctrl-C stops it.");
        cast.ifPresent(someone -> {
            someone.b2b().organizations().forEach((key, organization) -> {
                say("");
                say(organization.organizationSlug());
                someone.b2b().members().values().stream()
                        .filter(member -> member.organization().equals(key) && member.signInUrl() != null)
                        .forEach(member -> introduce(
                                member.name(),
                                member.roles().contains("stytch_admin") ? "admin" : "member",
                                member.signInUrl()));
            });
            say("");
            say("Users without an organization");
            someone.consumer().users().values().stream()
                    .filter(user -> user.signInUrl() != null)
                    .forEach(user -> introduce(user.name(), "user", user.signInUrl()));
            say("");
            say("For scripts: " + options.cast());
        });
    }

    private static void introduce(String name, String role, String signInUrl) {
        say("  %-16s %-7s %s".formatted(name, role, signInUrl));
    }

    private <T extends AutoCloseable> T keep(T part) {
        started.push(part);
        return part;
    }

    /** Last started, first stopped: the node finishes its work while its database is there. */
    private synchronized void stop() {
        if (!started.isEmpty()) {
            say("Stopping");
        }
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                LoggerFactory.getLogger(Demo.class).warn("Could not be stopped", e);
            }
        }
    }

    private static int freePort(int wanted) throws IOException {
        try (ServerSocket socket = new ServerSocket(wanted, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        } catch (BindException e) {
            throw new Refused(
                    "Port " + wanted + " on " + HOST + " is in use; choose another one with --port, or 0 for any.");
        }
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
