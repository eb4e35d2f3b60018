package dev.ungrant.web;

import java.util.UUID;

/** What stands for a picture that there is none of: letters of the name, on one of eight colours. */
public final class Initials {
    private static final int TINTS = 8;

    private Initials() {}

    /** The colour; always the same for the same id. */
    public static int tint(UUID id) {
        return Math.floorMod(id.hashCode(), TINTS);
    }

    /** The first letters of the first two words; code points, since a name may be written in anything. */
    public static String of(String name) {
        StringBuilder letters = new StringBuilder();
        for (String word : name.strip().split("[\\s_./-]+")) {
            int first = word.codePoints()
                    .filter(Character::isLetterOrDigit)
                    .findFirst()
                    .orElse(-1);
            if (first >= 0 && letters.codePointCount(0, letters.length()) < 2) {
                letters.appendCodePoint(Character.toUpperCase(first));
            }
        }
        return letters.isEmpty() ? "?" : letters.toString();
    }
}
