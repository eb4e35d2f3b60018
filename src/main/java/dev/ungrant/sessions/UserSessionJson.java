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

/** A session of a user as the wire shows it (contract §10). */
@Serdeable(naming = SnakeCaseStrategy.class)
record UserSessionJson(
        String sessionId,
        String userId,
        Instant startedAt,
        Instant lastAccessedAt,
        Instant expiresAt,
        List<Object> authenticationFactors,
        List<String> roles,
        Map<String, String> attributes,
        Map<String, Object> customClaims) {
    static UserSessionJson of(Session session, Set<String> roles, Json json) {
        return new UserSessionJson(
                WireId.of("session", session.sessionId()),
                WireId.of("user", session.subjectId()),
                session.startedAt(),
                session.lastAccessedAt(),
                session.expiresAt(),
                json.read(session.factors(), Argument.listOf(Object.class)),
                List.copyOf(roles),
                Map.of("ip_address", session.ipAddress(), "user_agent", session.userAgent()),
                json.object(session.customClaims()));
    }
}
