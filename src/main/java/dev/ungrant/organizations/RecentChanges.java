package dev.ungrant.organizations;

import dev.ungrant.web.Moments;
import dev.ungrant.web.Words;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** Says to whoever's page has become too old who was quicker. */
@Singleton
public final class RecentChanges {
    private final RecentChangeRepository repository;
    private final Words words;

    RecentChanges(RecentChangeRepository repository, Words words) {
        this.repository = repository;
        this.words = words;
    }

    /** @param actions of the audit: those that may have been it */
    public String said(HttpRequest<?> request, UUID organizationId, String... actions) {
        Locale locale = words.locale(request);
        Moments moments = new Moments(words, locale, Instant.now());
        return repository
                .last(organizationId, List.of(actions))
                .map(change -> change.memberName() == null
                        ? words.say(
                                locale,
                                "settings.changed.by-service",
                                moments.of(change.occurredAt()).relative())
                        : words.say(
                                locale,
                                "settings.changed.by",
                                change.memberName(),
                                moments.of(change.occurredAt()).relative()))
                .orElseGet(() -> words.say(locale, "settings.changed.by-somebody"));
    }
}
