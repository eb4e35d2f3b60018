package dev.ungrant.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** The unpacked server: the build puts it into {@code .cache/mysql}. */
record Installation(Path home) {
    /** Names the folder when it is not {@code .cache/mysql} below the working folder. */
    static final String HOME_PROPERTY = "ungrant.mysql.home";

    static Installation find() {
        Path home = Path.of(System.getProperty(HOME_PROPERTY, ".cache/mysql"))
                .toAbsolutePath()
                .normalize();
        Installation installation = new Installation(home);
        if (!Files.isRegularFile(installation.server())) {
            throw new EmbeddedMySqlException("There is no MySQL server in " + home
                    + "; bin/demo and bin/test fetch it, as does \"mvn process-test-resources\".");
        }
        try {
            installation.complete();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return installation;
    }

    Path server() {
        return home.resolve("bin/mysqld");
    }

    /** The archive loses the executable bit, and the server is linked with two libraries that many machines lack. */
    private void complete() throws IOException {
        if (!Files.isExecutable(server()) && !server().toFile().setExecutable(true)) {
            throw new EmbeddedMySqlException("The MySQL server in " + server() + " cannot be made executable.");
        }
        String machine = machine();
        for (String library : List.of("libaio.so.1", "libnuma.so.1")) {
            try (InputStream standIn = Installation.class.getResourceAsStream("/native/" + machine + "/" + library)) {
                if (standIn != null) {
                    install(standIn.readAllBytes(), home.resolve("lib/private").resolve(library));
                }
            }
        }
    }

    private static void install(byte[] library, Path target) throws IOException {
        if (Files.exists(target) && Files.size(target) == library.length) {
            return;
        }
        // Several runs may do this at once, so the library must never be there in part.
        Path part = Files.createTempFile(Objects.requireNonNull(target.getParent()), "part", null);
        Files.write(part, library);
        // Readable for every user, like the rest of the installation.
        Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String machine() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String processor = System.getProperty("os.arch");
        return (system.startsWith("linux") ? "linux" : system) + "-"
                + (processor.equals("amd64") ? "x86_64" : processor);
    }
}
