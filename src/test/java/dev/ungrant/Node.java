package dev.ungrant;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs the scripts in {@code src/test/node}, with the npm packages of that folder's lock file. Node.js 20 or later and npm
 * must be on the PATH: a test that needs them fails without, it is never skipped.
 */
public final class Node {
    private static final Path SCRIPTS = Path.of("src/test/node");
    private static final long LIMIT_SECONDS = 300;

    private Node() {}

    /** What a script left behind. */
    public record Result(int exit, String stdout, String stderr) {
        /** The script's output, or a failed test with all it said. */
        public String orFail() {
            if (exit != 0) {
                throw new AssertionError("exit " + exit + "\n" + stdout + "\n" + stderr);
            }
            return stdout;
        }
    }

    /** Runs {@code src/test/node/<script>} with {@code environment} added to this process's own. */
    public static Result run(String script, Map<String, String> environment, String... arguments) {
        install(SCRIPTS);
        List<String> command = new ArrayList<>(List.of("node", script));
        command.addAll(List.of(arguments));
        return execute(SCRIPTS, environment, command);
    }

    /** Installs what the lock file in {@code folder} names, unless that is there already. */
    static synchronized void install(Path folder) {
        try {
            Path lock = folder.resolve("package-lock.json");
            Path installed = folder.resolve("node_modules/.ungrant-lock");
            if (Files.exists(installed) && Files.mismatch(lock, installed) < 0) {
                return;
            }
            execute(folder, Map.of(), List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"))
                    .orFail();
            Files.copy(lock, installed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Result execute(Path folder, Map<String, String> environment, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().putAll(environment);
        Process process;
        try {
            process = builder.start();
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new AssertionError(
                    "\"" + command.getFirst()
                            + "\" could not be started; the client and browser tests need Node.js 20 or later with npm on the PATH.",
                    e);
        }
        CompletableFuture<String> stdout = read(process.getInputStream());
        CompletableFuture<String> stderr = read(process.getErrorStream());
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " took longer than " + LIMIT_SECONDS + " seconds\n" + stderr.join());
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new AssertionError(command + " was interrupted", e);
        }
        return new Result(process.exitValue(), stdout.join(), stderr.join());
    }

    private static CompletableFuture<String> read(InputStream stream) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                Thread::startVirtualThread);
    }
}
