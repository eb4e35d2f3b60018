package dev.ungrant.web;

import com.ibm.icu.text.DateTimePatternGenerator;
import com.ibm.icu.text.RelativeDateTimeFormatter;
import com.ibm.icu.text.RelativeDateTimeFormatter.RelativeDateTimeUnit;
import com.ibm.icu.util.ULocale;
import io.micronaut.core.annotation.Nullable;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Points in time as people say them, beside the exact time, in their language and zone. For one page and one thread. */
public final class Moments {
    private static final String DAY = "yMMMd";
    private static final String MINUTE = "yMMMdjmm";
    private static final Map<String, String> PATTERNS = new ConcurrentHashMap<>();

    private final Words words;
    private final Locale locale;
    private final ZoneId zone;
    private final Instant now;

    /** Made once, when it is needed: making one takes longer than all the dates of a page. */
    @Nullable
    private RelativeDateTimeFormatter relatively;

    /** @param locale carries the zone, see {@link Languages} */
    public Moments(Words words, Locale locale, Instant now) {
        this.words = words;
        this.locale = locale;
        this.zone = Languages.zone(locale);
        this.now = now;
    }

    /**
     * @param relative "2 hours ago"
     * @param exact "20 Nov 2026, 13:07 CET"
     * @param day "20 Nov 2026"
     * @param iso for machines
     */
    public record Moment(String relative, String exact, String day, String iso) {}

    public Instant now() {
        return now;
    }

    public Moment of(Instant instant) {
        return new Moment(relative(instant), exact(instant), day(instant), instant.toString());
    }

    public String relative(Instant instant) {
        Duration ago = Duration.between(instant, now);
        if (ago.toSeconds() < -60) {
            return exact(instant);
        }
        long days = ago.toDays();
        if (ago.toMinutes() < 1) {
            return words.say(locale, "time.now");
        }
        if (ago.toHours() < 1) {
            return ago(ago.toMinutes(), RelativeDateTimeUnit.MINUTE);
        }
        if (days < 1) {
            return ago(ago.toHours(), RelativeDateTimeUnit.HOUR);
        }
        if (days < 60) {
            return ago(days, RelativeDateTimeUnit.DAY);
        }
        return days < 730 ? ago(days / 30, RelativeDateTimeUnit.MONTH) : ago(days / 365, RelativeDateTimeUnit.YEAR);
    }

    private String ago(long count, RelativeDateTimeUnit unit) {
        if (relatively == null) {
            relatively = RelativeDateTimeFormatter.getInstance(ULocale.forLocale(locale));
        }
        return relatively.format(-count, unit);
    }

    public String exact(Instant instant) {
        return zoned(format(MINUTE), instant);
    }

    /** The time of day alone when it is today, else the date too. */
    public String until(Instant instant) {
        boolean today =
                instant.atZone(zone).toLocalDate().equals(now.atZone(zone).toLocalDate());
        return today ? zoned(DateTimeFormatter.ofPattern("HH:mm:ss"), instant) : exact(instant);
    }

    public String day(Instant instant) {
        return format(DAY).format(instant.atZone(zone));
    }

    /** A day that is one wherever people are, such as one that calls were counted for. */
    public String day(LocalDate day) {
        return format(DAY).format(day);
    }

    /** With the month as a word in every language: 3/4 is two days, and Arabic dates of figures alone are read either way. */
    private DateTimeFormatter format(String fields) {
        Locale dated = dated();
        // At most one for each language and kind.
        String pattern = PATTERNS.computeIfAbsent(
                dated.stripExtensions().toLanguageTag() + ' ' + fields,
                key -> DateTimePatternGenerator.getInstance(ULocale.forLocale(dated))
                        .getBestPattern(fields));
        return DateTimeFormatter.ofPattern(pattern).localizedBy(dated);
    }

    /** A time without its zone would be read as the wrong one. */
    private String zoned(DateTimeFormatter format, Instant instant) {
        ZonedDateTime time = instant.atZone(zone);
        return words.say(
                locale,
                "time.exact",
                format.localizedBy(dated()).format(time),
                DateTimeFormatter.ofPattern("zzz").localizedBy(dated()).format(time));
    }

    /** English without a country would be dated the American way; day before month is read by more people. */
    private Locale dated() {
        return locale.getLanguage().equals("en") ? Languages.locale(Locale.UK, zone) : locale;
    }
}
