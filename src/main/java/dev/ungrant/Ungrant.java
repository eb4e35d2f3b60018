package dev.ungrant;

import dev.ungrant.commands.CommandLine;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.net.BindException;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** Serves, or runs the one command that it is given. Settings come from the environment; {@code docs/operations.md} lists them. */
public final class Ungrant {
    /** What a wrong setting ends with, so that a supervisor can tell it from a failure. */
    private static final int WRONG_SETTING = 2;

    private Ungrant() {}

    public static void main(String[] arguments) {
        Map<String, Object> properties;
        try {
            refuseDemo();
            properties = Settings.read(System.getenv());
            DatabaseCheck.await(properties, System.err::println);
        } catch (Settings.Wrong e) {
            System.err.println(e.getMessage());
            System.exit(WRONG_SETTING);
            return;
        }
        // Ids carry it, and they are made without asking anybody.
        System.setProperty(
                "ungrant.environment", properties.get("ungrant.environment").toString());
        try {
            if (arguments.length > 0) {
                System.exit(command(arguments, properties));
            }
            serve(properties);
        } catch (RuntimeException e) {
            if (causedBy(e, BindException.class)) {
                System.err.println("HOST and PORT name an address that cannot be listened on: "
                        + properties.getOrDefault("ungrant.host", "127.0.0.1") + ":"
                        + properties.getOrDefault("ungrant.port", 8080) + " is taken or not of this machine.");
                System.exit(WRONG_SETTING);
            }
            LoggerFactory.getLogger(Ungrant.class).error("The node could not start", e);
            System.exit(1);
        }
    }

    private static int command(String[] arguments, Map<String, Object> properties) {
        try (ApplicationContext context = context(properties)) {
            return new CommandLine(context, System.out).run(arguments, System.err);
        }
    }

    private static ApplicationContext context(Map<String, Object> properties) {
        return ApplicationContext.builder()
                .mainClass(Ungrant.class)
                // The environment was read above, checked; nothing else may come in by chance.
                .deduceEnvironment(false)
                .environmentPropertySource(false)
                .properties(properties)
                .banner(false)
                .start();
    }

    private static void serve(Map<String, Object> properties) {
        ApplicationContext context = context(properties);
        EmbeddedServer server = context.getBean(EmbeddedServer.class);
        Runtime.getRuntime().addShutdownHook(new Thread(context::close, "shutdown"));
        server.start();
        LoggerFactory.getLogger(Ungrant.class)
                .info("Ungrant serves {} on {}", properties.get("ungrant.base-url"), server.getURI());
    }

    /** The demo hands a session of every persona to whoever asks, so only its own door may lead there. */
    private static void refuseDemo() {
        for (String environments :
                new String[] {System.getenv("MICRONAUT_ENVIRONMENTS"), System.getProperty("micronaut.environments")}) {
            if (environments != null && environments.contains("demo")) {
                throw new Settings.Wrong(
                        "MICRONAUT_ENVIRONMENTS must not name demo: the demo runs with bin/demo only.");
            }
        }
    }

    private static boolean causedBy(Throwable e, Class<? extends Throwable> type) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
