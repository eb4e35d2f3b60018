package dev.ungrant.web;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Locale;

/** Points in time as people say them, beside the exact time in UTC. */
public final class Moments {
    private final Words words;
    private final Locale locale;
    private final Instant now;

    public Moments(Words words, Locale locale, Instant now) {
        this.words = words;
        this.locale = locale;
        this.now = now;
    }

    /**
     * @param relative "2 hours ago"
     * @param exact "20 Nov 2026, 13:07 UTC"
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
            return words.say(locale, "time.minutes", ago.toMinutes());
        }
        if (days < 1) {
            return words.say(locale, "time.hours", ago.toHours());
        }
        if (days < 60) {
            return words.say(locale, "time.days", days);
        }
        return days < 730 ? words.say(locale, "time.months", days / 30) : words.say(locale, "time.years", days / 365);
    }

    public String exact(Instant instant) {
        DateTimeFormatter format = DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.SHORT)
                .withLocale(dated());
        return words.say(locale, "time.exact", format.format(instant.atOffset(ZoneOffset.UTC)));
    }

    /** The time of day alone when it is today, else the date too. */
    public String until(Instant instant) {
        boolean today = instant.atOffset(ZoneOffset.UTC)
                .toLocalDate()
                .equals(now.atOffset(ZoneOffset.UTC).toLocalDate());
        return today
                ? words.say(
                        locale,
                        "time.exact",
                        DateTimeFormatter.ofPattern("HH:mm:ss").format(instant.atOffset(ZoneOffset.UTC)))
                : exact(instant);
    }

    public String day(Instant instant) {
        return DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM)
                .withLocale(dated())
                .format(instant.atOffset(ZoneOffset.UTC));
    }

    /** English without a country would be dated the American way; day before month is read by more people. */
    private Locale dated() {
        return locale.equals(Locale.ENGLISH) ? Locale.UK : locale;
    }
}
