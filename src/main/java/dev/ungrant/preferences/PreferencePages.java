package dev.ungrant.preferences;

import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.Languages;
import dev.ungrant.web.Moments;
import dev.ungrant.web.Pages;
import dev.ungrant.web.Words;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** A person's language and time zone. */
@Controller("/preferences")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
final class PreferencePages {
    /** The places of the time zone database; not its old names and abbreviations. */
    private static final Pattern PLACE =
            Pattern.compile("(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)/.*|UTC");

    private static final List<String> PLACES = ZoneId.getAvailableZoneIds().stream()
            .filter(name -> PLACE.matcher(name).matches())
            .filter(name -> Languages.zone(name).isPresent())
            .sorted()
            .toList();

    private final Preferences preferences;
    private final Pages pages;
    private final Words words;

    PreferencePages(Preferences preferences, Pages pages, Words words) {
        this.preferences = preferences;
        this.pages = pages;
        this.words = words;
    }

    /** A language by its own name, which its readers know it by. */
    record Language(String code, String name) {}

    record Place(String id, String name) {}

    @Get
    HttpResponse<?> edit(SessionCaller caller, HttpRequest<?> request, @QueryValue(defaultValue = "") String saved) {
        Locale locale = words.locale(request);
        Instant now = Instant.now();
        return pages.page(
                request,
                "preferences/edit",
                Map.of(
                        "preference",
                        preferences.of(caller.subject()),
                        "languages",
                        Languages.ALL.stream()
                                .map(one -> new Language(one.getLanguage(), one.getDisplayLanguage(one)))
                                .toList(),
                        "places",
                        PLACES.stream()
                                .map(id -> new Place(id, id.replace('_', ' ')))
                                .toList(),
                        "now",
                        new Moments(words, locale, now).of(now),
                        "saved",
                        !saved.isEmpty()));
    }

    @Post
    HttpResponse<?> save(SessionCaller caller, @Body Map<String, String> form) {
        Preference wanted = Preference.of(form.getOrDefault("language", ""), form.getOrDefault("zone", ""));
        preferences.save(caller, wanted);
        return HttpResponse.seeOther(URI.create("/preferences?saved=yes")).cookie(preferences.cookie(wanted));
    }
}
