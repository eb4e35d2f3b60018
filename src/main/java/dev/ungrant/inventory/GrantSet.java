package dev.ungrant.inventory;

import io.micronaut.core.annotation.Nullable;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Live grants of one organization: those that the filter lets through, and of them those of the apps, of the people, or with
 * the ids that are named, if any are.
 *
 * @param all everything that the filter lets through; false: only what is named
 * @param ofOneApp the search is among the people of the one app that is named
 * @param until grants opened after it are left out; null: none is
 * @param now from when the filter's days count back
 */
record GrantSet(
        UUID projectId,
        UUID organizationId,
        InventoryFilter filter,
        boolean all,
        boolean ofOneApp,
        List<UUID> apps,
        List<UUID> people,
        List<UUID> grants,
        @Nullable Instant until,
        Instant now) {
    static GrantSet all(UUID projectId, UUID organizationId, InventoryFilter filter, Instant now) {
        return new GrantSet(projectId, organizationId, filter, true, false, List.of(), List.of(), List.of(), null, now);
    }

    /** Of one app, those of these people; of nobody when {@code all} is false and none is named. */
    GrantSet ofApp(UUID appId) {
        return new GrantSet(projectId, organizationId, filter, all, true, List.of(appId), people, grants, until, now);
    }

    GrantSet until(Instant moment) {
        return new GrantSet(projectId, organizationId, filter, all, ofOneApp, apps, people, grants, moment, now);
    }

    boolean isEmpty() {
        return !all && people.isEmpty() && grants.isEmpty() && (ofOneApp || apps.isEmpty());
    }

    /** Null: used or not is no matter. */
    @Nullable
    Instant unusedSince() {
        return filter.unused() == 0 ? null : now.minus(Duration.ofDays(filter.unused()));
    }

    /** As a job keeps it. */
    Map<String, Object> asked() {
        Map<String, Object> asked = new LinkedHashMap<>();
        asked.put("filter", filter.said());
        asked.put("all", all);
        asked.put("ofOneApp", ofOneApp);
        asked.put("apps", apps);
        asked.put("people", people);
        asked.put("grants", grants);
        asked.put("now", now.toString());
        return asked;
    }

    static final String GRANT_KIND = "grant";
}
