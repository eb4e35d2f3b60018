package dev.ungrant.sessions;

import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Problem;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tells whether a session lives, prolongs it and says whether its subject may do something (contract §4.6, §9). */
@Singleton
final class Authentications {
    private static final int SHORTEST_MINUTES = 5;
    private static final int LONGEST_MINUTES = 527_040;
    private static final int MOST_CLAIM_BYTES = 4096;
    private static final Set<String> RESERVED_CLAIMS = Set.of("iss", "sub", "aud", "exp", "nbf", "iat", "jti");

    private final Sessions sessions;
    private final Policies policies;
    private final Json json;

    Authentications(Sessions sessions, Policies policies, Json json) {
        this.sessions = sessions;
        this.policies = policies;
        this.json = json;
    }

    /**
     * A live session.
     *
     * @param token the session token, when the request had it; only its hash is kept, so it is empty after a JWT
     * @param verdict null when the request asked about no permission
     */
    record Authenticated(
            Session session,
            String token,
            String jwt,
            @Nullable Verdict verdict) {}

    @Serdeable(naming = SnakeCaseStrategy.class)
    record Verdict(boolean authorized, List<String> grantingRoles) {}

    Authenticated authenticate(Caller caller, JsonBody body) {
        String token =
                body.string("session_token").filter(text -> !text.isEmpty()).orElse(null);
        String jwt = body.string("session_jwt").filter(text -> !text.isEmpty()).orElse(null);
        if (token == null && jwt == null) {
            throw new Problem(ErrorType.NO_SESSION_ARGUMENTS);
        }
        if (token != null && jwt != null) {
            throw new Problem(
                    ErrorType.TOO_MANY_SESSION_ARGUMENTS, "Please include only one of session_token and session_jwt.");
        }
        Integer minutes = minutes(body);
        Map<String, Object> claims = claims(body);
        Session session = sessions.require(caller.projectId(), token, jwt, false);
        // Also notes the last access.
        SessionCaller subject = sessions.caller(session, caller.via());
        Verdict verdict = body.object("authorization_check")
                .map(check -> verdict(session, subject, check))
                .orElse(null);
        Session prolonged = minutes == null && claims.isEmpty() ? session : sessions.extend(session, minutes, claims);
        return new Authenticated(prolonged, token == null ? "" : token, sessions.jwt(prolonged), verdict);
    }

    /** The same for the page that holds the session: it may prolong it, but neither add claims nor ask about others. */
    Authenticated authenticate(SdkSession session, JsonBody body) {
        Integer minutes = minutes(body);
        Session prolonged = minutes == null ? session.session() : sessions.extend(session.session(), minutes, Map.of());
        return new Authenticated(prolonged, session.token(), sessions.jwt(prolonged), null);
    }

    /** How long a session is to live that begins now; an hour when the request does not say. */
    static int minutesOrAnHour(JsonBody body) {
        Integer minutes = minutes(body);
        return minutes == null ? 60 : minutes;
    }

    @Nullable
    private static Integer minutes(JsonBody body) {
        Integer minutes = body.integer("session_duration_minutes").orElse(null);
        if (minutes != null && (minutes < SHORTEST_MINUTES || minutes > LONGEST_MINUTES)) {
            throw new Problem(ErrorType.INVALID_SESSION_DURATION);
        }
        return minutes;
    }

    private Map<String, Object> claims(JsonBody body) {
        Map<String, Object> claims = body.objectMap("session_custom_claims").orElse(Map.of());
        for (String name : claims.keySet()) {
            if (RESERVED_CLAIMS.contains(name) || name.startsWith("https://stytch.com/")) {
                throw new Problem(ErrorType.BAD_REQUEST, "session_custom_claims must not set a reserved claim.");
            }
        }
        if (json.write(claims).getBytes(StandardCharsets.UTF_8).length > MOST_CLAIM_BYTES) {
            throw new Problem(
                    ErrorType.BAD_REQUEST,
                    "session_custom_claims must be at most " + MOST_CLAIM_BYTES + " bytes of JSON.");
        }
        return claims;
    }

    /** A check that fails is an error, not a verdict of false. */
    private Verdict verdict(Session session, SessionCaller subject, JsonBody check) {
        boolean member = subject.subject().isMember();
        if (member) {
            String organization = check.required("organization_id");
            if (!organization.equals(WireId.of("organization", session.tenantId()))
                    && !organization.equals(session.organizationSlug())) {
                throw new Problem(ErrorType.SESSION_AUTHORIZATION_TENANCY_ERROR);
            }
        }
        Permission permission = new Permission(check.required("resource_id"), check.required("action"));
        List<String> granting = policies.of(session.projectId())
                .grantingRoles(new LinkedHashSet<>(subject.roles()), subject.customRoles(), permission);
        if (granting.isEmpty()) {
            throw new Problem(
                    member ? ErrorType.SESSION_AUTHORIZATION_ERROR : ErrorType.CONSUMER_SESSION_AUTHORIZATION_ERROR);
        }
        return new Verdict(true, granting);
    }
}
