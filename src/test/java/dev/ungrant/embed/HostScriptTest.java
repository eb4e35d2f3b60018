package dev.ungrant.embed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** The script that hosts load: what the documentation promises of it. */
class HostScriptTest {
    private static final int MOST_BYTES = 4096;

    /** As it is served: static files are sent with a line end after each part. */
    private static byte[] script() throws IOException {
        return (Files.readString(Path.of("static/embed.js")) + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    @Test
    void itIsSmallerThanFourKilobytes() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(script());
        }
        assertThat(packed.size()).isLessThanOrEqualTo(MOST_BYTES);
    }

    @Test
    void documentationNamesItsHash() throws IOException, GeneralSecurityException {
        String hash = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-384").digest(script()));
        assertThat(Files.readString(Path.of("docs/embed.md"))).contains("integrity=\"sha384-" + hash + "\"");
    }

    @Test
    void itNeedsNothingElse() throws IOException {
        assertThat(Files.readString(Path.of("static/embed.js")))
                .doesNotContainPattern("\\bimport\\b(?!\\.meta)|\\brequire\\(|eval\\(");
    }
}
