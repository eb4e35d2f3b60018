package dev.ungrant.sessions;

import dev.ungrant.logos.Logos;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.Section;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.rbac.Via;
import dev.ungrant.secrets.Pepper;
import dev.ungrant.web.ClientAddress;
import dev.ungrant.web.Htmx;
import dev.ungrant.web.RequestId;
import dev.ungrant.web.Visitor;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Who is signed in to the portal, or handed over by a host, in the browser that a request comes from. */
@Singleton
public final class PortalSessions {
    private static final String ATTRIBUTE = "ungrant.portal-session";

    private final Sessions sessions;
    private final PortalCookie cookie;
    private final ClientAddress addresses;
    private final Pepper pepper;
    private final Policies policies;

    PortalSessions(Sessions sessions, PortalCookie cookie, ClientAddress addresses, Pepper pepper, Policies policies) {
        this.sessions = sessions;
        this.cookie = cookie;
        this.addresses = addresses;
        this.pepper = pepper;
        this.policies = policies;
    }

    /** Somebody who is here. */
    public record Here(Session session, SessionCaller caller) {}

    /**
     * The live portal session that the browser holds, if any. From here on the request is that person's: doors get them as
     * their caller, pages carry their form token. {@link Gate} calls this for closed routes; an open one may do so itself.
     */
    public Optional<Here> enter(HttpRequest<?> request) {
        Optional<Here> entered = request.getAttribute(ATTRIBUTE, Here.class);
        if (entered.isPresent()) {
            return entered;
        }
        return cookie.session(request, sessions)
                // Whom a host handed over, to see and remove apps, lets none in: that wants a sign-in of one's own.
                .filter(session ->
                        session.permissions() == null || !request.getPath().startsWith("/oauth2/"))
                .map(session -> enter(request, session, Via.Door.PORTAL));
    }

    /** The same for a session that was found by other means than the portal's cookie. */
    public Here enter(HttpRequest<?> request, Session session, Via.Door door) {
        Via via = new Via(door, RequestId.of(request), addresses.of(request));
        Here here = new Here(session, sessions.caller(session, via));
        request.setAttribute(ATTRIBUTE, here);
        CallerBinder.bind(request, here.caller());
        visitor(here, request).enter(request);
        return here;
    }

    private Visitor visitor(Here here, HttpRequest<?> request) {
        Session session = here.session();
        String email = session.emailAddress();
        String name = session.personName().isBlank() ? email : session.personName();
        return new Visitor(
                session.sessionId(),
                pepper.formToken(session.sessionId()),
                name == null ? session.placeName() : name,
                email,
                session.placeName(),
                session.logoHash() == null
                        ? null
                        : Logos.path(session.tenantId(), HexFormat.of().formatHex(session.logoHash())),
                session.subject().isMember(),
                // Parts of a page have no menu.
                Htmx.wantsFragment(request)
                        ? List.of()
                        : policies.sections(here.caller()).stream()
                                .map(Section::word)
                                .toList());
    }
}
