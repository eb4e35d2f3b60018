package dev.ungrant.logos;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The picture in a WebP file and nothing else of it (RFC 9649 §2). The decoder believes every length that it reads: four bytes
 * that announce a colour profile of two gigabytes make it ask for as many. So colour profiles, metadata and animations are
 * left out, and lengths and sizes are checked, before it sees the file.
 */
final class WebPicture {
    private static final int HEADER = 12;
    private static final int CHUNK = 8;
    private static final int ALPHA = 0x10;

    private final ByteBuffer file;
    private final ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    private final int largest;
    private boolean pictureSeen;

    private WebPicture(byte[] file, int largest) {
        this.file = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        this.largest = largest;
    }

    /** @throws LogoImage.Unusable when it is no still picture of at most that many dots each way */
    static byte[] only(byte[] file, int largest) throws LogoImage.Unusable {
        return new WebPicture(file, largest).rewritten();
    }

    private byte[] rewritten() throws LogoImage.Unusable {
        int at = HEADER;
        while (at + CHUNK <= file.limit() && !pictureSeen) {
            int length = file.getInt(at + 4);
            if (length < 0 || length > file.limit() - at - CHUNK) {
                throw new LogoImage.Unusable("It says that it is longer than it is.");
            }
            byte[] type = Arrays.copyOfRange(file.array(), at, at + 4);
            take(new String(type, StandardCharsets.ISO_8859_1), type, at + CHUNK, length);
            at += CHUNK + length + (length & 1);
        }
        if (!pictureSeen) {
            throw new LogoImage.Unusable("It holds no still picture.");
        }
        return ByteBuffer.allocate(HEADER + chunks.size())
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("RIFF".getBytes(StandardCharsets.US_ASCII))
                .putInt(4 + chunks.size())
                .put("WEBP".getBytes(StandardCharsets.US_ASCII))
                .put(chunks.toByteArray())
                .array();
    }

    private void take(String name, byte[] type, int from, int length) throws LogoImage.Unusable {
        switch (name) {
            case "VP8 " -> {
                // A key frame: three bytes of tag, three of start code, then 14 bits each way.
                require(length >= 10);
                requireSize(file.getShort(from + 6) & 0x3fff, file.getShort(from + 8) & 0x3fff);
                pictureSeen = true;
                keep(type, from, length);
            }
            case "VP8L" -> {
                require(length >= 5);
                int sizes = file.getInt(from + 1);
                requireSize((sizes & 0x3fff) + 1, (sizes >>> 14 & 0x3fff) + 1);
                pictureSeen = true;
                keep(type, from, length);
            }
            case "VP8X" -> {
                require(length == 10 && chunks.size() == 0);
                requireSize((file.getInt(from + 4) & 0xffffff) + 1, (file.getInt(from + 6) >>> 8) + 1);
                // Of what it announces, only that some dots may be transparent.
                file.put(from, (byte) (file.get(from) & ALPHA));
                keep(type, from, length);
            }
            case "ALPH" -> keep(type, from, length);
            default -> {
                // Left out.
            }
        }
    }

    private void requireSize(int width, int height) throws LogoImage.Unusable {
        if (width < 1 || height < 1 || width > largest || height > largest) {
            throw new LogoImage.Unusable("It is larger than " + largest + " by " + largest + " dots.");
        }
    }

    private static void require(boolean holds) throws LogoImage.Unusable {
        if (!holds) {
            throw new LogoImage.Unusable("It cannot be decoded.");
        }
    }

    private void keep(byte[] type, int from, int length) {
        ByteBuffer header = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        chunks.writeBytes(header.put(type).putInt(length).array());
        chunks.write(file.array(), from, length);
        if ((length & 1) == 1) {
            chunks.write(0);
        }
    }
}
