package dev.ungrant.sessions;

import dev.ungrant.web.Json;
import dev.ungrant.web.WireId;
import io.micronaut.core.type.Argument;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A session of a member as the wire shows it (contract §10). */
@Serdeable(naming = SnakeCaseStrategy.class)
record MemberSessionJson(
        String memberSessionId,
        String memberId,
        String organizationId,
        String organizationSlug,
        Instant startedAt,
        Instant lastAccessedAt,
        Instant expiresAt,
        List<Object> authenticationFactors,
        List<String> roles,
        Map<String, Object> customClaims) {
    static MemberSessionJson of(Session session, Set<String> roles, Json json) {
        return new MemberSessionJson(
                WireId.of("session", session.sessionId()),
                WireId.of("member", session.subjectId()),
                WireId.of("organization", session.tenantId()),
                session.organizationSlug(),
                session.startedAt(),
                session.lastAccessedAt(),
                session.expiresAt(),
                json.read(session.factors(), Argument.listOf(Object.class)),
                List.copyOf(roles),
                json.object(session.customClaims()));
    }
}
