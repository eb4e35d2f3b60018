package dev.ungrant.activity;

import dev.ungrant.web.Json;
import dev.ungrant.web.Moments;
import dev.ungrant.web.Pager;
import dev.ungrant.web.Series;
import dev.ungrant.web.WireId;
import dev.ungrant.web.Words;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Events in words. */
@Singleton
final class ActivityViews {
    private final Words words;
    private final Json json;

    ActivityViews(Words words, Json json) {
        this.words = words;
        this.json = json;
    }

    /**
     * For whom the page is.
     *
     * @param path of the page
     * @param own whether it is about the reader's own person: then other people have no names
     */
    record Reader(UUID id, String path, boolean own, Locale locale) {}

    /**
     * Somebody or something that an event names.
     *
     * @param name what it is called now; its id when it was erased
     * @param address everything about it; null: the reader gets no such page
     */
    record Named(String name, @Nullable String address) {}

    /** One more fact of an event. */
    record Fact(String label, String value) {}

    /**
     * @param person null: concerns nobody in particular, or only the one who did it
     * @param app null: concerns none
     * @param from the network address that it came from; empty: unknown, or none of the reader's business
     * @param seq null: not sealed yet
     */
    record Row(
            String id,
            String what,
            boolean denied,
            @Nullable Named person,
            @Nullable Named app,
            Named by,
            String door,
            Moments.Moment at,
            String utc,
            @Nullable String reason,
            String requestId,
            String requestAddress,
            String from,
            List<Fact> facts,
            @Nullable Long seq,
            @Nullable String hash) {}

    /** A filter that is an id, with the way to be rid of it. */
    record Chip(String key, String name, String without) {}

    /**
     * A page of events.
     *
     * @param total null: not counted
     * @param many whether there are more than {@code total}
     * @param lookedBackTo null: to the end
     */
    record Page(
            List<Row> rows,
            List<Chip> chips,
            long first,
            long last,
            @Nullable Long total,
            boolean many,
            @Nullable String previous,
            @Nullable String next,
            Moments.@Nullable Moment lookedBackTo,
            boolean firstPage) {}

    Page page(Activities.Found found, ActivityFilter filter, Reader reader, boolean firstPage) {
        Moments moments = new Moments(words, reader.locale(), Instant.now());
        List<Row> rows = found.events().stream()
                .map(event -> row(event, found.names(), reader, moments))
                .toList();
        boolean many = found.total() != null && found.total() > Activities.COUNTED;
        return new Page(
                rows,
                chips(filter, found.names(), reader),
                found.first(),
                found.first() + rows.size() - 1,
                many ? (Long) (long) Activities.COUNTED : found.total(),
                many,
                found.previous() == null ? null : Pager.address(reader.path(), filter.said(), found.previous()),
                found.next() == null ? null : Pager.address(reader.path(), filter.said(), found.next()),
                found.lookedBackTo() == null ? null : moments.of(found.lookedBackTo()),
                firstPage);
    }

    private List<Chip> chips(ActivityFilter filter, Map<UUID, String> names, Reader reader) {
        List<Chip> chips = new ArrayList<>();
        add(chips, "actor", filter.actor(), filter, names, reader);
        add(chips, "member", filter.member(), filter, names, reader);
        add(chips, "app", filter.app(), filter, names, reader);
        return chips;
    }

    private void add(
            List<Chip> chips,
            String key,
            @Nullable UUID id,
            ActivityFilter filter,
            Map<UUID, String> names,
            Reader reader) {
        if (id != null) {
            chips.add(
                    new Chip(key, names.getOrDefault(id, filter.said().get(key)), filter.without(reader.path(), key)));
        }
    }

    private Row row(ActivityEvent event, Map<UUID, String> names, Reader reader, Moments moments) {
        boolean byReader = reader.id().equals(event.actorId());
        return new Row(
                WireId.of("event", event.eventId()),
                what(event.action(), reader.locale()),
                event.denied(),
                person(event, names, reader),
                event.appId() == null ? null : named("app", "connected-app", event.appId(), names, reader),
                by(event, names, reader),
                "activity.door." + event.door().toLowerCase(Locale.ROOT),
                moments.of(event.occurredAt()),
                event.occurredAt().toString(),
                event.reason(),
                event.requestId(),
                ActivityFilter.only(reader.path(), "request", event.requestId()),
                reader.own() && !byReader ? "" : event.ipAddress(),
                facts(event, reader.locale()),
                event.seq(),
                event.hash());
    }

    /** In the words for it; an action that a newer version recorded is named as it is. */
    String what(String action, Locale locale) {
        return words.find(locale, "activity.action." + action)
                .orElseGet(() -> words.say(locale, "event.other", action));
    }

    private @Nullable Named person(ActivityEvent event, Map<UUID, String> names, Reader reader) {
        if (event.subjectId() == null || reader.own() || event.subjectId().equals(event.actorId())) {
            return null;
        }
        return named("member", "member", event.subjectId(), names, reader);
    }

    private Named by(ActivityEvent event, Map<UUID, String> names, Reader reader) {
        return switch (event.actorKind()) {
            case "MEMBER", "USER" ->
                !reader.own()
                        ? named("actor", "member", event.actorId(), names, reader)
                        : new Named(
                                words.say(
                                        reader.locale(),
                                        reader.id().equals(event.actorId()) ? "activity.by.you" : "activity.by.member"),
                                null);
            case "APP" ->
                new Named(names.getOrDefault(event.actorId(), words.say(reader.locale(), "activity.by.app")), null);
            case "PROJECT" -> new Named(words.say(reader.locale(), "activity.by.project"), null);
            default -> new Named(words.say(reader.locale(), "activity.by.system"), null);
        };
    }

    private static Named named(String parameter, String kind, UUID id, Map<UUID, String> names, Reader reader) {
        return new Named(names.getOrDefault(id, WireId.of(kind, id)), address(reader, parameter, kind, id));
    }

    private static String address(Reader reader, String parameter, String kind, UUID id) {
        return ActivityFilter.only(reader.path(), parameter, WireId.of(kind, id));
    }

    private List<Fact> facts(ActivityEvent event, Locale locale) {
        List<Fact> facts = new ArrayList<>();
        new TreeMap<>(json.object(event.details()))
                .forEach((key, value) -> facts.add(
                        new Fact(words.find(locale, "activity.detail." + key).orElse(key), value(key, value, locale))));
        if (event.grantId() != null) {
            facts.add(new Fact(words.say(locale, "activity.detail.grant"), WireId.of("grant", event.grantId())));
        }
        if (event.sessionId() != null) {
            facts.add(new Fact(
                    words.say(locale, "activity.detail.session"),
                    event.sessionId().toString()));
        }
        return facts;
    }

    private String value(String key, Object value, Locale locale) {
        return switch (value) {
            case List<?> list -> Series.names(words, locale, list);
            case Map<?, ?> map ->
                Series.names(
                        words,
                        locale,
                        new LinkedHashMap<>(map)
                                .entrySet().stream()
                                        .map(entry -> entry.getKey() + " " + entry.getValue())
                                        .toList());
            case String text ->
                words.find(locale, "activity." + key + "." + text).orElse(text);
            default -> String.valueOf(value);
        };
    }
}
