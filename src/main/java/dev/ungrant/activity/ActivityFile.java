package dev.ungrant.activity;

import dev.ungrant.web.CsvFile;
import dev.ungrant.web.Json;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/** Events as files that other programs read: a line for each, with its number and its hash, so that it can be checked later. */
@Singleton
final class ActivityFile {
    private final Json json;

    ActivityFile(Json json) {
        this.json = json;
    }

    Supplier<byte[]> csv(Supplier<Activities.Batch> batches) {
        boolean[] begun = {false};
        return () -> {
            if (!begun[0]) {
                begun[0] = true;
                return CsvFile.heading(List.copyOf(COLUMNS));
            }
            Activities.Batch batch = batches.get();
            return batch == null
                    ? null
                    : CsvFile.lines(batch.events().stream()
                            .map(event -> cells(fields(event, batch.names(), event.details())))
                            .toList());
        };
    }

    Supplier<byte[]> jsonLines(Supplier<Activities.Batch> batches) {
        return () -> {
            Activities.Batch batch = batches.get();
            if (batch == null) {
                return null;
            }
            ByteArrayOutputStream lines =
                    new ByteArrayOutputStream(batch.events().size() * 700);
            for (ActivityEvent event : batch.events()) {
                lines.writeBytes(json.write(fields(event, batch.names(), json.object(event.details())))
                        .getBytes(StandardCharsets.UTF_8));
                lines.write('\n');
            }
            return lines.toByteArray();
        };
    }

    static final List<String> COLUMNS = List.of(
            "event_id",
            "occurred_at",
            "action",
            "outcome",
            "actor_kind",
            "actor_id",
            "actor_name",
            "subject_kind",
            "subject_id",
            "subject_name",
            "app_id",
            "app_name",
            "grant_id",
            "reason",
            "door",
            "request_id",
            "ip_address",
            "session_id",
            "details",
            "seq",
            "hash");

    private static List<Object> cells(Map<String, Object> fields) {
        return new ArrayList<>(fields.values());
    }

    private static Map<String, Object> fields(ActivityEvent event, Map<UUID, String> names, Object details) {
        Object[] values = {
            WireId.of("event", event.eventId()),
            event.occurredAt().toString(),
            event.action(),
            word(event.outcome()),
            word(event.actorKind()),
            wireId(event.actorKind(), event.actorId()),
            event.actorId() == null ? null : names.get(event.actorId()),
            event.subjectKind() == null ? null : word(event.subjectKind()),
            event.subjectKind() == null ? null : wireId(event.subjectKind(), event.subjectId()),
            event.subjectId() == null ? null : names.get(event.subjectId()),
            wireId("APP", event.appId()),
            event.appId() == null ? null : names.get(event.appId()),
            event.grantId() == null ? null : WireId.of("grant", event.grantId()),
            event.reason(),
            word(event.door()),
            event.requestId(),
            event.ipAddress(),
            event.sessionId() == null ? null : event.sessionId().toString(),
            details,
            event.seq(),
            event.hash()
        };
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            fields.put(COLUMNS.get(i), values[i]);
        }
        return fields;
    }

    private static String word(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static @Nullable String wireId(String kind, @Nullable UUID id) {
        return id == null ? null : WireId.of(kind.equals("APP") ? "connected-app" : word(kind), id);
    }
}
