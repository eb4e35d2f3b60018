package dev.ungrant.web;

import com.ibm.icu.text.MessageFormat;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.MissingResourceException;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The words of pages and mails, from {@code messages.properties}. Plurals are written there, as ICU has them. A new
 * language is a file {@code messages_xx.properties} and an entry in {@link #LANGUAGES}.
 */
@Singleton
public final class Words {
    /** The first one is for everybody who wants none of them. */
    private static final List<Locale> LANGUAGES = List.of(Locale.ENGLISH);

    private final Map<Locale, Map<String, MessageFormat>> formats = new ConcurrentHashMap<>();

    /** The language of ours that the browser asks for. */
    public Locale locale(HttpRequest<?> request) {
        String wanted = request.getHeaders().get("Accept-Language");
        if (wanted == null || wanted.length() > 200) {
            return LANGUAGES.getFirst();
        }
        try {
            Locale best = Locale.lookup(Locale.LanguageRange.parse(wanted), LANGUAGES);
            return best == null ? LANGUAGES.getFirst() : best;
        } catch (IllegalArgumentException e) {
            return LANGUAGES.getFirst();
        }
    }

    public Locale defaultLocale() {
        return LANGUAGES.getFirst();
    }

    /** @throws MissingResourceException when nobody has written these words */
    public String say(Locale locale, String key, Object... arguments) {
        MessageFormat format = formats.computeIfAbsent(locale, l -> new ConcurrentHashMap<>())
                .computeIfAbsent(key, k -> new MessageFormat(bundle(locale).getString(k), locale));
        // A MessageFormat is not for several threads at once.
        return format.clone().format(arguments);
    }

    /** The same for words that may not have been written, such as those of a scope that only an integrator knows. */
    public Optional<String> find(Locale locale, String key) {
        return bundle(locale).containsKey(key) ? Optional.of(say(locale, key)) : Optional.empty();
    }

    private static ResourceBundle bundle(Locale locale) {
        return ResourceBundle.getBundle("messages", locale);
    }
}
