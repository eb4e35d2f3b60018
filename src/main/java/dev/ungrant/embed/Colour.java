package dev.ungrant.embed;

import java.util.Locale;
import java.util.regex.Pattern;

/** An sRGB colour. */
record Colour(int red, int green, int blue) {
    private static final Pattern SHORT = Pattern.compile("#[0-9a-fA-F]{3}");
    private static final Pattern LONG = Pattern.compile("#[0-9a-fA-F]{6}");

    static boolean is(String text) {
        return SHORT.matcher(text).matches() || LONG.matcher(text).matches();
    }

    /** @param text {@code #rgb} or {@code #rrggbb} */
    static Colour of(String text) {
        String digits = text.substring(1);
        if (digits.length() == 3) {
            digits = digits.replaceAll("(.)", "$1$1");
        }
        int value = Integer.parseInt(digits, 16);
        return new Colour(value >> 16, value >> 8 & 0xff, value & 0xff);
    }

    String text() {
        return String.format(Locale.ROOT, "#%02x%02x%02x", red, green, blue);
    }

    /** This one with so much of the other in it, from 0 to 1. */
    Colour with(Colour other, double share) {
        return new Colour(mix(red, other.red, share), mix(green, other.green, share), mix(blue, other.blue, share));
    }

    private static int mix(int mine, int other, double share) {
        return (int) Math.round(mine * (1 - share) + other * share);
    }

    /** Contrast ratio, from 1 to 21 (WCAG 2.2). */
    double contrast(Colour other) {
        double mine = luminance();
        double others = other.luminance();
        return (Math.max(mine, others) + 0.05) / (Math.min(mine, others) + 0.05);
    }

    private double luminance() {
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    }

    private static double linear(int channel) {
        double value = channel / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }
}
