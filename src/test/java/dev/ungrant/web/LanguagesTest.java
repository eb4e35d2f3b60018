package dev.ungrant.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.ibm.icu.text.MessageFormat;
import com.ibm.icu.text.MessagePattern;
import com.ibm.icu.text.PluralRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every language says all that English says, with the same values, in sentences of its own grammar. */
class LanguagesTest {
    private static final Path FOLDER = Path.of("src/main/resources");
    private static final Pattern FILE = Pattern.compile("messages_([a-z]{2})\\.properties");

    /** Values for the code, and not for people. */
    private static final Pattern NO_WORDS = Pattern.compile("direction|scope\\..*\\.risk");

    /** Looked at one by one: the same word in that language, or a name, or only values. */
    private static final Map<String, Set<String>> SAME_AS_ENGLISH = Map.of(
            "de",
            Set.of(
                    "Ungrant",
                    "{0} · Ungrant",
                    "{0}",
                    "{0} {1}",
                    "{0} %",
                    "{0}, {1}",
                    "{0}; {1}",
                    "App",
                    "Apps",
                    "Status",
                    "Website",
                    "Name",
                    "Person",
                    "{0, number}",
                    "{0, number}–{1, number}",
                    "App {0}",
                    "Format",
                    "CSV",
                    "JSON Lines"),
            "ar",
            Set.of(
                    "Ungrant",
                    "{0} · Ungrant",
                    "{0}",
                    "{0} {1}",
                    "{0} %",
                    "{0, number}",
                    "CSV",
                    "JSON Lines",
                    "you@company.example"));

    /**
     * In a right-to-left language a value whose direction is not known stands apart (U+2068, U+2069), so that it turns
     * nothing around. Not so: series, whose order is the sentence's; a time, which stands apart as a whole; and addresses,
     * which mail programs make links of.
     */
    private static final Set<String> NOT_APART = Set.of(
            "series.names",
            "series.phrases",
            "time.exact",
            "empty.hidden.admins",
            "empty.none.text",
            "confirm.stops",
            "provider.domains.hint",
            "provider.wrong.domains",
            "confirm.many.gone",
            "event.scopes.added",
            "event.scopes.left",
            "mail.footer",
            "mail.ended.not-you",
            "mail.removed.what",
            "mail.asked-again.what");

    private final Map<String, String> english = words("messages.properties");
    private final Map<String, Map<String, String>> others = others();

    @Test
    void languagesThatAreOfferedAreTheOnesThatAreWritten() {
        assertThat(others.keySet())
                .containsExactlyInAnyOrder("de", "ar")
                .containsExactlyInAnyOrderElementsOf(Languages.ALL.stream()
                        .map(Locale::getLanguage)
                        .filter(language -> !language.equals("en"))
                        .toList());
        assertThat(english.get("direction")).isEqualTo("ltr");
        assertThat(others.get("de").get("direction")).isEqualTo("ltr");
        assertThat(others.get("ar").get("direction")).isEqualTo("rtl");
    }

    @Test
    void everyLanguageSaysAllThatEnglishSaysAndNoMore() {
        others.forEach((language, words) -> {
            Set<String> missing = new TreeSet<>(english.keySet());
            missing.removeAll(words.keySet());
            assertThat(missing).as(language + " lacks").isEmpty();
            Set<String> tooMany = new TreeSet<>(words.keySet());
            tooMany.removeAll(english.keySet());
            assertThat(tooMany).as(language + " has, English has not").isEmpty();
            assertThat(words.values()).as(language).noneMatch(String::isBlank);
        });
    }

    @Test
    void everyLanguageFillsInTheSameValues() {
        others.forEach((language, words) -> words.forEach((key, text) -> assertThat(arguments(new MessagePattern(text)))
                .as(language + " " + key)
                .isEqualTo(arguments(new MessagePattern(english.getOrDefault(key, text))))));
    }

    @Test
    void everyMessageCanBeReadAndSaid() {
        Object[] values = {1, 2, 3, 4, 5};
        all().forEach((language, words) -> words.forEach((key, text) -> assertThatCode(
                        () -> assertThat(new MessageFormat(text, locale(language)).format(values))
                                .isNotBlank())
                .as(language + " " + key)
                .doesNotThrowAnyException()));
    }

    /** ICU takes "other" where a form is missing, and the sentence is then wrong for some numbers only. */
    @Test
    void everyPluralHasAllFormsOfItsLanguage() {
        all().forEach((language, words) -> {
            Set<String> wanted = PluralRules.forLocale(locale(language)).getKeywords();
            words.forEach((key, text) -> plurals(new MessagePattern(text))
                    .forEach(forms -> assertThat(forms).as(language + " " + key).containsAll(wanted)));
        });
    }

