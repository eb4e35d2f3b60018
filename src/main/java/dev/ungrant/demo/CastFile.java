package dev.ungrant.demo;

import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** The cast as a file: whoever sees it sees all of it, and only the owner may. */
final class CastFile {
    private final JsonMapper mapper;

    CastFile(JsonMapper mapper) {
        this.mapper = mapper;
    }

    /** What an earlier run wrote; empty when there is none that can be read, since then a new one is made. */
    Optional<Cast> read(Path file) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(mapper.readValue(Files.readAllBytes(file), Cast.class));
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    void write(Cast cast, Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        Path part = Files.createTempFile(
                folder,
                "cast",
                ".part",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.writeString(part, indent(mapper.writeValueAsString(cast)));
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** A line for each member of an object, since people read the file too. */
    static String indent(String json) {
        StringBuilder lines = new StringBuilder(json.length() * 2);
        int depth = 0;
        boolean inText = false;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (inText) {
                lines.append(c);
                if (c == '\\') {
                    lines.append(json.charAt(++i));
                } else if (c == '"') {
                    inText = false;
                }
                continue;
            }
            switch (c) {
                case '{', '[' -> {
                    lines.append(c);
                    char next = json.charAt(i + 1);
                    if (next == '}' || next == ']') {
                        lines.append(json.charAt(++i));
                    } else {
                        newLine(lines, ++depth);
                    }
                }
                case '}', ']' -> {
                    newLine(lines, --depth);
                    lines.append(c);
                }
                case ',' -> {
                    lines.append(c);
                    newLine(lines, depth);
                }
                case ':' -> lines.append(": ");
                default -> {
                    lines.append(c);
                    inText = c == '"';
                }
            }
        }
        return lines.append('\n').toString();
    }

    private static void newLine(StringBuilder lines, int depth) {
        lines.append('\n').repeat("  ", depth);
    }
}
