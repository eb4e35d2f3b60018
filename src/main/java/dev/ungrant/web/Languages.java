package dev.ungrant.web;

import com.ibm.icu.util.ULocale;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * In which of our languages somebody reads, and what their clock shows: one locale says both. Its Unicode extensions name
 * the time zone ({@code tz}, UTC when absent) and the digits ({@code nu}: Western ones in every language, as ids and
 * addresses are written with them anyway).
 */
public final class Languages {
    /** A new one is an entry here and a file {@code messages_xx.properties}. The first is for whoever wants none of them. */
    public static final List<Locale> ALL = List.of(Locale.ENGLISH, Locale.GERMAN, Locale.of("ar"));

    /** For whoever says nothing about time. By this name it is written out as one, which an offset of zero is not. */
    public static final ZoneId UTC = ZoneId.of("UTC");

    /** What a person chose, as {@code <language>/<zone>}; either may be empty. */
    public static final String CHOICE_COOKIE = "reading";

    /** The zone of the device, as its browser names it. */
    public static final String ZONE_COOKIE = "zone";

    private static final String ATTRIBUTE = "ungrant.locale";
    private static final Pattern CHOICE = Pattern.compile("([a-z]{0,3})/([A-Za-z0-9_+/-]{0,64})");

    private Languages() {}

    /** Of whoever sent the request: what they chose, else what their browser asks for. Never fails. */
    public static Locale of(HttpRequest<?> request) {
        return request.getAttribute(ATTRIBUTE, Locale.class).orElseGet(() -> {
            Locale found = chosen(request);
            request.setAttribute(ATTRIBUTE, found);
            return found;
        });
    }

    /** From here on the request is answered for this locale: for what knows better than cookies and headers do. */
    public static void answerIn(HttpRequest<?> request, Locale locale) {
        request.setAttribute(ATTRIBUTE, locale);
    }

    private static Locale chosen(HttpRequest<?> request) {
        Matcher choice = CHOICE.matcher(cookie(request, CHOICE_COOKIE));
        boolean made = choice.matches();
        Locale language =
                Optional.ofNullable(made ? known(choice.group(1)) : null).orElseGet(() -> asked(request));
        ZoneId zone = made ? zone(choice.group(2)).orElse(null) : null;
        return locale(
                language, zone == null ? zone(cookie(request, ZONE_COOKIE)).orElse(UTC) : zone);
    }

    private static String cookie(HttpRequest<?> request, String name) {
        return request.getCookies()
                .findCookie(name)
                .map(found -> found.getValue())
                .orElse("");
    }

    private static Locale asked(HttpRequest<?> request) {
        String wanted = request.getHeaders().get("Accept-Language");
        if (wanted == null || wanted.length() > 200) {
            return ALL.getFirst();
        }
        try {
            Locale best = Locale.lookup(Locale.LanguageRange.parse(wanted), ALL);
            return best == null ? ALL.getFirst() : best;
        } catch (IllegalArgumentException e) {
            return ALL.getFirst();
        }
    }

    /** The language of ours with this code; null when we have none. */
    @Nullable
    public static Locale known(String language) {
        return ALL.stream()
                .filter(one -> one.getLanguage().equals(language))
                .findFirst()
                .orElse(null);
    }

    /** A zone of the time zone database, such as {@code Europe/Berlin}; empty for anything else. */
    public static Optional<ZoneId> zone(String name) {
        return ZoneId.getAvailableZoneIds().contains(name)
                        && ULocale.toUnicodeLocaleType("tz", name) != null
                        && !name.startsWith("SystemV")
                ? Optional.of(ZoneId.of(name))
                : Optional.empty();
    }

    /** @param language one of {@link #ALL} */
    public static Locale locale(Locale language, ZoneId zone) {
        String type = zone.equals(UTC) ? null : ULocale.toUnicodeLocaleType("tz", zone.getId());
        return new Locale.Builder()
                .setLocale(language.stripExtensions())
                .setUnicodeLocaleKeyword("nu", "latn")
                .setUnicodeLocaleKeyword("tz", type)
                .build();
    }

    /** The zone that the locale carries. */
    public static ZoneId zone(Locale locale) {
        String type = locale.getUnicodeLocaleType("tz");
        return type == null ? UTC : ZoneId.of(ULocale.toLegacyType("tz", type));
    }

    /** The locale as a word for {@code lang} and the like, without zone and digits. */
    public static String tag(Locale locale) {
        return locale.stripExtensions().toLanguageTag();
    }
}
