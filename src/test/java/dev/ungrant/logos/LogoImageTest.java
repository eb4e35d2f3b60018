package dev.ungrant.logos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LogoImageTest {
    private static byte[] picture(String format, int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(
                width, height, format.equals("png") ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(new Color(0xcc0000));
        graphics.fillRect(0, 0, width, height);
        graphics.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, format, bytes)).isTrue();
        return bytes.toByteArray();
    }

    private static BufferedImage redrawn(byte[] bytes) throws Exception {
        return ImageIO.read(new ByteArrayInputStream(LogoImage.redrawn(bytes)));
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream file = LogoImageTest.class.getResourceAsStream(name)) {
            return file.readAllBytes();
        }
    }

    @ParameterizedTest
    @CsvSource({"png,1,1", "png,96,96", "png,1024,1024", "jpeg,300,300", "png,1024,10", "jpeg,20,700"})
    void everyPictureBecomesOneOf96By96(String format, int width, int height) throws Exception {
        BufferedImage logo = redrawn(picture(format, width, height));
        assertThat(logo.getWidth()).isEqualTo(96);
        assertThat(logo.getHeight()).isEqualTo(96);
        // Its colour in the middle, whole, on white.
        assertThat(new Color(logo.getRGB(48, 48)).getRed()).isBetween(190, 255);
        if (width != height) {
            assertThat(logo.getRGB(0, 0)).isEqualTo(Color.WHITE.getRGB());
        }
    }

    @Test
    void webpIsReadLossyAndLossless() throws Exception {
        assertThat(new Color(redrawn(resource("/logos/lossless.webp")).getRGB(48, 48)))
                .isEqualTo(new Color(0xcc0000));
        assertThat(redrawn(resource("/demo/logos/notes.webp")).getWidth()).isEqualTo(96);
    }

    @ParameterizedTest
    @CsvSource({"1025,1", "1,1025", "2000,2000"})
    void aPictureThatIsTooLargeIsNotDecoded(int width, int height) throws IOException {
        byte[] bytes = picture("png", width, height);
        assertThatThrownBy(() -> LogoImage.redrawn(bytes)).hasMessageContaining("larger");
    }

    /** A few bytes that would unfold into 3.6 gigabytes. */
    @Test
    void whatClaimsToBeHugeIsRefusedByItsClaim() throws IOException {
        byte[] bytes = picture("png", 8, 8);
        ByteBuffer header = ByteBuffer.wrap(bytes, 12, 17);
        header.putInt(
                "IHDR".hashCode() == 0
                        ? 0
                        : ByteBuffer.wrap("IHDR".getBytes(StandardCharsets.US_ASCII))
                                .getInt());
        header.putInt(30_000).putInt(30_000);
        CRC32 crc = new CRC32();
        crc.update(bytes, 12, 17);
        ByteBuffer.wrap(bytes, 29, 4).putInt((int) crc.getValue());
        assertThatThrownBy(() -> LogoImage.redrawn(bytes)).hasMessageContaining("larger");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
                "<?xml version='1.0'?><svg/>",
                "<!doctype html><img src=x onerror=alert(1)>",
                "GIF89a\u0001\u0000\u0001\u0000",
                "BM________",
                "RIFF____WAVE",
                "%PDF-1.7"
            })
    void whatIsNoPngJpegOrWebpIsRefused(String content) {
        assertThatThrownBy(() -> LogoImage.redrawn(content.getBytes(StandardCharsets.ISO_8859_1)))
                .isInstanceOf(LogoImage.Unusable.class)
                .hasMessageContaining("no PNG");
    }

    /** The decoder would ask for two gigabytes at once: the profile is as long as it says. */
    @Test
    void aColourProfileIsNotBelieved() throws Exception {
        byte[] sound = resource("/logos/lossless.webp");
        int picture = new String(sound, StandardCharsets.ISO_8859_1).indexOf("VP8L");
        ByteBuffer extended = ByteBuffer.allocate(sound.length + 18 + 8 + 4).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        extended.put(sound, 0, 12)
                .put("VP8X".getBytes(StandardCharsets.US_ASCII))
                .putInt(10);
        extended.putInt(0x30).put(new byte[] {63, 0, 0, 63, 0, 0});
        int profile = extended.position() + 4;
        extended.put("ICCP".getBytes(StandardCharsets.US_ASCII)).putInt(4).putInt(0);
        extended.put(sound, picture, sound.length - picture);
        assertThat(redrawn(extended.array()).getWidth()).isEqualTo(96);
        for (int length : new int[] {Integer.MAX_VALUE, 1_900_000_000, -1, 100_000}) {
            extended.putInt(profile, length);
            assertThatThrownBy(() -> LogoImage.redrawn(extended.array())).hasMessageContaining("longer than it is");
        }
    }

    /** What hides behind or within a picture does not survive: only its dots are taken over. */
    @Test
    void nothingButDotsIsTakenOver() throws Exception {
        byte[] picture = picture("png", 96, 96);
        byte[] script = "<script>alert(1)</script>".getBytes(StandardCharsets.US_ASCII);
        byte[] polyglot = Arrays.copyOf(picture, picture.length + script.length);
        System.arraycopy(script, 0, polyglot, picture.length, script.length);
        assertThat(new String(LogoImage.redrawn(polyglot), StandardCharsets.ISO_8859_1))
                .doesNotContain("script");
    }

    /** Whatever a decoder makes of broken pictures, it is an answer and no other failure. */
    @Test
    void brokenPicturesAreRefusedOrDrawn() throws Exception {
        Random random = new Random(7);
        byte[][] sound = {
            picture("png", 50, 40),
            picture("jpeg", 50, 40),
            resource("/logos/lossless.webp"),
            resource("/demo/logos/notes.webp")
        };
        int refused = 0;
        for (int i = 0; i < 600; i++) {
            byte[] broken = sound[i % sound.length].clone();
            for (int j = 0; j < 1 + random.nextInt(8); j++) {
                broken[12 + random.nextInt(broken.length - 12)] = (byte) random.nextInt(256);
            }
            if (random.nextInt(4) == 0) {
                broken = Arrays.copyOf(broken, random.nextInt(broken.length));
            }
            try {
                assertThat(LogoImage.redrawn(broken)).isNotEmpty();
            } catch (LogoImage.Unusable e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(50, 599);
    }
}
