package dev.ungrant;

import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The Chromium of the browser tests, one for all of this JVM; each test opens a context of its own. Where it comes from, in this
 * order: {@code CHROMIUM_PATH}, {@code /usr/bin/chromium}, an npm package unpacked into {@code .cache/chromium}, apt when this is
 * root. When none of them works the test fails, it is never skipped.
 */
public final class Browser {
    private static final Path SYSTEM = Path.of("/usr/bin/chromium");
    private static final Path PACKAGE = Path.of("src/test/chromium");
    private static final Path UNPACKED = Path.of(".cache/chromium").toAbsolutePath();

    private static Playwright playwright;
    private static com.microsoft.playwright.Browser chromium;
    private static Path executable;
    private static Map<String, String> environment;

    private Browser() {}

    /** To be used from the thread that runs the tests only: Playwright's objects belong to one thread. */
    public static synchronized com.microsoft.playwright.Browser chromium() {
        if (chromium == null) {
            playwright = Playwright.create(
                    new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
            chromium = launch();
        }
        return chromium;
    }

    /**
     * A browser of the test's own with other settings; the test closes it.
     *
     * @param profile an empty folder; {@code Default/Preferences} in it may hold Chromium's own settings
     * @param arguments of its command line
     */
    public static com.microsoft.playwright.BrowserContext chromium(Path profile, List<String> arguments) {
        chromium();
        BrowserType.LaunchPersistentContextOptions options = new BrowserType.LaunchPersistentContextOptions()
                .setExecutablePath(executable)
                .setHeadless(true)
                .setIgnoreHTTPSErrors(true)
                .setArgs(arguments);
        if (!environment.isEmpty()) {
            options.setEnv(environment);
        }
        return playwright.chromium().launchPersistentContext(profile, options);
    }

    static synchronized void close() {
        if (playwright != null) {
            playwright.close();
            playwright = null;
            chromium = null;
        }
    }

    private static com.microsoft.playwright.Browser launch() {
        String named = System.getenv("CHROMIUM_PATH");
        if (named != null) {
            return launch(Path.of(named), Map.of());
        }
        if (Files.isExecutable(SYSTEM)) {
            return launch(SYSTEM, Map.of());
        }
        Throwable reason;
        try {
            return launchUnpacked();
        } catch (RuntimeException | AssertionError e) {
            reason = e;
        }
        if (install("chromium") && Files.isExecutable(SYSTEM)) {
            return launch(SYSTEM, Map.of());
        }
        throw new AssertionError(
                "The browser tests need a Chromium: install one as " + SYSTEM
                        + ", or name one in CHROMIUM_PATH, or install Node.js with npm so that the test run can fetch one.",
                reason);
    }

    /** A program of Debian's, installed when it is missing and this is root. */
    static Path debian(Path program, String debianPackage) {
        if (Files.isExecutable(program) || install(debianPackage) && Files.isExecutable(program)) {
            return program;
        }
        throw new AssertionError(
                "This test needs " + program + ", which is in Debian's package " + debianPackage + ".");
    }

    private static boolean install(String debianPackage) {
        if (!"root".equals(System.getProperty("user.name")) || !Files.isExecutable(Path.of("/usr/bin/apt-get"))) {
            return false;
        }
        Map<String, String> quiet = Map.of("DEBIAN_FRONTEND", "noninteractive");
        Node.execute(Path.of("."), quiet, List.of("apt-get", "update"));
        Node.execute(
                Path.of("."), quiet, List.of("apt-get", "install", "-y", "--no-install-recommends", debianPackage));
        return true;
    }

    private static com.microsoft.playwright.Browser launchUnpacked() {
        Path executable = UNPACKED.resolve("chromium");
        if (!Files.isExecutable(executable)) {
            Node.install(PACKAGE);
            Node.execute(PACKAGE, Map.of(), List.of("node", "unpack.mjs", UNPACKED.toString()))
                    .orFail();
        }
        // The package brings the libraries and the font that a bare machine lacks.
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("LD_LIBRARY_PATH", UNPACKED.resolve("lib").toString());
        environment.put("FONTCONFIG_PATH", UNPACKED.toString());
        return launch(executable, environment);
    }

    private static com.microsoft.playwright.Browser launch(Path found, Map<String, String> wanted) {
        executable = found;
        environment = wanted;
        BrowserType.LaunchOptions options =
                new BrowserType.LaunchOptions().setExecutablePath(executable).setHeadless(true);
        if (!environment.isEmpty()) {
            options.setEnv(environment);
        }
        return playwright.chromium().launch(options);
    }
}
