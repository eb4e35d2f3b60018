package dev.ungrant.activity;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.database.Transactions;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.PageCursor;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.connection.ConnectionOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/** What happened, for whoever may read it. */
@Singleton
public class Activities {
    static final int PAGE = 25;

    /** No further than this is counted; beyond it, "more than" is the answer. */
    static final int COUNTED = 10_000;

    private static final int EXPORTED_AT_ONCE = 500;

    /** Stands behind every event of the same microsecond. */
    private static final UUID LAST_ID = new UUID(-1, -1);

    private final ActivitySearch search;
    private final NameRepository names;
    private final Policies policies;
    private final AuditLog auditLog;
    private final Transactions transactions;
    private final ConnectionOperations<Connection> connections;
    private final Json json;

    Activities(
            ActivitySearch search,
            NameRepository names,
            Policies policies,
            AuditLog auditLog,
            Transactions transactions,
            ConnectionOperations<Connection> connections,
            Json json) {
        this.search = search;
        this.names = names;
        this.policies = policies;
        this.auditLog = auditLog;
        this.transactions = transactions;
        this.connections = connections;
        this.json = json;
    }

    /**
     * Some events, the latest first, and what those are called whom they name.
     *
     * @param first the place of the first one in the whole list
     * @param total how many there are, one more than {@link #COUNTED} standing for more; null: not counted
     * @param lookedBackTo the time down to which events were looked through; null: to the end
     */
    record Found(
            List<ActivityEvent> events,
            Map<UUID, String> names,
            long first,
            @Nullable Long total,
            @Nullable PageCursor previous,
            @Nullable PageCursor next,
            @Nullable Instant lookedBackTo) {}

    /**
     * In the caller's organization.
     *
     * @throws Problem 403 when the caller may not read it; 404 for a user, who is in none
     */
    Found inOrganization(SessionCaller caller, ActivityFilter filter, ZoneId zone, Map<String, String> query) {
        require(caller);
        UUID tenantId = caller.subject().tenantId();
        return find(caller, new ActivitySearch.Wanted(tenantId, filter.member(), filter, zone), cursor(query));
    }

    /** Everything about the caller's own person. */
    Found ofSelf(SessionCaller caller, ActivityFilter filter, ZoneId zone, Map<String, String> query) {
        UUID tenantId = caller.subject().tenantId();
        return find(caller, new ActivitySearch.Wanted(tenantId, caller.subject().id(), filter, zone), cursor(query));
    }

    private Found find(SessionCaller caller, ActivitySearch.Wanted wanted, @Nullable PageCursor cursor) {
        return connections.executeRead(connection -> page(caller, wanted, cursor));
    }

    private Found page(SessionCaller caller, ActivitySearch.Wanted wanted, @Nullable PageCursor cursor) {
        boolean backward = cursor != null && cursor.backward();
        Instant edge = wanted.filter().isSieve() ? search.edge(wanted, cursor).orElse(null) : null;
        List<ActivityEvent> found = search.find(wanted, cursor, edge, PAGE + 1);
        boolean more = found.size() > PAGE;
        if (backward && !more) {
            // The start of the list, or near it.
            return page(caller, wanted, null);
        }
        List<ActivityEvent> events = more ? found.subList(0, PAGE) : found;
        events = List.copyOf(backward ? events.reversed() : events);
        long first =
                cursor == null ? 1 : backward ? Math.max(1, cursor.position() - events.size()) : cursor.position() + 1;
        return new Found(
                events,
                names(caller, wanted.filter(), events),
                first,
                total(wanted, cursor, edge, events.size(), more),
                cursor == null || events.isEmpty() ? null : new PageCursor(true, first, keys(events.getFirst())),
                next(events, first, backward || more, edge),
                more ? null : edge);
    }

    private static @Nullable PageCursor next(
            List<ActivityEvent> events, long first, boolean more, @Nullable Instant edge) {
        long last = Math.max(1, first + events.size() - 1);
        if (more) {
            return new PageCursor(false, last, keys(events.getLast()));
        }
        return edge == null ? null : new PageCursor(false, last, keys(edge, LAST_ID));
    }

