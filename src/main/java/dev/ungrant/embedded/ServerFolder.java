package dev.ungrant.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What one server keeps: data, log, password, and who is using it.
 *
 * <p>The {@code lock} file is locked by the process that takes the folder; the system lets go of that lock however the process
 * ends. The {@code server} file names the server's process by number and start time, so that a number which the system has given
 * to somebody else since is never taken for it.
 */
final class ServerFolder {
    private final Path path;
    private final FileChannel channel;

    private ServerFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Takes the folder for this process, or says who has it. Ends a server which a killed run left behind. */
    static ServerFolder take(Path path, Consumer<String> progress) {
        try {
            Files.createDirectories(path);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
            Optional<ServerFolder> taken = tryTake(path);
            if (taken.isEmpty()) {
                throw new EmbeddedMySqlException("The database folder " + path + " is in use by process "
                        + Files.readString(path.resolve("lock")).strip() + "; stop that one or choose another folder.");
            }
            ServerFolder folder = taken.get();
            folder.endAbandonedServer(progress);
            folder.requireUnused();
            return folder;
        } catch (IOException e) {
            throw new EmbeddedMySqlException("The database folder " + path + " cannot be used: " + e + ".");
        }
    }

    /** Where a run of this process may put what it will throw away; {@link #sweep} reads the process from the name. */
    static Path throwaway(Path runs) {
        return runs.resolve(ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime()));
    }

    /** Removes the folders of throwaway runs whose process is gone. */
    static void sweep(Path runs) {
        if (!Files.isDirectory(runs)) {
            return;
        }
        try (Stream<Path> folders = Files.list(runs)) {
            for (Path abandoned : folders.toList()) {
                String process = abandoned.getFileName().toString().split("-", 2)[0];
                if (ProcessHandle.of(Long.parseLong(process)).isPresent()) {
                    continue;
                }
                Optional<ServerFolder> folder = tryTake(abandoned);
                if (folder.isPresent()) {
                    folder.get().endAbandonedServer(_ -> {});
                    folder.get().release(true);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<ServerFolder> tryTake(Path path) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (NoSuchFileException e) {
            // Another run swept this folder a moment ago.
            return Optional.empty();
        }
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                channel.truncate(0);
                channel.write(ByteBuffer.wrap(
                        Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
                return Optional.of(new ServerFolder(path, channel));
            }
        } catch (OverlappingFileLockException e) {
            // This very process has it.
        }
        channel.close();
        return Optional.empty();
    }

    Path path() {
        return path;
    }

    Path data() {
        return path.resolve("data");
    }

    Path log() {
        return path.resolve("mysql.log");
    }

    Path passwordFile() {
        return path.resolve("password");
    }

    String password() {
        try {
            return Files.readString(passwordFile()).strip();
        } catch (IOException e) {
            throw new EmbeddedMySqlException("The password of the database in " + path + " cannot be read: " + e + ".");
        }
    }

    boolean isInitialized() {
        return Files.isDirectory(data());
    }

    /** An empty place for data in the making. */
    Path freshData() throws IOException {
        Path fresh = path.resolve("data.part");
        delete(fresh);
        return Files.createDirectory(fresh);
    }

    void adopt(Path fresh) throws IOException {
        Files.move(fresh, data(), StandardCopyOption.ATOMIC_MOVE);
    }

    void remember(ProcessHandle server) throws IOException {
        Files.writeString(serverFile(), server.pid() + " " + startOf(server));
    }

    long logSize() throws IOException {
        return Files.exists(log()) ? Files.size(log()) : 0;
    }

    String logSince(long position) throws IOException {
        byte[] all = Files.readAllBytes(log());
        return new String(all, (int) position, all.length - (int) position, StandardCharsets.UTF_8);
    }

    /** What the log says last about why, and where the log is. */
    String lastError() {
        try {
            List<String> lines =
                    Files.exists(log()) ? Files.readAllLines(log(), StandardCharsets.ISO_8859_1) : List.of();
            String error = lines.reversed().stream()
                    .filter(line -> line.contains("[ERROR]") && !line.contains("Aborting"))
                    .findFirst()
                    .or(() -> lines.reversed().stream().findFirst())
                    .orElse("it said nothing");
            return error + " (" + log() + ")";
        } catch (IOException e) {
            return "its log " + log() + " cannot be read";
        }
    }

    /** Lets go of the folder, with or without what is in it. */
    void release(boolean andDelete) {
        try {
            Files.deleteIfExists(serverFile());
            if (andDelete) {
                delete(path);
            }
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void endAbandonedServer(Consumer<String> progress) throws IOException {
        if (!Files.exists(serverFile())) {
            return;
        }
        String[] remembered = Files.readString(serverFile()).split(" ", 2);
        Optional<ProcessHandle> server = remembered.length == 2
                ? ProcessHandle.of(Long.parseLong(remembered[0]))
                        .filter(process -> startOf(process).equals(remembered[1]))
                : Optional.empty();
        if (server.isPresent()) {
            progress.accept("Stopping the database server that an interrupted run left behind");
            EmbeddedMySql.stop(server.get());
        }
        Files.deleteIfExists(serverFile());
    }

    /**
     * A server on data in use would try for 100 seconds and then fail. It locks this file the same way, so one look tells.
     */
    private void requireUnused() throws IOException {
        Path locked = data().resolve("ibdata1");
        if (!Files.exists(locked)) {
            return;
        }
        try (FileChannel data = FileChannel.open(locked, StandardOpenOption.WRITE)) {
            FileLock lock = data.tryLock();
            if (lock == null) {
                channel.close();
                throw new EmbeddedMySqlException(
                        "The database folder " + path
                                + " is in use by a MySQL server that was not started from here; stop that one or choose another folder.");
            }
        }
    }

    private Path serverFile() {
        return path.resolve("server");
    }

    private static String startOf(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toString).orElse("unknown");
    }

    private static void delete(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException problem) throws IOException {
                Files.deleteIfExists(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
