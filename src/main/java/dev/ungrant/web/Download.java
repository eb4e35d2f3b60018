package dev.ungrant.web;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.MediaType;
import io.micronaut.http.server.types.files.StreamedFile;
import java.io.InputStream;
import java.util.function.Supplier;

/** A file that is made while it is sent: one part is in memory at a time, and the next is made when the receiver has taken it. */
public final class Download extends InputStream {
    private final Supplier<byte[]> parts;
    private @Nullable byte[] part = new byte[0];
    private int read;

    private Download(Supplier<byte[]> parts) {
        this.parts = parts;
    }

    /** @param parts one after the other, none of them empty; null: that was the last */
    public static StreamedFile of(String name, MediaType type, Supplier<byte[]> parts) {
        return new StreamedFile(new Download(parts), type).attach(name);
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (part != null && read == part.length) {
            part = parts.get();
            read = 0;
        }
        if (part == null) {
            return -1;
        }
        int count = Math.min(length, part.length - read);
        System.arraycopy(part, read, into, offset, count);
        read += count;
        return count;
    }
}