    /** Where events are looked through, only the first page counts, and only what it looked through. */
    private @Nullable Long total(
            ActivitySearch.Wanted wanted,
            @Nullable PageCursor cursor,
            @Nullable Instant edge,
            int events,
            boolean more) {
        if (cursor == null && !more) {
            return (long) events;
        }
        return cursor != null && wanted.filter().isSieve() ? null : (Long) search.count(wanted, edge, COUNTED + 1);
    }

    private static List<String> keys(ActivityEvent event) {
        return keys(event.occurredAt(), event.eventId());
    }

    private static List<String> keys(Instant time, UUID id) {
        return List.of(ActivitySearch.TIME.format(time.atOffset(ZoneOffset.UTC)), id.toString());
    }

    private static @Nullable PageCursor cursor(Map<String, String> query) {
        return PageCursor.of(query, 2).filter(Activities::isOurs).orElse(null);
    }

    private static boolean isOurs(PageCursor cursor) {
        try {
            LocalDateTime time = LocalDateTime.parse(cursor.keys().getFirst(), ActivitySearch.TIME);
            UUID.fromString(cursor.keys().getLast());
            return time.getYear() >= 2000 && time.getYear() <= 9000;
        } catch (DateTimeParseException | IllegalArgumentException e) {
            return false;
        }
    }

    private Map<UUID, String> names(SessionCaller caller, ActivityFilter filter, List<ActivityEvent> events) {
        Set<UUID> ids = new LinkedHashSet<>();
        for (ActivityEvent event : events) {
            add(ids, event.actorId());
            add(ids, event.subjectId());
            add(ids, event.appId());
        }
        add(ids, filter.actor());
        add(ids, filter.member());
        add(ids, filter.app());
        Map<UUID, String> found = new HashMap<>();
        if (!ids.isEmpty()) {
            names.find(caller.subject().tenantId(), caller.projectId(), json.write(ids))
                    .forEach(name -> found.put(name.id(), name.name()));
        }
        return found;
    }

    private static void add(Set<UUID> ids, @Nullable UUID id) {
        if (id != null) {
            ids.add(id);
        }
    }

    /** Some events of an export and the names in them. */
    record Batch(List<ActivityEvent> events, Map<UUID, String> names) {}

    /**
     * All that the filter lets through, the latest first, a batch at a time; that it was asked for is recorded.
     *
     * @return gives null after the last batch, and never an empty one
     * @throws Problem 403 when the caller may not read it
     */
    Supplier<Batch> export(SessionCaller caller, ActivityFilter filter, ZoneId zone, String format) {
        require(caller);
        UUID tenantId = caller.subject().tenantId();
        transactions.write(() -> {
            auditLog.record(AuditEvent.inTenant(caller.actor(), caller.projectId(), tenantId, "activity.exported")
                    .with(Map.of("format", format, "filter", filter.said())));
            return null;
        });
        return new Reader(caller, new ActivitySearch.Wanted(tenantId, filter.member(), filter, zone));
    }

    private final class Reader implements Supplier<Batch> {
        private final SessionCaller caller;
        private final ActivitySearch.Wanted wanted;
        private @Nullable PageCursor cursor;
        private boolean ended;

        private Reader(SessionCaller caller, ActivitySearch.Wanted wanted) {
            this.caller = caller;
            this.wanted = wanted;
        }

        @Override
        public @Nullable Batch get() {
            Batch batch = null;
            while (batch == null && !ended) {
                batch = connections.executeRead(connection -> next()).orElse(null);
            }
            return batch;
        }

        /** Empty when nothing of a window matches. */
        private Optional<Batch> next() {
            Instant edge =
                    wanted.filter().isSieve() ? search.edge(wanted, cursor).orElse(null) : null;
            List<ActivityEvent> events = search.find(wanted, cursor, edge, EXPORTED_AT_ONCE);
            boolean more = events.size() == EXPORTED_AT_ONCE;
            cursor = Activities.next(events, 1, more, edge);
            ended = cursor == null;
            return events.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Batch(events, names(caller, wanted.filter(), new ArrayList<>(events))));
        }
    }

    private void require(SessionCaller caller) {
        if (!caller.subject().isMember()) {
            throw new Problem(ErrorType.ROUTE_NOT_FOUND);
        }
        if (!policies.permits(caller, Permission.GET_ACTIVITY, caller.subject().tenantId())) {
            throw new Problem(ErrorType.SESSION_AUTHORIZATION_ERROR);
        }
    }
}
