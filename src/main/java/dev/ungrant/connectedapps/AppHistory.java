package dev.ungrant.connectedapps;

import dev.ungrant.audit.AuditLog;
import dev.ungrant.audit.AuditRow;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.rbac.Subject;
import dev.ungrant.web.Json;
import dev.ungrant.web.Moments;
import dev.ungrant.web.Series;
import dev.ungrant.web.Words;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What happened between a person and an app, told from the audit. */
@Singleton
final class AppHistory {
    private static final int EVENTS = 20;

    /** An app that asks anew every day for half a year is told about in full. */
    private static final int CONSENTS = 200;

    private static final Duration JUST_NOW = Duration.ofMinutes(2);

    private final AuditLog auditLog;
    private final Permits permits;
    private final Words words;
    private final Json json;

    AppHistory(AuditLog auditLog, Permits permits, Words words, Json json) {
        this.auditLog = auditLog;
        this.permits = permits;
        this.words = words;
        this.json = json;
    }

    /**
     * @param changes what a later yes added or left out, each a sentence
     * @param denied tried and refused
     */
    record Event(String what, String who, Moments.Moment at, List<String> changes, boolean denied, String requestId) {}

    /**
     * @param since when each scope of the grant was added; without those of which it is not known
     * @param connectionJustEnded the person has ended a connection within the last two minutes
     */
    record Story(List<Event> events, Map<String, Instant> since, boolean connectionJustEnded) {}

    Story of(
            SessionCaller caller, Subject subject, ConnectedApp app, GrantedApp grant, Moments moments, Locale locale) {
        List<AuditRow> latestFirst = auditLog.consents(subject, app.appId(), CONSENTS);
        Permits.Reader reader = permits.reader(caller.projectId(), locale);
        Map<UUID, Set<String>> scopes = new HashMap<>();
        Map<UUID, Change> changes = new HashMap<>();
        Map<String, Instant> since = new HashMap<>();
        for (AuditRow consent : latestFirst.reversed()) {
            Set<String> now = new LinkedHashSet<>(scopes(consent));
            Set<String> before = scopes.put(consent.grantId(), now);
            changes.put(consent.eventId(), Change.between(before, now));
            if (grant.grantId().equals(consent.grantId())) {
                since.keySet().retainAll(now);
                now.forEach(scope -> since.putIfAbsent(scope, consent.occurredAt()));
            }
        }
        if (latestFirst.size() == CONSENTS) {
            // What the oldest of them holds was there before, nobody here knows since when.
            Instant oldest = latestFirst.getLast().occurredAt();
            since.values().removeIf(oldest::equals);
        }
        List<AuditRow> rows = auditLog.between(subject, app.appId(), EVENTS);
        List<Event> events = rows.stream()
                .map(row -> event(
                        caller,
                        subject,
                        row,
                        changes.getOrDefault(row.eventId(), Change.NONE),
                        reader,
                        moments,
                        locale))
                .toList();
        boolean justEnded = rows.stream()
                .anyMatch(row -> row.action().equals("connection.ended")
                        && caller.subject().id().equals(row.actorId())
                        && row.occurredAt().isAfter(moments.now().minus(JUST_NOW)));
        return new Story(events, since, justEnded);
    }

    /** The request that removed the app's access last. */
    @Nullable
    String lastRevoke(Subject subject, ConnectedApp app) {
        return auditLog.between(subject, app.appId(), EVENTS).stream()
                .filter(event -> event.action().equals("grant.revoked"))
                .map(AuditRow::requestId)
                .findFirst()
                .orElse(null);
    }

    /** Which of the subject's apps lost their access by this request. */
    Set<UUID> appsRevokedBy(Subject subject, String requestId) {
        Set<UUID> appIds = new LinkedHashSet<>();
        auditLog.revokedBy(subject, requestId, Grants.MOST_AT_ONCE).forEach(event -> appIds.add(event.appId()));
        return appIds;
    }

    private List<String> scopes(AuditRow consent) {
        return json.object(consent.details()).get("scopes") instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    private record Change(List<String> added, List<String> left) {
        static final Change NONE = new Change(List.of(), List.of());

        static Change between(@Nullable Set<String> before, Set<String> now) {
            if (before == null) {
                return NONE;
            }
            return new Change(
                    now.stream().filter(scope -> !before.contains(scope)).toList(),
                    before.stream().filter(scope -> !now.contains(scope)).toList());
        }

        /** The end of the key of the words for it. */
        String kind() {
            if (added.isEmpty()) {
                return left.isEmpty() ? "" : ".narrowed";
            }
            return left.isEmpty() ? ".widened" : ".changed";
        }
    }

    private Event event(
            SessionCaller caller,
            Subject subject,
            AuditRow event,
            Change change,
            Permits.Reader reader,
            Moments moments,
            Locale locale) {
        String key = "event." + event.action();
        String what = words.find(locale, key + change.kind())
                .or(() -> words.find(locale, key))
                .orElseGet(() -> words.say(locale, "event.other", event.action()));
        String who = switch (event.actorKind()) {
            case "MEMBER", "USER" -> by(caller, subject, event.actorId());
            case "PROJECT" -> "event.by.project";
            case "APP" -> "event.by.app";
            default -> "event.by.system";
        };
        List<String> changes = new ArrayList<>();
        if (!change.added.isEmpty()) {
            changes.add(words.say(locale, "event.scopes.added", sentences(change.added, reader, locale)));
        }
        if (!change.left.isEmpty()) {
            changes.add(words.say(locale, "event.scopes.left", sentences(change.left, reader, locale)));
        }
        return new Event(
                what,
                words.say(locale, who),
                moments.of(event.occurredAt()),
                changes,
                event.outcome().equals("DENIED"),
                event.requestId());
    }

    private static String by(SessionCaller caller, Subject subject, @Nullable UUID actorId) {
        if (caller.subject().id().equals(actorId)) {
            return "event.by.you";
        }
        return subject.id().equals(actorId) ? "event.by.them" : "event.by.member";
    }

    private String sentences(List<String> scopes, Permits.Reader reader, Locale locale) {
        return Series.phrases(
                words,
                locale,
                reader.read(String.join(" ", scopes)).stream().map(Permit::text).toList());
    }
}
