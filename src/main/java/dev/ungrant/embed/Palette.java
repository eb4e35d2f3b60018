package dev.ungrant.embed;

import io.micronaut.core.io.scan.ClassPathResourceLoader;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The portal's own colours, light and dark, as its style sheet has them: what a host does not set stays so. */
@Singleton
final class Palette {
    private static final Pattern ROOT = Pattern.compile(":root \\{(.*?)}", Pattern.DOTALL);
    private static final Pattern COLOUR = Pattern.compile("--([a-z-]+): (#[0-9a-f]{3}|#[0-9a-f]{6});");

    private final Map<String, Colour> light;
    private final Map<String, Colour> dark;

    Palette(ClassPathResourceLoader loader) {
        String sheet;
        try (InputStream stream =
                loader.getResourceAsStream("classpath:static/app.css").orElseThrow()) {
            sheet = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Matcher roots = ROOT.matcher(sheet);
        light = colours(roots, Map.of());
        // What the dark part does not say is as in the light one.
        dark = colours(roots, light);
    }

    private static Map<String, Colour> colours(Matcher roots, Map<String, Colour> from) {
        if (!roots.find()) {
            throw new IllegalStateException("The style sheet has no two palettes");
        }
        Map<String, Colour> colours = new LinkedHashMap<>(from);
        Matcher declarations = COLOUR.matcher(roots.group(1));
        while (declarations.find()) {
            colours.put(declarations.group(1), Colour.of(declarations.group(2)));
        }
        return Map.copyOf(colours);
    }

    Map<String, Colour> light() {
        return light;
    }

    Map<String, Colour> dark() {
        return dark;
    }
}
