package dev.ungrant.sessions;

import dev.ungrant.web.Devices;
import dev.ungrant.web.Moments;
import dev.ungrant.web.WireId;
import dev.ungrant.web.Words;
import java.util.Locale;

/**
 * One session as pages show it.
 *
 * @param current whether it is the session that looks at the page
 */
public record SessionRow(
        String id, String device, boolean current, String ipAddress, Moments.Moment begun, Moments.Moment used) {
    public static SessionRow of(Session session, boolean current, Words words, Locale locale, Moments moments) {
        String device = session.kind() != Session.Kind.PORTAL
                ? words.say(locale, "sessions.api", session.placeName())
                : Devices.name(session.userAgent())
                        .map(name -> name.system() == null
                                ? name.browser()
                                : words.say(locale, "sessions.on", name.browser(), name.system()))
                        .orElseGet(() -> words.say(locale, "sessions.unknown-device"));
        return new SessionRow(
                WireId.of("session", session.sessionId()),
                device,
                current,
                session.ipAddress(),
                moments.of(session.startedAt()),
                moments.of(session.lastAccessedAt()));
    }
}
