package dev.ungrant.preferences;

import dev.ungrant.database.Transactions;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.rbac.Subject;
import dev.ungrant.web.Languages;
import io.micronaut.context.annotation.Property;
import io.micronaut.http.cookie.Cookie;
import io.micronaut.http.cookie.SameSite;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** What people chose about language and time. */
@Singleton
public final class Preferences {
    private final PreferenceRepository repository;
    private final Transactions transactions;
    private final boolean secure;

    Preferences(
            PreferenceRepository repository,
            Transactions transactions,
            @Property(name = "ungrant.base-url") String baseUrl) {
        this.repository = repository;
        this.transactions = transactions;
        this.secure = baseUrl.startsWith("https://");
    }

    Preference of(Subject subject) {
        return repository.find(subject.tenantId(), subject.id()).orElse(Preference.NONE);
    }

    void save(SessionCaller caller, Preference preference) {
        Subject subject = caller.subject();
        transactions.writeRepeatable(() -> {
            repository.save(subject.tenantId(), subject.id(), preference.language(), preference.timeZone());
            return null;
        });
    }

    /** How to write to somebody who is not here. */
    public Locale locale(Subject subject) {
        return locale(subject, Languages.ALL.getFirst());
    }

    /** @param otherwise for what the person did not choose */
    public Locale locale(Subject subject, Locale otherwise) {
        return of(subject).locale(otherwise);
    }

    /** For a browser that somebody has just signed in with: what they chose in another one. Empty when they never did. */
    public Optional<Cookie> cookie(Subject subject) {
        return repository.find(subject.tenantId(), subject.id()).map(this::cookie);
    }

    /** No secret, and no more than the pages that it changes would tell. */
    Cookie cookie(Preference preference) {
        return Cookie.of(Languages.CHOICE_COOKIE, preference.cookieValue())
                .path("/")
                .httpOnly(true)
                .secure(secure)
                .sameSite(SameSite.Lax)
                .maxAge(Duration.ofDays(365));
    }
}