    @Test
    void germanHasTwoFormsAndArabicSix() {
        assertThat(PluralRules.forLocale(Locale.GERMAN).getKeywords()).containsExactlyInAnyOrder("one", "other");
        assertThat(PluralRules.forLocale(Locale.of("ar")).getKeywords())
                .containsExactlyInAnyOrder("zero", "one", "two", "few", "many", "other");
    }

    /** A straight apostrophe would quote what follows, and the values would not be filled in. */
    @Test
    void noLanguageQuotesByAccident() {
        all().forEach((language, words) ->
                assertThat(words.values()).as(language).noneMatch(text -> text.contains("'")));
    }

    @Test
    void nothingIsLeftInEnglish() {
        others.forEach((language, words) -> {
            Map<String, String> same = new TreeMap<>();
            words.forEach((key, text) -> {
                String plain = text.replaceAll("[\\u2068\\u2069]", "");
                if (text.equals(english.get(key)) || plain.equals(english.get(key))) {
                    if (!NO_WORDS.matcher(key).matches()
                            && !SAME_AS_ENGLISH.getOrDefault(language, Set.of()).contains(plain)) {
                        same.put(key, text);
                    }
                }
            });
            assertThat(same).as(language).isEmpty();
        });
    }

    @Test
    void valuesForTheCodeAreTheSame() {
        others.forEach((language, words) -> words.forEach((key, text) -> {
            if (key.startsWith("scope.") && key.endsWith(".risk")) {
                assertThat(text).as(language + " " + key).isEqualTo(english.get(key));
            }
        }));
    }

    @Test
    void valuesStandApartWhereTheSentenceRunsTheOtherWay() {
        Pattern bare = Pattern.compile("(?<!\\u2068)\\{\\d\\}|\\{\\d\\}(?!\\u2069)");
        assertThat(NOT_APART).isSubsetOf(english.keySet());
        others.get("ar").forEach((key, text) -> {
            if (!NOT_APART.contains(key)) {
                assertThat(text).as("ar " + key).doesNotContainPattern(bare);
            }
        });
    }

    /** An isolate that is opened and not closed would take in the rest of the paragraph. */
    @Test
    void isolatesAreClosed() {
        all().forEach((language, words) -> words.forEach((key, text) -> assertThat(
                        text.chars().filter(c -> c == '\u2068').count())
                .as(language + " " + key)
                .isEqualTo(text.chars().filter(c -> c == '\u2069').count())));
    }

    private Map<String, Map<String, String>> all() {
        Map<String, Map<String, String>> all = new TreeMap<>(others);
        all.put("en", english);
        return all;
    }

    private static Locale locale(String language) {
        return Locale.of(language);
    }

    private static Set<String> arguments(MessagePattern pattern) {
        Set<String> found = new TreeSet<>();
        for (int i = 0; i < pattern.countParts(); i++) {
            MessagePattern.Part part = pattern.getPart(i);
            if (part.getType() == MessagePattern.Part.Type.ARG_NUMBER
                    || part.getType() == MessagePattern.Part.Type.ARG_NAME) {
                found.add(pattern.getSubstring(part));
            }
        }
        return found;
    }

    /** Of each plural in the message the keywords that it has a form for. */
    private static Set<Set<String>> plurals(MessagePattern pattern) {
        Set<Set<String>> found = new HashSet<>();
        for (int i = 0; i < pattern.countParts(); i++) {
            MessagePattern.Part part = pattern.getPart(i);
            if (part.getType() != MessagePattern.Part.Type.ARG_START
                    || !part.getArgType().hasPluralStyle()) {
                continue;
            }
            Set<String> forms = new HashSet<>();
            int end = pattern.getLimitPartIndex(i);
            for (int at = i + 1; at < end; at++) {
                MessagePattern.Part inside = pattern.getPart(at);
                if (inside.getType() == MessagePattern.Part.Type.ARG_SELECTOR) {
                    forms.add(pattern.getSubstring(inside));
                } else if (inside.getType() == MessagePattern.Part.Type.MSG_START) {
                    at = pattern.getLimitPartIndex(at);
                }
            }
            found.add(forms);
        }
        return found;
    }

    private static Map<String, Map<String, String>> others() {
        Map<String, Map<String, String>> found = new TreeMap<>();
        try (var files = Files.list(FOLDER)) {
            for (Path file : files.toList()) {
                var name = FILE.matcher(file.getFileName().toString());
                if (name.matches() && !name.group(1).equals("en")) {
                    found.put(name.group(1), words(file.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return found;
    }

    private static Map<String, String> words(String file) {
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(FOLDER.resolve(file))) {
            properties.load(reader);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        Map<String, String> words = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> words.put(key, properties.getProperty(key)));
        return words;
    }
}
