package dev.ungrant.connectedapps;

import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.rbac.Subject;
import dev.ungrant.web.Moments;
import dev.ungrant.web.Series;
import dev.ungrant.web.Words;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Gathers what the question before a removal and the page of one app say. */
@Singleton
final class AppViews {
    private static final int DAYS = 30;
    private static final int WEEK = 7;
    private final Grants grants;
    private final Connections connections;
    private final AppUsers users;
    private final AppRows rows;
    private final AppHistory history;
    private final Words words;

    AppViews(Grants grants, Connections connections, AppUsers users, AppRows rows, AppHistory history, Words words) {
        this.grants = grants;
        this.connections = connections;
        this.users = users;
        this.rows = rows;
        this.history = history;
        this.words = words;
    }

    /**
     * The question, in true sentences only.
     *
     * @param live false when there is nothing to remove
     * @param stops the two things that matter most of what the app could do; empty: nothing that has a name
     * @param until until when a token may be accepted by whoever checks it without asking us; null: not at all
     * @param week calls in the last seven days
     * @param contact where to ask for the deletion of copied data; null: unknown
     */
    record Question(
            String id,
            String name,
            AppFace face,
            boolean live,
            String stops,
            @Nullable String until,
            long week,
            @Nullable SafeUrl contact) {}

    Question of(SessionCaller caller, Subject subject, ConnectedApp app, Locale locale, Instant now) {
        Optional<GrantedApp> grant = grants.find(caller, subject, app);
        Moments moments = new Moments(words, locale, now);
        List<String> stops = new ArrayList<>();
        long week = 0;
        if (grant.isPresent()) {
            rows.of(List.of(grant.get()), caller.projectId(), locale, now).getFirst().permits().stream()
                    .filter(permit -> !permit.scope().equals(Scopes.OFFLINE_ACCESS))
                    .limit(2)
                    .forEach(permit -> stops.add(permit.ours() ? lowerCased(permit.text(), locale) : permit.text()));
            LocalDate from = LocalDate.ofInstant(now, ZoneOffset.UTC).minusDays(WEEK - 1);
            week = grants.usage(caller, subject, grant.get()).stream()
                    .filter(day -> !day.day().isBefore(from))
                    .mapToLong(DailyCalls::calls)
                    .sum();
        }
        return new Question(
                app.wireId(),
                app.name(),
                AppFace.of(app),
                grant.isPresent(),
                Series.phrases(words, locale, stops),
                grants.latestJwtExpiry(caller, subject, app)
                        .filter(until -> until.isAfter(now))
                        .map(moments::until)
                        .orElse(null),
                week,
                SafeUrl.of(app.supportUrl())
                        .or(() -> SafeUrl.of(app.privacyUrl()))
                        .orElse(null));
    }

    /** In the middle of a sentence, for languages that begin it otherwise; German would make "their" of "your". */
    private static String lowerCased(String sentence, Locale locale) {
        if (!locale.getLanguage().equals(Locale.ENGLISH.getLanguage())) {
            return sentence;
        }
        return sentence.substring(0, 1).toLowerCase(locale) + sentence.substring(1);
    }

    /** One bar of the chart, in the units of its picture. */
    record Bar(String day, long calls, int x, int y, int height) {}

    /** @param since when it was added; null: not known */
    record HeldPermit(Permit permit, @Nullable Moments.Moment since) {}

    record Link(String label, SafeUrl url) {}

    /**
     * @param groups permissions by the object that they are about
     * @param others null: not for this person to ask
     */
    record Detail(
            Map<String, List<HeldPermit>> groups,
            List<Bar> bars,
            long calls,
            String firstDay,
            String lastDay,
            List<AppHistory.Event> events,
            List<ConnectionView> connections,
            boolean connectionJustEnded,
            @Nullable AppUsers.Others others,
            List<Link> links,
            @Nullable String verifiedOn,
            Moments.Moment approved) {}

    Detail detail(SessionCaller caller, Subject subject, ConnectedApp app, AppRow row, Locale locale, Instant now) {
        Moments moments = new Moments(words, locale, now);
        List<Bar> bars = bars(grants.usage(caller, subject, row.grant()), moments);
        AppHistory.Story story = history.of(caller, subject, app, row.grant(), moments, locale);
        return new Detail(
                groups(row, story, moments),
                bars,
                bars.stream().mapToLong(Bar::calls).sum(),
                bars.getFirst().day(),
                bars.getLast().day(),
                story.events(),
                row.live()
                        ? connections(caller, subject, List.of(row.grant()), locale, now)
                                .getOrDefault(row.grant().grantId(), List.of())
                        : List.of(),
                story.connectionJustEnded(),
                caller.is(subject) && subject.isMember() && row.live() ? users.besides(caller, app) : null,
                links(row.grant(), locale),
                app.publisherVerifiedAt() == null ? null : moments.day(app.publisherVerifiedAt()),
                moments.of(row.grant().authorizedAt()));
    }

    private static Map<String, List<HeldPermit>> groups(AppRow row, AppHistory.Story story, Moments moments) {
        Map<String, List<HeldPermit>> groups = new LinkedHashMap<>();
        for (Permit permit : row.permits()) {
            Instant since = story.since().get(permit.scope());
            groups.computeIfAbsent(permit.group(), group -> new ArrayList<>())
                    .add(new HeldPermit(permit, since == null ? null : moments.of(since)));
        }
        return groups;
    }

    /** The live connections of these grants, by grant; one query. */
    Map<UUID, List<ConnectionView>> connections(
            SessionCaller caller, Subject subject, List<GrantedApp> ofGrants, Locale locale, Instant now) {
        Moments moments = new Moments(words, locale, now);
        Map<UUID, String> appIds =
                ofGrants.stream().collect(Collectors.toMap(GrantedApp::grantId, GrantedApp::appWireId));
        return connections.of(caller, subject, ofGrants).stream()
                .collect(Collectors.groupingBy(
                        Connection::grantId,
                        Collectors.mapping(
                                connection -> ConnectionView.of(
                                        connection, appIds.get(connection.grantId()), words, locale, moments),
                                Collectors.toList())));
    }

    private static List<Bar> bars(List<DailyCalls> usage, Moments moments) {
        Map<LocalDate, Long> calls = usage.stream().collect(Collectors.toMap(DailyCalls::day, DailyCalls::calls));
        long most = calls.values().stream().mapToLong(Long::longValue).max().orElse(0);
        LocalDate today = LocalDate.ofInstant(moments.now(), ZoneOffset.UTC);
        List<Bar> bars = new ArrayList<>();
        for (int i = 0; i < DAYS; i++) {
            LocalDate day = today.minusDays(DAYS - 1L - i);
            long count = calls.getOrDefault(day, 0L);
            int height = count == 0 ? 0 : Math.max(3, (int) (count * 56 / most));
            bars.add(new Bar(moments.day(day), count, i * 10, 60 - height, height));
        }
        return bars;
    }

    private List<Link> links(GrantedApp grant, Locale locale) {
        Map<String, Function<GrantedApp, String>> kinds = new LinkedHashMap<>();
        kinds.put("app.website", GrantedApp::publisherUrl);
        kinds.put("app.privacy", GrantedApp::privacyUrl);
        kinds.put("app.terms", GrantedApp::termsUrl);
        kinds.put("app.support", GrantedApp::supportUrl);
        List<Link> links = new ArrayList<>();
        kinds.forEach((key, url) ->
                SafeUrl.of(url.apply(grant)).ifPresent(safe -> links.add(new Link(words.say(locale, key), safe))));
        return links;
    }
}
