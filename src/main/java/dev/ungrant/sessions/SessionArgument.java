package dev.ungrant.sessions;

import dev.ungrant.web.ErrorType;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Problem;
import dev.ungrant.web.WireId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** The one way in which a request says which session to revoke. */
record SessionArgument(String name, String value) {
    /** @throws Problem when the body has none of the names, or more than one */
    static SessionArgument in(JsonBody body, String... names) {
        List<SessionArgument> given = Stream.of(names)
                .flatMap(
                        name -> body
                                .string(name)
                                .filter(value -> !value.isEmpty())
                                .map(value -> new SessionArgument(name, value))
                                .stream())
                .toList();
        return switch (given.size()) {
            case 0 -> throw new Problem(ErrorType.NO_SESSION_REVOKE_ARGUMENTS);
            case 1 -> given.getFirst();
            default -> throw new Problem(ErrorType.TOO_MANY_SESSION_REVOKE_ARGUMENTS);
        };
    }

    Optional<SessionReference> locate(Sessions sessions, UUID projectId) {
        return switch (name) {
            case "session_token" -> sessions.locateByToken(projectId, value);
            case "session_jwt" -> sessions.locateByJwt(projectId, value);
            default -> WireId.parse("session", value).flatMap(id -> sessions.locate(projectId, id));
        };
    }
}
