package dev.ungrant.connectedapps;

import dev.ungrant.audit.AuditLog;
import dev.ungrant.audit.AuditRow;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.Moments;
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
import java.util.function.Function;
import java.util.stream.Collectors;

/** Gathers what the question before a removal and the page of one app say. */
@Singleton
final class AppViews {
    private static final int DAYS = 30;
    private static final int WEEK = 7;
    private static final int EVENTS = 20;

    private final Grants grants;
    private final AppRows rows;
    private final AuditLog auditLog;
    private final Words words;

    AppViews(Grants grants, AppRows rows, AuditLog auditLog, Words words) {
        this.grants = grants;
        this.rows = rows;
        this.auditLog = auditLog;
        this.words = words;
    }

    /**
     * The question, in true sentences only.
     *
     * @param live false when there is nothing to remove
     * @param stops the two things that matter most of what the app could do
     * @param until until when a token may be accepted by whoever checks it without asking us; null: not at all
     * @param week calls in the last seven days
     * @param contact where to ask for the deletion of copied data; null: unknown
     */
    record Question(
            String id,
            String name,
            AppFace face,
            boolean live,
            List<String> stops,
            @Nullable String until,
            long week,
            @Nullable SafeUrl contact) {}

    Question of(SessionCaller caller, ConnectedApp app, Locale locale, Instant now) {
        Optional<GrantedApp> grant = grants.find(caller, caller.subject(), app);
        Moments moments = new Moments(words, locale, now);
        List<String> stops = new ArrayList<>();
        long week = 0;
        if (grant.isPresent()) {
            rows.of(List.of(grant.get()), caller.projectId(), locale, now).getFirst().permits().stream()
                    .filter(permit -> !permit.scope().equals(Scopes.OFFLINE_ACCESS))
                    .limit(2)
                    .forEach(permit -> stops.add(permit.ours() ? lowerCased(permit.text(), locale) : permit.text()));
            LocalDate from = LocalDate.ofInstant(now, ZoneOffset.UTC).minusDays(WEEK - 1);
            week = grants.usage(caller, caller.subject(), grant.get()).stream()
                    .filter(day -> !day.day().isBefore(from))
                    .mapToLong(DailyCalls::calls)
                    .sum();
        }
        return new Question(
                app.wireId(),
                app.name(),
                AppFace.of(app),
                grant.isPresent(),
                stops,
                grants.latestJwtExpiry(caller, caller.subject(), app)
                        .filter(until -> until.isAfter(now))
                        .map(moments::until)
                        .orElse(null),
                week,
                SafeUrl.of(app.supportUrl())
                        .or(() -> SafeUrl.of(app.privacyUrl()))
                        .orElse(null));
    }

    private static String lowerCased(String sentence, Locale locale) {
        return sentence.substring(0, 1).toLowerCase(locale) + sentence.substring(1);
    }

    /** The request that removed the app's access last, from the audit. */
    @Nullable
    String requestOf(SessionCaller caller, ConnectedApp app) {
        return auditLog.between(caller.subject(), app.appId(), EVENTS).stream()
                .filter(event -> event.action().equals("grant.revoked"))
                .map(AuditRow::requestId)
                .findFirst()
                .orElse(null);
    }

    /** One bar of the chart, in the units of its picture. */
    record Bar(String day, long calls, int x, int y, int height) {}

    record Event(String what, String who, Moments.Moment at, boolean denied, String requestId) {}

    record Link(String label, SafeUrl url) {}

    /** @param groups permissions by the object that they are about */
    record Detail(
            Map<String, List<Permit>> groups,
            List<Bar> bars,
            long calls,
            String firstDay,
            String lastDay,
            List<Event> events,
            List<Link> links,
            @Nullable String verifiedOn,
            Moments.Moment approved) {}

    Detail detail(SessionCaller caller, ConnectedApp app, AppRow row, Locale locale, Instant now) {
        Moments moments = new Moments(words, locale, now);
        List<Bar> bars = bars(grants.usage(caller, caller.subject(), row.grant()), moments);
        return new Detail(
                row.permits().stream()
                        .collect(Collectors.groupingBy(Permit::group, LinkedHashMap::new, Collectors.toList())),
                bars,
                bars.stream().mapToLong(Bar::calls).sum(),
                bars.getFirst().day(),
                bars.getLast().day(),
                auditLog.between(caller.subject(), app.appId(), EVENTS).stream()
                        .map(event -> event(caller, event, moments, locale))
                        .toList(),
                links(row.grant(), locale),
                app.publisherVerifiedAt() == null ? null : moments.day(app.publisherVerifiedAt()),
                moments.of(row.grant().authorizedAt()));
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
            bars.add(new Bar(
                    moments.day(day.atStartOfDay().toInstant(ZoneOffset.UTC)), count, i * 10, 60 - height, height));
        }
        return bars;
    }

    private Event event(SessionCaller caller, AuditRow event, Moments moments, Locale locale) {
        String key = "event." + event.action();
        String what = words.find(locale, key).orElseGet(() -> words.say(locale, "event.other", event.action()));
        String who = switch (event.actorKind()) {
            case "MEMBER", "USER" -> caller.subject().id().equals(event.actorId()) ? "event.by.you" : "event.by.member";
            case "PROJECT" -> "event.by.project";
            case "APP" -> "event.by.app";
            default -> "event.by.system";
        };
        return new Event(
                what,
                words.say(locale, who),
                moments.of(event.occurredAt()),
                event.outcome().equals("DENIED"),
                event.requestId());
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
