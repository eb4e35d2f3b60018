package dev.ungrant.logos;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A logo as a page may show it: a fresh 96 by 96 PNG, of which nothing but the colours of its dots came from outside. What
 * the bytes are is told from their beginning, not from what their sender says; how large the picture is is read before it is
 * decoded.
 */
public final class LogoImage {
    static final int SIDE = 96;
    private static final int LARGEST = 1024;

    private LogoImage() {}

    /** Why there is no logo; a short English sentence. */
    public static final class Unusable extends Exception {
        Unusable(String message) {
            super(message);
        }
    }

    /** @param bytes a PNG, JPEG or still WebP picture of at most 1024 by 1024 dots */
    public static byte[] redrawn(byte[] bytes) throws Unusable {
        String format = format(bytes).orElseThrow(() -> new Unusable("It is no PNG, JPEG or WebP picture."));
        try {
            byte[] picture = format.equals("webp") ? WebPicture.only(bytes.clone(), LARGEST) : bytes;
            return png(square(decoded(picture, format)));
        } catch (IOException | RuntimeException e) {
            // A decoder that was fed nonsense throws whatever it likes.
            throw new Unusable("It cannot be decoded (" + e.getClass().getSimpleName() + ").");
        }
    }

    private static Optional<String> format(byte[] bytes) {
        if (startsWith(bytes, 0, "\u0089PNG\r\n\u001a\n")) {
            return Optional.of("png");
        }
        if (startsWith(bytes, 0, "\u00ff\u00d8\u00ff")) {
            return Optional.of("jpeg");
        }
        return startsWith(bytes, 0, "RIFF") && startsWith(bytes, 8, "WEBP") ? Optional.of("webp") : Optional.empty();
    }

    private static boolean startsWith(byte[] bytes, int from, String magic) {
        for (int i = 0; i < magic.length(); i++) {
            if (bytes.length <= from + i || (bytes[from + i] & 0xff) != magic.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static BufferedImage decoded(byte[] bytes, String format) throws IOException, Unusable {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
        ImageReader reader = readers.next();
        try (ImageInputStream input = new Ending(bytes)) {
            // Metadata is what decoders have been tricked with most, and nobody needs it.
            reader.setInput(input, true, true);
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            if (width < 1 || height < 1 || width > LARGEST || height > LARGEST) {
                throw new Unusable("It is larger than " + LARGEST + " by " + LARGEST + " dots.");
            }
            return reader.read(0);
        } finally {
            reader.dispose();
        }
    }

    /**
     * A decoder that goes on asking long after the end is stopped: one of them made an exception of each missing bit, for
     * minutes, from a file of a few hundred bytes. A sound file makes it ask in vain a few times too.
     */
    private static final class Ending extends MemoryCacheImageInputStream {
        private static final int PATIENCE = 20_000;
        private int askedInVain;

        Ending(byte[] bytes) {
            super(new ByteArrayInputStream(bytes));
        }

        @Override
        public int read() throws IOException {
            return counted(super.read());
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            return counted(super.read(into, from, length));
        }

        private int counted(int result) {
            if (result < 0 && ++askedInVain > PATIENCE) {
                throw new IllegalStateException("The file has ended.");
            }
            return result;
        }
    }

    /** On white, since many logos are drawn for it and the page may be dark; whole, in the middle. */
    private static BufferedImage square(BufferedImage image) {
        BufferedImage source = image;
        // Halved as long as it is more than twice too large: one step would leave most dots out.
        while (source.getWidth() > 2 * SIDE || source.getHeight() > 2 * SIDE) {
            source = scaled(
                    source,
                    Math.max(1, (source.getWidth() + 1) / 2),
                    Math.max(1, (source.getHeight() + 1) / 2),
                    BufferedImage.TYPE_INT_ARGB);
        }
        double scale = Math.min((double) SIDE / source.getWidth(), (double) SIDE / source.getHeight());
        int width = Math.clamp(Math.round(source.getWidth() * scale), 1, SIDE);
        int height = Math.clamp(Math.round(source.getHeight() * scale), 1, SIDE);
        BufferedImage square = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = square.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, SIDE, SIDE);
        draw(graphics, source, (SIDE - width) / 2, (SIDE - height) / 2, width, height);
        return square;
    }

    private static BufferedImage scaled(BufferedImage source, int width, int height, int type) {
        BufferedImage target = new BufferedImage(width, height, type);
        draw(target.createGraphics(), source, 0, 0, width, height);
        return target;
    }

    private static void draw(Graphics2D graphics, BufferedImage source, int x, int y, int width, int height) {
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.drawImage(source, x, y, width, height, null);
        graphics.dispose();
    }

    private static byte[] png(BufferedImage image) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }
}
