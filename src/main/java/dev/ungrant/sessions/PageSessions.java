package dev.ungrant.sessions;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.database.Transactions;
import dev.ungrant.rbac.Actor;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Begins sessions for pages with the browser SDK, of people who have just proved who they are. */
@Singleton
class PageSessions {
    private final Sessions sessions;
    private final AuditLog auditLog;
    private final Transactions transactions;

    PageSessions(Sessions sessions, AuditLog auditLog, Transactions transactions) {
        this.sessions = sessions;
        this.auditLog = auditLog;
        this.transactions = transactions;
    }

    /** @param factor what they proved it by, as the contract calls it (§8.3) */
    Authentications.Authenticated begin(SdkClient client, Person person, String factor, int minutes, String userAgent) {
        Sessions.Begun begun = sessions.begin(
                person.subject(),
                Session.Kind.API,
                List.of(factor(person, factor)),
                minutes,
                null,
                userAgent,
                client.via().ipAddress());
        Actor actor = actor(person, begun.session().sessionId(), client);
        transactions.write(() -> {
            auditLog.record(AuditEvent.about(actor, person.subject(), "session.begun"));
            return null;
        });
        return new Authentications.Authenticated(
                begun.session(), begun.token().reveal(), sessions.jwt(begun.session()), null);
    }

    static Actor actor(Person person, @Nullable UUID sessionId, SdkClient client) {
        return new Actor(
                person.isMember() ? Actor.Kind.MEMBER : Actor.Kind.USER, person.subjectId(), sessionId, client.via());
    }

    private static Map<String, Object> factor(Person person, String type) {
        boolean byMail = !type.equals("trusted_auth_token");
        String now = Instant.now().toString();
        Map<String, Object> factor = new LinkedHashMap<>();
        factor.put("type", person.isMember() && type.equals("otp") ? "email_otp" : type);
        factor.put("delivery_method", byMail ? "email" : "trusted_token_exchange");
        factor.put("last_authenticated_at", now);
        factor.put("created_at", now);
        factor.put("updated_at", now);
        factor.put("sequence_order", "PRIMARY");
        if (byMail) {
            factor.put(
                    "email_factor",
                    Map.of(
                            "email_id", WireId.of("email", person.subjectId()),
                            "email_address", person.emailAddress()));
        }
        return factor;
    }
}
