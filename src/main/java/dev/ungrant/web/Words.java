package dev.ungrant.web;

import com.ibm.icu.text.MessageFormat;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Map;
import java.util.MissingResourceException;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.concurrent.ConcurrentHashMap;

/** The words of pages and mails, from {@code messages.properties} and its translations. Plurals are written there, as ICU has them. */
@Singleton
public final class Words {
    /** A language of ours must not depend on the one that the machine runs in. */
    private static final ResourceBundle.Control NO_FALLBACK =
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

    private final Map<Locale, Map<String, MessageFormat>> formats = new ConcurrentHashMap<>();

    /** See {@link Languages#of}. */
    public Locale locale(HttpRequest<?> request) {
        return Languages.of(request);
    }

    public Locale defaultLocale() {
        return Languages.ALL.getFirst();
    }

    /** @throws MissingResourceException when nobody has written these words */
    public String say(Locale locale, String key, Object... arguments) {
        Locale language = locale.stripExtensions();
        MessageFormat format = formats.computeIfAbsent(language, l -> new ConcurrentHashMap<>())
                .computeIfAbsent(key, k -> new MessageFormat(bundle(language).getString(k), digits(language)));
        // A MessageFormat is not for several threads at once.
        return format.clone().format(arguments);
    }

    /** The same for words that may not have been written, such as those of a scope that only an integrator knows. */
    public Optional<String> find(Locale locale, String key, Object... arguments) {
        return bundle(locale.stripExtensions()).containsKey(key)
                ? Optional.of(say(locale, key, arguments))
                : Optional.empty();
    }

    private static Locale digits(Locale language) {
        return Languages.locale(language, Languages.UTC);
    }

    private static ResourceBundle bundle(Locale language) {
        return ResourceBundle.getBundle("messages", language, NO_FALLBACK);
    }
}
