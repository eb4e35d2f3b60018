package dev.ungrant.embed;

import dev.ungrant.rbac.Subject;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;

/** @param terms as JSON, {@link Terms} */
@MappedEntity("embed_tokens")
record EmbedTokenRow(
        UUID tenantId,
        UUID projectId,
        Subject.Kind subjectKind,
        UUID subjectId,
        String origin,
        String terms,
        Instant createdAt,
        Instant expiresAt) {
    Subject subject() {
        return new Subject(subjectKind, projectId, tenantId, subjectId);
    }
}
