package dev.ungrant.inventory;

import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.EndNote;
import dev.ungrant.jobs.Job;
import dev.ungrant.jobs.JobKind;
import dev.ungrant.jobs.JobStep;
import dev.ungrant.rbac.Permission;
import dev.ungrant.web.Json;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.WireId;
import dev.ungrant.web.Words;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * Goes through a set of grants in the order of their ids. Those opened after the job was asked for are passed over: whoever
 * confirmed it has not seen them.
 */
abstract class GrantWork implements JobKind {
    private final AccessReader reader;
    private final Json json;
    private final Words words;
    private final String key;

    /** @param key of the words for it */
    GrantWork(AccessReader reader, Json json, Words words, String key) {
        this.reader = reader;
        this.json = json;
        this.words = words;
        this.key = key;
    }

    /** @return for how many of them it was done now */
    abstract int act(Job job, List<UUID> grantIds, EndNote note);

    /** What the job says that it did. */
    abstract String tally();

    @Override
    public Permission permission() {
        return Permission.REVOKE_CONNECTED_APP;
    }

    @Override
    public JobStep step(Job job) {
        JsonBody asked = json.body(job.asked());
        UUID from = job.reached() == null ? null : UUID.fromString(job.reached());
        List<UUID> some = reader.idsAfter(set(job, asked), from, MOST_ROWS);
        if (some.isEmpty()) {
            return new JobStep(0, Map.of(), null);
        }
        int done = act(job, some, new EndNote(job.reason(), asked.bool("tell").orElse(true)));
        Map<String, Long> tally = new LinkedHashMap<>();
        put(tally, tally(), done);
        put(tally, JobStep.ALREADY, some.size() - done);
        return new JobStep(
                some.size(),
                tally,
                some.size() < MOST_ROWS ? null : some.getLast().toString());
    }

    private static void put(Map<String, Long> tally, String name, long count) {
        if (count > 0) {
            tally.put(name, count);
        }
    }

    private static GrantSet set(Job job, JsonBody asked) {
        return new GrantSet(
                job.projectId(),
                job.tenantId(),
                filter(asked),
                asked.bool("all").orElse(false),
                asked.bool("ofOneApp").orElse(false),
                ids(asked, "apps"),
                ids(asked, "people"),
                ids(asked, "grants"),
                job.createdAt(),
                Instant.parse(asked.required("now")));
    }

    private static InventoryFilter filter(JsonBody asked) {
        Map<String, String> said = new HashMap<>();
        asked.objectMap("filter").orElse(Map.of()).forEach((name, value) -> said.put(name, String.valueOf(value)));
        return InventoryFilter.of(said);
    }

    private static List<UUID> ids(JsonBody asked, String name) {
        return asked.strings(name).orElse(List.of()).stream()
                .map(UUID::fromString)
                .toList();
    }

    @Override
    public String inWords(Job job, Locale locale) {
        JsonBody asked = json.body(job.asked());
        int people = asked.integer("of").orElse(0);
        return asked.string("app")
                .map(app -> words.find(locale, key + ".app", app, people).orElseThrow())
                .orElseGet(() -> words.find(locale, key, people).orElseThrow());
    }

    @Override
    public String began(Job job) {
        JsonBody asked = json.body(job.asked());
        List<UUID> apps = ids(asked, "apps");
        return asked.bool("ofOneApp").orElse(false) && apps.size() == 1
                ? InventoryFilter.PATH + '/' + WireId.of(ConnectedApp.ID_KIND, apps.getFirst())
                : filter(asked).address();
    }
}
