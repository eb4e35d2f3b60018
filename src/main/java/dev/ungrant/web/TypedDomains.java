package dev.ungrant.web;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Domains as somebody typed them into a form, with lines, spaces, commas or semicolons between them and perhaps an @ before each. */
public final class TypedDomains {
    private TypedDomains() {}

    /** Each once, in lower case, good or not. */
    public static List<String> of(String text) {
        return Arrays.stream(text.toLowerCase(Locale.ROOT).split("[\\s,;]+"))
                .map(word -> word.replaceFirst("^@", ""))
                .filter(domain -> !domain.isEmpty())
                .distinct()
                .toList();
    }

    /** Those of them that are no domains. */
    public static List<String> wrong(String text) {
        return of(text).stream().filter(domain -> !EmailDomain.is(domain)).toList();
    }
}
