package dev.ungrant.oauth;

import dev.ungrant.connectedapps.AppFace;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.Permit;
import dev.ungrant.connectedapps.Permits;
import dev.ungrant.connectedapps.SafeUrl;
import dev.ungrant.connectedapps.Scopes;
import dev.ungrant.sessions.Session;
import dev.ungrant.web.Words;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpStatus;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Says a request in words that the person who is asked can judge. */
@Singleton
final class ConsentViews {
    private final Permits permits;
    private final Words words;

    ConsentViews(Permits permits, Words words) {
        this.permits = permits;
        this.words = words;
    }

    /**
     * What the page shows.
     *
     * @param publisher the host that the app names as its publisher's, else the one that it sends people to; null when neither
     *     says anything
     * @param place the organization; for a user, the project
     * @param withheld what the app asks for and this person cannot give
     * @param target where the browser goes afterwards, in words
     */
    record View(
            String name,
            AppFace face,
            @Nullable String publisher,
            @Nullable SafeUrl website,
            @Nullable SafeUrl privacy,
            @Nullable SafeUrl terms,
            String place,
            boolean member,
            String person,
            @Nullable String emailAddress,
            List<Permit> permits,
            List<Permit> withheld,
            boolean offline,
            int tokenMinutes,
            String target,
            boolean allowed) {}

    Map<String, Object> of(
            HostedRequest request,
            HostedAuthorizations.Next.Ask ask,
            Session session,
            String address,
            Locale locale,
            HttpStatus status) {
        ConnectedApp app = request.app();
        Permits.Reader reader = permits.reader(app.projectId(), locale);
        Scopes granted = ask.checked().ask().scopes();
        List<String> withheld = ask.checked().scopes().stream()
                .filter(result -> !result.isGrantable())
                .map(ScopeRules.Result::scope)
                .toList();
        URI redirectUri = request.replyTo().redirectUri();
        AppFace face = AppFace.of(app);
        String person = session.personName().isBlank() ? session.emailAddress() : session.personName();
        Map<String, Object> model = new HashMap<>();
        model.put(
                "view",
                new View(
                        app.name(),
                        face,
                        face.host() != null ? face.host() : webHost(redirectUri),
                        SafeUrl.of(app.publisherUrl()).orElse(null),
                        SafeUrl.of(app.privacyUrl()).orElse(null),
                        SafeUrl.of(app.termsUrl()).orElse(null),
                        session.placeName(),
                        session.subject().isMember(),
                        person == null ? session.placeName() : person,
                        session.emailAddress(),
                        reader.read(granted.toString()),
                        reader.read(String.join(" ", withheld)),
                        granted.contains(Scopes.OFFLINE_ACCESS),
                        app.tokenMinutes(),
                        target(redirectUri, locale),
                        ask.allowed()));
        model.put("shown", ask.shown());
        model.put("address", address);
        model.put("stale", status == HttpStatus.CONFLICT);
        return model;
    }

    @Nullable
    private static String webHost(URI redirectUri) {
        return "https".equals(redirectUri.getScheme()) ? redirectUri.getHost() : null;
    }

    private String target(URI redirectUri, Locale locale) {
        return switch (redirectUri.getScheme()) {
            case "https" -> words.say(locale, "consent.then.web", redirectUri.getAuthority());
            case "http" -> words.say(locale, "consent.then.loopback", redirectUri.getAuthority());
            default -> words.say(locale, "consent.then.app", redirectUri.getScheme());
        };
    }
}
