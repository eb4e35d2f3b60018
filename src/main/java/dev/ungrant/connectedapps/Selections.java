package dev.ungrant.connectedapps;

import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.rbac.Subject;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Moments;
import dev.ungrant.web.Problem;
import dev.ungrant.web.Words;
import io.micronaut.core.annotation.Nullable;
import io.netty.handler.codec.http.QueryStringDecoder;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What a person has ticked in the list: the lines, and the question before they go. */
@Singleton
final class Selections {
    private static final int MOST_FIELDS = 1024;

    private final Grants grants;
    private final ConnectedApps apps;
    private final AppRows rows;
    private final Words words;

    Selections(Grants grants, ConnectedApps apps, AppRows rows, Words words) {
        this.grants = grants;
        this.apps = apps;
        this.rows = rows;
        this.words = words;
    }

    /**
     * The form as it was sent.
     *
     * @param lines of each line the ids of its apps
     * @param all everything that the filter lets through, on whichever page
     */
    record Ticked(List<List<String>> lines, boolean all, AppFilter filter) {
        static Ticked of(@Nullable String form) {
            Map<String, List<String>> fields = form == null
                    ? Map.of()
                    : new QueryStringDecoder(form, StandardCharsets.UTF_8, false, MOST_FIELDS).parameters();
            Map<String, String> first = new HashMap<>();
            fields.forEach((name, values) -> first.put(name, values.getFirst()));
            return new Ticked(
                    fields.getOrDefault("app", List.of()).stream()
                            .map(line -> List.of(line.split(",")))
                            .filter(line -> !line.isEmpty())
                            .toList(),
                    first.containsKey("all"),
                    AppFilter.of(first));
        }

        List<String> ids() {
            return lines.stream().flatMap(List::stream).distinct().toList();
        }
    }

    /** The apps of a form, all of them the project's own. */
    List<ConnectedApp> apps(SessionCaller caller, Ticked ticked) {
        List<String> ids = ticked.ids();
        if (ids.size() > Grants.MOST_AT_ONCE) {
            throw new Problem(ErrorType.BAD_REQUEST, "Too many apps were named.");
        }
        return apps.findAll(caller.projectId(), ids);
    }

    /**
     * The question.
     *
     * @param lines exactly what goes
     * @param apps how many registrations that are
     * @param gone names of ticked apps that have no access any more
     * @param left how many more match than can go at once
     * @param until until when a token may be accepted by whoever checks it without asking us; null: not at all
     * @param all it was asked for by the filter, not line by line
     */
    record Question(
            List<AppLine> lines,
            int apps,
            List<String> gone,
            int left,
            @Nullable String until,
            boolean all) {}

    Question question(SessionCaller caller, Subject subject, Ticked ticked, Locale locale, Instant now) {
        List<AppRow> live = rows.of(grants.list(caller, subject), caller.projectId(), locale, now);
        List<AppLine> lines;
        List<String> gone = new ArrayList<>();
        if (ticked.all()) {
            lines = ticked.filter().apply(live, now);
        } else {
            List<ConnectedApp> named = apps(caller, ticked);
            List<String> ids = ticked.ids();
            // As they stood in the list.
            lines = AppLine.of(live.stream()
                    .filter(row -> ids.contains(row.id()))
                    .sorted(Comparator.comparingInt(row -> ids.indexOf(row.id())))
                    .toList());
            Set<String> held = new HashSet<>();
            live.forEach(row -> held.add(row.id()));
            named.stream().filter(app -> !held.contains(app.wireId())).forEach(app -> gone.add(app.name()));
        }
        List<AppLine> first = atOnce(lines);
        List<GrantedApp> ending = first.stream()
                .flatMap(line -> line.rows().stream())
                .map(AppRow::grant)
                .toList();
        return new Question(
                first,
                ending.size(),
                gone,
                lines.size() - first.size(),
                ending.isEmpty()
                        ? null
                        : grants.latestJwtExpiry(caller, subject, ending)
                                .map(new Moments(words, locale, now)::until)
                                .orElse(null),
                ticked.all());
    }

    /** As many whole lines as one transaction takes. */
    private static List<AppLine> atOnce(List<AppLine> lines) {
        List<AppLine> some = new ArrayList<>();
        int taken = 0;
        for (AppLine line : lines) {
            taken += line.rows().size();
            if (taken > Grants.MOST_AT_ONCE) {
                break;
            }
            some.add(line);
        }
        return some;
    }
}
