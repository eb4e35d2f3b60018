package dev.ungrant.web;

import java.util.Collection;
import java.util.Locale;

/** Several values one after the other in a sentence, with whatever the language puts between them. */
public final class Series {
    private Series() {}

    /** "Ada, Ben, Cleo"; empty for none. */
    public static String names(Words words, Locale locale, Collection<?> values) {
        return put(words, locale, "series.names", values);
    }

    /** Of phrases that may have commas inside: "see your calendar; read your files"; empty for none. */
    public static String phrases(Words words, Locale locale, Collection<?> values) {
        return put(words, locale, "series.phrases", values);
    }

    private static String put(Words words, Locale locale, String key, Collection<?> values) {
        return values.stream()
                .map(String::valueOf)
                .reduce((before, next) -> words.say(locale, key, before, next))
                .orElse("");
    }
}
