package dev.ungrant.embed;

import io.micronaut.core.annotation.Nullable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How a host wants its frame to look: a dozen properties that {@link Themes} has found readable. It travels in the address of
 * a style sheet, since a frame without cookies could not say whose it wants; the address holds nothing but colours.
 *
 * @param light colours by name, where they differ from the portal's own
 * @param radius of corners, in pixels; null: the portal's own
 */
record Theme(
        Map<String, Colour> light,
        Map<String, Colour> dark,
        @Nullable Integer radius) {
    /** What can be set, and the properties of the style sheet that follow. Beside these: {@code radius}. */
    static final List<String> COLOURS = List.of(
            "ground", "surface", "sunken", "text", "muted", "line", "accent", "on-accent", "link", "danger", "focus");

    static final Theme NONE = new Theme(Map.of(), Map.of(), null);

    boolean isNone() {
        return light.isEmpty() && dark.isEmpty() && radius == null;
    }

    /** As in {@code light.accent=3a4fd0&radius=4}; empty when nothing is set. */
    String query() {
        Map<String, String> pairs = new TreeMap<>();
        light.forEach((name, colour) -> pairs.put("light." + name, colour.text().substring(1)));
        dark.forEach((name, colour) -> pairs.put("dark." + name, colour.text().substring(1)));
        if (radius != null) {
            pairs.put("radius", radius.toString());
        }
        return pairs.entrySet().stream()
                .map(pair -> pair.getKey() + '=' + pair.getValue())
                .collect(Collectors.joining("&"));
    }
}
