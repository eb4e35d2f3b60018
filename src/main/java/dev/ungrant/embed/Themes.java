package dev.ungrant.embed;

import dev.ungrant.web.ErrorType;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads what hosts say of colours, and refuses what people could not read (WCAG 2.2 AA, 1.4.3 and 1.4.11). */
@Singleton
final class Themes {
    private static final int WIDEST_RADIUS = 24;
    private static final double TEXT = 4.5;
    private static final double SIGN = 3;

    /** What is seen on what, and how much it must stand out. */
    private record Pair(String ink, String paper, double least) {}

    private static final List<Pair> PAIRS = List.of(
            new Pair("text", "ground", TEXT),
            new Pair("text", "surface", TEXT),
            new Pair("text", "sunken", TEXT),
            new Pair("muted", "ground", TEXT),
            new Pair("muted", "surface", TEXT),
            new Pair("muted", "sunken", TEXT),
            new Pair("link", "ground", TEXT),
            new Pair("link", "surface", TEXT),
            new Pair("danger", "surface", TEXT),
            new Pair("warn", "surface", TEXT),
            new Pair("ok", "surface", TEXT),
            new Pair("on-accent", "accent", TEXT),
            new Pair("focus", "ground", SIGN),
            new Pair("focus", "surface", SIGN));

    private final Palette palette;

    Themes(Palette palette) {
        this.palette = palette;
    }

    /**
     * @param said {@code {"light": {"accent": "#3a4fd0"}, "dark": {...}, "radius": 8}}
     * @throws Problem {@code invalid_embed_theme}, in words that name what cannot be read on what
     */
    Theme read(JsonBody said) {
        said.fields().keySet().stream()
                .filter(name -> !List.of("mode", "light", "dark", "radius").contains(name))
                .findFirst()
                .ifPresent(name -> refuse("theme has no \"" + shortened(name) + "\"."));
        Theme theme = new Theme(
                colours("light", said.objectMap("light").orElse(Map.of())),
                colours("dark", said.objectMap("dark").orElse(Map.of())),
                said.integer("radius").orElse(null));
        return checked(theme);
    }

    /** The same from the address of a style sheet. */
    Theme read(Map<String, String> query) {
        Map<String, Object> light = new HashMap<>();
        Map<String, Object> dark = new HashMap<>();
        Integer radius = null;
        for (Map.Entry<String, String> pair : query.entrySet()) {
            String name = pair.getKey();
            if (name.equals("radius") && pair.getValue().matches("[0-9]{1,2}")) {
                radius = Integer.valueOf(pair.getValue());
            } else if (name.startsWith("light.")) {
                light.put(name.substring("light.".length()), '#' + pair.getValue());
            } else if (name.startsWith("dark.")) {
                dark.put(name.substring("dark.".length()), '#' + pair.getValue());
            } else if (!name.equals("mode")) {
                refuse("The address of the theme is not one of ours.");
            }
        }
        return checked(new Theme(colours("light", light), colours("dark", dark), radius));
    }

    private static Map<String, Colour> colours(String scheme, Map<String, Object> said) {
        Map<String, Colour> colours = new LinkedHashMap<>();
        said.forEach((name, value) -> {
            String property = name.replace('_', '-');
            if (!Theme.COLOURS.contains(property)) {
                refuse("theme." + scheme + " has no \"" + shortened(name) + "\"; it has "
                        + String.join(", ", Theme.COLOURS).replace('-', '_') + ".");
            }
            if (!(value instanceof String text) || !Colour.is(text)) {
                throw refused("theme." + scheme + "." + name + " must be a colour like #3a4fd0.");
            }
            colours.put(property, Colour.of(text));
        });
        return colours;
    }

    private Theme checked(Theme theme) {
        if (theme.radius() != null && (theme.radius() < 0 || theme.radius() > WIDEST_RADIUS)) {
            refuse("theme.radius must be between 0 and " + WIDEST_RADIUS + " pixels.");
        }
        check("light", theme.light(), palette.light());
        check("dark", theme.dark(), palette.dark());
        return theme;
    }

    private static void check(String scheme, Map<String, Colour> set, Map<String, Colour> own) {
        if (set.isEmpty()) {
            return;
        }
        Map<String, Colour> all = new HashMap<>(own);
        all.putAll(set);
        for (Pair pair : PAIRS) {
            double contrast = all.get(pair.ink()).contrast(all.get(pair.paper()));
            if (contrast < pair.least()) {
                refuse(String.format(
                        Locale.ROOT,
                        "theme.%s: %s on %s has a contrast of %.2f; people need %.1f (WCAG 2.2 AA).",
                        scheme,
                        pair.ink().replace('-', '_'),
                        pair.paper().replace('-', '_'),
                        // Never rounded up to what would do.
                        Math.floor(contrast * 100) / 100,
                        pair.least()));
            }
        }
    }

    /** A style sheet that sets what the host has set and what follows from it. */
    String sheet(Theme theme, String mode) {
        StringBuilder sheet = new StringBuilder();
        if (theme.radius() != null) {
            sheet.append(":root{--radius:%dpx;--radius-large:%dpx}\n"
                    .formatted(theme.radius(), Math.round(theme.radius() * 1.5)));
        }
        String light = declarations(theme.light(), palette.light());
        String dark = declarations(theme.dark(), palette.dark());
        switch (mode) {
            case "light" -> sheet.append(":root{").append(light).append("}\n");
            case "dark" -> sheet.append(":root{").append(dark).append("}\n");
            default ->
                sheet.append("@media not all and (prefers-color-scheme: dark){:root{")
                        .append(light)
                        .append("}}\n@media (prefers-color-scheme: dark){:root{")
                        .append(dark)
                        .append("}}\n");
        }
        return sheet.toString();
    }

    private static String declarations(Map<String, Colour> set, Map<String, Colour> own) {
        Map<String, String> values = new LinkedHashMap<>();
        set.forEach((name, colour) -> values.put(name, colour.text()));
        Map<String, Colour> all = new HashMap<>(own);
        all.putAll(set);
        if (set.containsKey("surface")) {
            values.put("raised", all.get("surface").text());
        }
        if (set.containsKey("line") || set.containsKey("text")) {
            values.put("line-strong", all.get("line").with(all.get("text"), 0.2).text());
        }
        if (set.containsKey("accent")) {
            // Away from what is written on it, so that it can be read better and not worse.
            Colour away = all.get("on-accent").contrast(new Colour(0, 0, 0)) > 10
                    ? new Colour(0, 0, 0)
                    : new Colour(255, 255, 255);
            values.put("accent-hover", all.get("accent").with(away, 0.12).text());
        }
        StringBuilder text = new StringBuilder();
        values.forEach((name, value) ->
                text.append("--").append(name).append(':').append(value).append(';'));
        return text.toString();
    }

    private static void refuse(String message) {
        throw refused(message);
    }

    private static Problem refused(String message) {
        return new Problem(ErrorType.INVALID_EMBED_THEME, message);
    }

    private static String shortened(@Nullable String name) {
        return name == null || name.length() <= 40 ? String.valueOf(name) : name.substring(0, 40);
    }
}
